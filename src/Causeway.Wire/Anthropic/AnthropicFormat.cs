using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic;

/// <summary>Messages and their token count.</summary>
internal sealed class AnthropicFormat : WireFormat
{
    private static readonly MessagesReplies Replies = new();
    private static readonly MessagesCodec Codec = new();
    private static readonly SilentReplies Counting = new();

    private static readonly string[] Spent = ["billing_error", "enforced_spend_limit_reached"];

    private static readonly RequestField Model = new("model", FieldRole.Model, "model");

    // A cap of 0 is a request of its own kind: it warms the cache and generates nothing.
    private static readonly RequestField[] MessageFields =
    [
        Model,
        new("stream", FieldRole.Stream, "stream"),
        new("max_tokens", FieldRole.OutputCap, "max_tokens") { Minimum = 0 },
        new("output_config", FieldRole.AnswerShape, "output_config"),
        new("output_format", FieldRole.AnswerShape, "output_format"),
        new("tool_choice", FieldRole.AnswerShape, "tool_choice"),
        new("messages", FieldRole.Content, "messages") { Entries = Entries.Messages },
        new("system", FieldRole.Content, "system"),
        new("tools", FieldRole.Content, "tools")
        {
            Entries = Entries.Tools,
            InsideTypes = [[.. "custom"u8], [.. "function"u8], [.. "bash_"u8], [.. "text_editor_"u8], [.. "computer_"u8], [.. "memory_"u8], [.. "browser_"u8], [.. "tool_search_"u8]], // Run by the caller, or over what stands in the body.
            Billed = [new([.. "web_search_"u8], ServerTool.WebSearch)],
        },
        new("fallbacks", FieldRole.OtherModels, "fallbacks"),
        new("thread", FieldRole.Outside, "thread"),
        new("mcp_servers", FieldRole.Outside, "mcp_servers"),
        new("container", FieldRole.Outside, "container"),
    ];

    private static readonly RequestField[] CountFields = [Model];

    public override HeaderRules Headers { get; } = new(request: ["anthropic-version", "anthropic-beta"], response: [])
    {
        KeyHeader = "x-api-key",
        RequestId = "request-id",
        ResponsePrefixes = ["anthropic-ratelimit-", "anthropic-priority-", "anthropic-fast-"],
        Defaults = [("anthropic-version", "2023-06-01")],
    };

    public override Codec? TranslatorOf(Operation operation) => operation == Operation.Messages ? Codec : null;

    public override RequestField[] FieldsOf(Operation operation) => operation == Operation.Messages ? MessageFields : CountFields;

    public override string PathOf(Operation operation, string model, bool sse) =>
        operation == Operation.Messages ? "/v1/messages" : "/v1/messages/count_tokens";

    public override string ModelsPath => "/v1/models";

    public override ReplyReader ReaderOf(Operation operation) => operation == Operation.Messages ? Replies : Counting;

    public override int StatusOf(ErrorKind kind) => kind == ErrorKind.Overloaded ? 529 : base.StatusOf(kind);

    public override LengthEnd? LengthEndOf(Operation operation) => operation == Operation.Messages ? new MessagesLengthEnd() : null;

    public override ReadOnlySpan<string> SpentWords => Spent;

    public override void WriteError(Utf8JsonWriter json, in ErrorText error) => AnthropicErrors.Write(json, error);

    public override void WriteErrorEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence) =>
        AnthropicErrors.WriteEvent(output, error);

    public override string ModelListMember => "data";

    public override ListedModel? ReadModel(JsonElement model) => AnthropicModels.Read(model);

    public override void WriteModels(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore) =>
        AnthropicModels.Write(json, models, hasMore);

    public override void WriteModel(Utf8JsonWriter json, ListedModel model) => AnthropicModels.Write(json, model);
}
