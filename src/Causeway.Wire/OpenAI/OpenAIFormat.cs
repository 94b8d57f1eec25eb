using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Chat;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Chat completions, responses and embeddings.</summary>
internal sealed class OpenAIFormat : WireFormat
{
    private static readonly ChatReplies Chat = new();
    private static readonly ResponsesReplies Responses = new();
    private static readonly EmbeddingsReplies Embeddings = new();
    private static readonly NativeReplies Native = new();

    private static readonly ChatCodec ChatTranslator = new();
    private static readonly ResponsesCodec ResponsesTranslator = new();

    private static readonly string[] Spent = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "enforced_spend_limit_reached"];

    public override Codec? TranslatorOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => ChatTranslator,
        Operation.Responses => ResponsesTranslator,
        _ => null,
    };

    public override HeaderRules Headers { get; } = new(
        request: ["openai-beta", "x-grok-conv-id"],
        response: ["openai-processing-ms", "openai-version", "x-ms-region", "apim-request-id"])
    {
        KeyHeader = "authorization",
        KeyScheme = "Bearer ",
        RequestId = "x-request-id",
        ResponsePrefixes = ["x-ratelimit-"],
    };

    public override RequestField[] FieldsOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => OpenAIRequests.Chat,
        Operation.Responses => OpenAIRequests.Responses,
        Operation.Native => OpenAIRequests.Native,
        _ => OpenAIRequests.Embeddings,
    };

    public override void PlanMetering(in RequestScan scan, ReadOnlySpan<byte> body, ref BodyEdits edits) =>
        OpenAIRequests.PlanUsage(scan, body, ref edits);

    public override string PathOf(Operation operation, string model, bool sse) => operation switch
    {
        Operation.ChatCompletions => "/chat/completions",
        Operation.Responses => "/responses",
        _ => "/embeddings",
    };

    public override string ModelsPath => "/models";

    public override ReplyReader ReaderOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => Chat,
        Operation.Responses => Responses,
        Operation.Native => Native,
        _ => Embeddings,
    };

    public override LengthEnd? LengthEndOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => new ChatLengthEnd(),
        Operation.Responses => new ResponsesLengthEnd(),
        _ => null,
    };

    public override ReadOnlySpan<string> SpentWords => Spent;

    public override void WriteError(Utf8JsonWriter json, in ErrorText error) => OpenAIErrors.Write(json, error);

    public override void WriteErrorEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence) =>
        OpenAIErrors.WriteEvent(output, operation, error, sequence);

    public override string ModelListMember => "data";

    public override ListedModel? ReadModel(JsonElement model) => OpenAIModels.Read(model);

    public override void WriteModels(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore) => OpenAIModels.Write(json, models);

    public override void WriteModel(Utf8JsonWriter json, ListedModel model) => OpenAIModels.Write(json, model);
}
