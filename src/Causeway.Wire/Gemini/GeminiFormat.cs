using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Gemini.Generate;
using Causeway.Wire.Models;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini;

/// <summary>generateContent, its stream, token counts and embeddings. The path names the model; bodies may repeat it.</summary>
internal sealed class GeminiFormat : WireFormat
{
    private static readonly GenerateReplies Generating = new();
    private static readonly SilentReplies Counting = new();

    private static readonly GenerateCodec Translator = new();

    private static readonly string[] Spent = ["enforced_spend_limit_reached"];

    public override Codec? TranslatorOf(Operation operation) =>
        operation is Operation.GenerateContent or Operation.StreamGenerateContent ? Translator : null;

    public override HeaderRules Headers { get; } = new(request: [], response: []) { KeyHeader = "x-goog-api-key" };

    public override RequestField[] FieldsOf(Operation operation) => operation switch
    {
        Operation.GeminiCountTokens => GeminiRequests.CountTokens,
        Operation.EmbedContent => GeminiRequests.Embed,
        Operation.BatchEmbedContents => GeminiRequests.BatchEmbed,
        _ => GeminiRequests.Generate,
    };

    public override bool ModelInPath => true;

    public override string ModelPrefix => "models/";

    public override string PathOf(Operation operation, string model, bool sse)
    {
        string name = model.StartsWith(ModelPrefix, StringComparison.Ordinal) ? model[ModelPrefix.Length..] : model;
        string query = sse && operation == Operation.StreamGenerateContent ? "?alt=sse" : "";
        return $"/v1beta/models/{Uri.EscapeDataString(name)}:{Operations.RouteName(operation)}{query}";
    }

    // The vendor's default page is 50; its largest holds every model that it offers.
    public override string ModelsPath => "/v1beta/models?pageSize=1000";

    public override ReplyReader ReaderOf(Operation operation) => operation == Operation.GeminiCountTokens ? Counting : Generating;

    public override LengthEnd? LengthEndOf(Operation operation) => operation == Operation.StreamGenerateContent ? new GenerateLengthEnd() : null;

    public override ReadOnlySpan<string> SpentWords => Spent;

    public override void WriteError(Utf8JsonWriter json, in ErrorText error) => GeminiErrors.Write(json, error);

    public override void WriteErrorEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence) =>
        GeminiErrors.WriteEvent(output, error);

    public override string ModelListMember => "models";

    public override ListedModel? ReadModel(JsonElement model) => GeminiModels.Read(model);

    public override void WriteModels(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore) => GeminiModels.Write(json, models, hasMore);

    public override void WriteModel(Utf8JsonWriter json, ListedModel model) => GeminiModels.Write(json, model);
}
