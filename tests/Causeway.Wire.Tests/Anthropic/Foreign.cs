using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Anthropic;

/// <summary>Requests and replies of some other protocol, made by hand, against the codec of messages.</summary>
internal static class Foreign
{
    public static Codec Messages { get; } = WireFormat.CodecOf(Operation.Messages)!;

    public static Target Target(string model = "claude-opus-5", long? maxOutputTokens = null) =>
        Translating.Target(Operation.Messages, model, maxOutputTokens: maxOutputTokens);

    public static JsonSlice Raw(string json) => new(Encoding.UTF8.GetBytes(json));

    public static NeutralRequest Request(params Turn[] turns)
    {
        NeutralRequest request = new() { Origin = Operation.ChatCompletions };
        request.Turns.AddRange(turns);
        return request;
    }

    public static Turn Says(Role role, params Part[] parts)
    {
        Turn turn = new(role);
        turn.Parts.AddRange(parts);
        return turn;
    }

    public static TextPart Text(string text) => new(JsonSlice.Of(text));

    public static ToolCallPart Call(string id, string name = "f", string arguments = "{}") => new(id, JsonSlice.Of(name), JsonSlice.Of(arguments));

    public static ToolResultPart Result(string id, string text = "done") => new(id) { Content = { Text(text) } };

    public static NeutralRequest WithTool(this NeutralRequest request, string name = "f", string schema = """{"type":"object"}""")
    {
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = JsonSlice.Of(name), Schema = Raw(schema) });
        request.Mark(Concept.FunctionTool, "tools[0]");
        return request;
    }

    public static NeutralRequest Thinks(this NeutralRequest request, Effort? effort, long? budget = null, bool? show = null)
    {
        request.Reasoning = new ReasoningAsk(effort, budget, show);
        request.Mark(budget is null ? Concept.ReasoningEffort : Concept.ReasoningBudget, "reasoning_effort");
        return request;
    }

    public static JsonObject Body(NeutralRequest request, Target? target = null, Unsupported unsupported = Unsupported.Deny) =>
        BodyWithDropped(request, target, unsupported).Body;

    public static (JsonObject Body, IReadOnlyList<string> Dropped) BodyWithDropped(NeutralRequest request, Target? target = null, Unsupported unsupported = Unsupported.Deny)
    {
        TranslationPlan? plan = TranslationPlan.Of(request, Messages, target ?? Target(), unsupported, out (Use Use, string? Why) denied);
        Assert.True(plan is not null, $"{denied.Use}: {denied.Why}");
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            Messages.Write(request, plan, json);
        }

        return (JsonNode.Parse(output.WrittenSpan)!.AsObject(), plan.Dropped);
    }

    /// <summary>Why a request is denied; null when it is not.</summary>
    public static string? Denial(NeutralRequest request, Target? target = null) =>
        TranslationPlan.Of(request, Messages, target ?? Target(), Unsupported.Deny, out (Use Use, string? Why) denied) is null ? denied.Why ?? "" : null;

    public static ReplyContext Context(Target? target = null) => new()
    {
        RequestId = Translating.RequestId,
        Target = target ?? Translating.Target(Operation.ChatCompletions, "gpt-6-luna"),
        Request = new NeutralRequest { Origin = Operation.Messages },
        Created = Translating.Created,
        EstimatedInputTokens = 7,
    };

    /// <summary>The plain reply that a caller of messages gets.</summary>
    public static JsonObject Reply(Action<ReplySink> reply, Target? target = null)
    {
        NeutralReply gathered = new();
        reply(gathered);
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            Messages.WriteReply(gathered, Context(target), json);
        }

        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    /// <summary>The events that a caller of messages gets.</summary>
    public static IReadOnlyList<(string Name, JsonNode Data)> Stream(Action<ReplySink> reply, Target? target = null)
    {
        ArrayBufferWriter<byte> output = new();
        reply(Messages.EventWriter(Context(target), output));
        return Translating.Events(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    /// <summary>The message that a client makes of a stream, as the vendor's SDKs do.</summary>
    public static JsonObject Accumulate(IReadOnlyList<(string Name, JsonNode Data)> events)
    {
        JsonObject message = [];
        List<StringBuilder> inputs = [];
        foreach ((string name, JsonNode data) in events)
        {
            Assert.Equal(name, data["type"]!.GetValue<string>());
            switch (name)
            {
                case "message_start":
                    message = data["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    Assert.Equal(message["content"]!.AsArray().Count, data["index"]!.GetValue<int>());
                    message["content"]!.AsArray().Add(data["content_block"]!.DeepClone());
                    inputs.Add(new StringBuilder());
                    break;
                case "content_block_delta":
                    Add(message["content"]![data["index"]!.GetValue<int>()]!.AsObject(), data["delta"]!, inputs[^1]);
                    break;
                case "content_block_stop" when inputs[^1].Length > 0:
                    message["content"]![data["index"]!.GetValue<int>()]!["input"] = JsonNode.Parse(inputs[^1].ToString());
                    break;
                case "message_delta":
                    Merge(message, data["delta"]!);
                    Merge(message["usage"]!.AsObject(), data["usage"]!);
                    break;
            }
        }

        return message;
    }

    private static void Add(JsonObject block, JsonNode delta, StringBuilder input)
    {
        switch (delta["type"]!.GetValue<string>())
        {
            case "text_delta":
                block["text"] = block["text"]!.GetValue<string>() + delta["text"]!.GetValue<string>();
                break;
            case "thinking_delta":
                block["thinking"] = block["thinking"]!.GetValue<string>() + delta["thinking"]!.GetValue<string>();
                break;
            case "signature_delta":
                block["signature"] = delta["signature"]!.GetValue<string>();
                break;
            case "input_json_delta":
                input.Append(delta["partial_json"]!.GetValue<string>());
                break;
            case "citations_delta":
                block["citations"] ??= new JsonArray();
                block["citations"]!.AsArray().Add(delta["citation"]!.DeepClone());
                break;
        }
    }

    private static void Merge(JsonObject into, JsonNode from)
    {
        foreach ((string name, JsonNode? value) in from.AsObject())
        {
            into[name] = value?.DeepClone();
        }
    }
}
