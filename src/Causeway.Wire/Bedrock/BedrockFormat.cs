using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Bedrock.Converse;
using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock;

/// <summary>
/// Converse, its stream and its token count. The path names the model, and no reply does. Only providers are spoken to in it: callers use
/// another protocol and are answered in that, errors included.
/// </summary>
internal sealed class BedrockFormat : WireFormat
{
    private static readonly ConverseReplies Conversing = new();
    private static readonly SilentReplies Counting = new();

    private static readonly ConverseCodec Translator = new();

    private static readonly RequestField[] ConverseFields =
    [
        new("inferenceConfig", FieldRole.Group, "inferenceConfig") { Members = [new("inferenceConfig.maxTokens", FieldRole.OutputCap, "maxTokens")] },
    ];

    public override Codec? TranslatorOf(Operation operation) => operation is Operation.Converse or Operation.ConverseStream ? Translator : null;

    public override HeaderRules Headers { get; } = new(request: [], response: ["x-amzn-requestid", "x-amzn-errortype"])
    {
        KeyHeader = "authorization",
        KeyScheme = "Bearer ",
        RequestId = "x-amzn-requestid",
        ResponsePrefixes = ["x-amzn-bedrock-"],
    };

    public override RequestField[] FieldsOf(Operation operation) => operation == Operation.ConverseCountTokens ? [] : ConverseFields;

    public override bool ModelInPath => true;

    public override string PathOf(Operation operation, string model, bool sse)
    {
        string verb = operation switch
        {
            Operation.ConverseStream => "converse-stream",
            Operation.ConverseCountTokens => "count-tokens",
            _ => "converse",
        };
        return $"/model/{Uri.EscapeDataString(model)}/{verb}";
    }

    public override string? ModelsPath => null;

    public override ReplyReader ReaderOf(Operation operation) => operation == Operation.ConverseCountTokens ? Counting : Conversing;

    // AWS bills afterwards: no error says that the money is gone.
    public override ReadOnlySpan<string> SpentWords => [];

    public override void WriteError(Utf8JsonWriter json, in ErrorText error) => BedrockErrors.Write(json, error);

    public override void WriteErrorEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence) =>
        BedrockErrors.WriteEvent(output, error);

    // The control plane's list, for who keeps one: {"modelSummaries":[{"modelId","modelName","providerName"}]}.
    public override string ModelListMember => "modelSummaries";

    public override ListedModel? ReadModel(JsonElement model) =>
        ModelFields.Text(model, "modelId") is not string id
            ? null
            : new ListedModel(id, ModelFields.Text(model, "modelName"), Created: null, Retires: null, ModelFields.Text(model, "providerName") ?? "bedrock");

    public override void WriteModels(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore)
    {
        json.WriteStartObject();
        json.WriteStartArray("modelSummaries"u8);
        foreach (ListedModel model in models)
        {
            WriteModel(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void WriteModel(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("modelId"u8, model.Id);
        json.WriteString("modelName"u8, model.DisplayName ?? model.Id);
        json.WriteString("providerName"u8, model.OwnedBy);
        json.WriteEndObject();
    }
}
