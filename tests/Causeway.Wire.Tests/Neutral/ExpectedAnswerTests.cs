using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What of a reply is its answer: not what was said on the way to it, and not the call of another tool.</summary>
public sealed class ExpectedAnswerTests
{
    private const string Ask = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Commented =
        """
        [{"id":"msg_1","type":"message","status":"completed","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Let me see.","annotations":[]}]},
         {"id":"msg_2","type":"message","status":"completed","role":"assistant","phase":"final_answer","content":[{"type":"output_text","text":"{\"a\":1}","annotations":[]}]}]
        """;

    private static readonly Target Responses = Translating.Target(Operation.Responses, "gpt-5.4");
    private static readonly Target Claude = Translating.Target(Operation.Messages, "claude-sonnet-4-6");
    private static readonly Target Gemini = Translating.Target(Operation.GenerateContent, "gemini-3-pro-preview");

    [Fact]
    public void Commentary_is_no_part_of_a_plain_answer()
    {
        GatheredReply reply = new(Responses, ShapeCarrier.Format);
        reply.Plain(Encoding.UTF8.GetBytes(Response(Commented)));

        AssertAnswer(reply);
    }

    [Fact]
    public void Commentary_is_no_part_of_a_streamed_answer()
    {
        GatheredReply reply = new(Responses, ShapeCarrier.Format);
        foreach (string data in CommentedStream())
        {
            reply.Event(default, Encoding.UTF8.GetBytes(data));
        }

        Assert.True(reply.Close());
        AssertAnswer(reply);
    }

    [Fact]
    public void Commentary_does_not_flow()
    {
        string told = Flow(Responses, new AnswerChannel(() => new Plain(), ShapeCarrier.Format, Tool: null), Operation.ChatCompletions, Ask, CommentedStream());

        Assert.Equal("""{"a":1}""", Content(told));
        Assert.Contains("\"finish_reason\":\"stop\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Commentary_alone_is_no_document()
    {
        GatheredReply reply = new(Responses, ShapeCarrier.Format);
        reply.Plain(Encoding.UTF8.GetBytes(Response("""[{"id":"m","type":"message","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Let me see.","annotations":[]}]}]""")));

        Assert.Equal(AnswerKind.Document, reply.Answer(0).Kind);
        Assert.True(reply.Answer(0).Text.IsEmpty);
    }

    [Fact]
    public void Commentary_before_the_caller_s_own_calls_is_told()
    {
        GatheredReply reply = new(Responses, ShapeCarrier.Format);
        reply.Plain(Encoding.UTF8.GetBytes(Response(
            """
            [{"id":"m","type":"message","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Let me see.","annotations":[]}]},
             {"id":"f","type":"function_call","call_id":"c","name":"look","arguments":"{}"}]
            """)));

        Assert.Equal(AnswerKind.ToolCalls, reply.Answer(0).Kind);
        Assert.Equal("Let me see.", (string?)Written(reply, Responses)["choices"]![0]!["message"]!["content"]);
    }

    [Theory]
    [InlineData("answer", AnswerKind.Document)]
    [InlineData("answer<|channel|>commentary", AnswerKind.Document)]
    [InlineData("answers", AnswerKind.Malformed)]
    [InlineData("other", AnswerKind.Malformed)]
    public void The_call_of_another_tool_is_no_answer(string called, AnswerKind kind)
    {
        GatheredReply reply = Message(ShapeCarrier.ForcedTool, "answer", isForced: false, $$$"""[{"type":"tool_use","id":"toolu_1","name":"{{{called}}}","input":{"a":1}}]""", "tool_use");

        Assert.Equal(kind, reply.Answer(0).Kind);
    }

    [Fact]
    public void The_call_of_another_tool_beside_the_answer_breaks_it() =>
        Assert.Equal(
            AnswerKind.Malformed,
            Message(
                ShapeCarrier.ForcedTool,
                "answer",
                isForced: true,
                """[{"type":"tool_use","id":"toolu_1","name":"answer","input":{}},{"type":"tool_use","id":"toolu_2","name":"other","input":{}}]""",
                "tool_use").Answer(0).Kind);

    [Theory]
    [InlineData(true, AnswerKind.Malformed)]
    [InlineData(false, AnswerKind.ToolCalls)]
    public void Where_the_caller_s_tool_had_to_be_called_no_other_is(bool isForced, AnswerKind kind) =>
        Assert.Equal(kind, Message(ShapeCarrier.Format, "give", isForced, """[{"type":"tool_use","id":"toolu_1","name":"other","input":{}}]""", "tool_use").Answer(0).Kind);

    [Fact]
    public void Every_call_of_a_caller_s_own_tool_is_one_and_what_is_said_beside_them_stays()
    {
        GatheredReply reply = Message(
            ShapeCarrier.CallersTool,
            "give",
            isForced: true,
            """[{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"give","input":{"a":1}},{"type":"tool_use","id":"toolu_2","name":"give","input":{"a":2}}]""",
            "tool_use");

        Assert.Equal(AnswerKind.Document, reply.Answer(0).Kind);
        Assert.Equal(["""{"a":1}""", """{"a":2}"""], reply.Calls(0).Select(call => Encoding.UTF8.GetString(call.Span)));
        reply.ReplaceCall(0, 1, """{"a":3}"""u8);
        JsonNode message = Written(reply, Claude)["choices"]![0]!["message"]!;
        Assert.Equal("I look.", (string?)message["content"]);
        Assert.Equal(["""{"a":1}""", """{"a":3}"""], message["tool_calls"]!.AsArray().Select(call => (string)call!["function"]!["arguments"]!));
    }

    [Fact]
    public void Text_in_the_place_of_a_caller_s_own_tool_becomes_its_call()
    {
        GatheredReply reply = Message(ShapeCarrier.CallersTool, "give", isForced: true, """[{"type":"text","text":"{\"a\":1}"}]""", "end_turn");

        Assert.Empty(reply.Calls(0));
        Assert.True(reply.IsOutOfPlace(0));
        reply.Replace(0, reply.Answer(0).Text.Span, "give", Translating.RequestId);
        JsonNode message = Written(reply, Claude)["choices"]![0]!["message"]!;
        Assert.Null((string?)message["content"]);
        Assert.Equal("""{"a":1}""", (string?)message["tool_calls"]![0]!["function"]!["arguments"]);
    }

    [Fact]
    public void A_call_that_ends_as_a_text_does_is_a_call()
    {
        GatheredReply reply = Message(ShapeCarrier.Format, "n", isForced: false, """[{"type":"tool_use","id":"toolu_1","name":"other","input":{}}]""", "end_turn");

        Assert.Equal(AnswerKind.ToolCalls, reply.Answer(0).Kind);
    }

    [Fact]
    public void Every_call_of_a_caller_s_own_tool_flows()
    {
        string told = Flow(
            Claude,
            new AnswerChannel(() => new Plain(), ShapeCarrier.CallersTool, "give", "give"),
            Operation.ChatCompletions,
            Ask,
            ClaudeStream("tool_use", """{"type":"tool_use","id":"toolu_1","name":"give","input":{}}""", """{"type":"tool_use","id":"toolu_2","name":"give","input":{}}"""));

        Assert.Equal(["toolu_1", "toolu_2"], Translating.Events(told).Select(one => one.Data).OfType<JsonObject>()
            .SelectMany(data => data["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]!["tool_calls"] as JsonArray ?? [] : [])
            .Select(call => (string?)call!["id"]).OfType<string>());
        Assert.Contains("\"finish_reason\":\"tool_calls\"", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Operation.Messages, "claude-sonnet-4-6", "openai", true)]
    [InlineData(Operation.Messages, "claude-opus-5-5", "openai", false)]
    [InlineData(Operation.Messages, "claude-fable-5", "openai", false)]
    [InlineData(Operation.Converse, "anthropic.claude-sonnet-4-5-v1:0", "openai", true)]
    [InlineData(Operation.Converse, "anthropic.claude-opus-5-5-v1:0", "openai", false)]
    [InlineData(Operation.GenerateContent, "gemini-2.5-flash", "openai", true)]
    [InlineData(Operation.ChatCompletions, "gpt-4", "openai", true)]
    [InlineData(Operation.ChatCompletions, "m", "vllm", true)]
    [InlineData(Operation.ChatCompletions, "m", "mistral", true)]
    [InlineData(Operation.ChatCompletions, "m", "ollama", false)]
    public void Who_can_be_told_to_call_is_known(Operation operation, string model, string server, bool isForced)
    {
        const string Tool = ""","tools":[{"name":"give","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"give"}}""";
        RequestTranslation request = Translating.Read(Operation.Messages, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]""" + Tool);

        Assert.Equal(isForced, request.IsForcedAt(Translating.Target(operation, model, server)));
    }

    [Theory]
    [InlineData("claude-sonnet-4-6", false)]
    [InlineData("claude-opus-4-8", true)]
    public void A_model_that_calls_only_while_it_does_not_think_cannot_be_told_to(string model, bool isForced) =>
        Assert.Equal(
            isForced,
            Translating.Read(
                Operation.Messages,
                """{"model":"m","max_tokens":9,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"give","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}}""")
                .IsForcedAt(Translating.Target(Operation.Messages, model)));

    [Fact]
    public void A_forced_tool_that_was_not_called_is_no_call() =>
        Assert.Equal(AnswerKind.Document, Message(ShapeCarrier.ForcedTool, "answer", isForced: false, """[{"type":"text","text":"no"}]""", "end_turn").Answer(0).Kind);

    [Fact]
    public void A_name_that_was_spelled_for_Gemini_is_the_one_that_was_sent()
    {
        GatheredReply reply = new(Gemini, ShapeCarrier.ForcedTool, "1-give");
        reply.Plain("""{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"cw:1-give","args":{"a":1}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"totalTokenCount":1}}"""u8.ToArray());

        Assert.Equal(AnswerKind.Document, reply.Answer(0).Kind);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(reply.Answer(0).Text.Span));
    }

    [Theory]
    [InlineData(ShapeCarrier.ForcedTool, null)]
    [InlineData(ShapeCarrier.Format, "answer")]
    public void A_stream_with_the_call_of_another_tool_is_an_error(ShapeCarrier carrier, string? tool)
    {
        string told = Flow(
            Claude,
            new AnswerChannel(() => new Plain(), carrier, tool, "answer"),
            Operation.ChatCompletions,
            Ask,
            ClaudeStream("tool_use", """{"type":"tool_use","id":"toolu_1","name":"other","input":{}}"""));

        Assert.Contains("contract_violated", told, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Operation.Messages, """{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData(Operation.ChatCompletions, Ask)]
    [InlineData(Operation.Responses, """{"model":"m","input":"hi","stream":true}""")]
    [InlineData(Operation.StreamGenerateContent, """{"contents":[{"parts":[{"text":"hi"}]}]}""")]
    public void Thoughts_after_the_text_do_not_break_the_caller_s_stream(Operation caller, string asked)
    {
        string told = Flow(
            Claude,
            new AnswerChannel(() => new Plain(), ShapeCarrier.Format, Tool: null),
            caller,
            asked,
            ClaudeStream(
                "end_turn",
                """{"type":"text","text":"{\"a\":"}""",
                """{"type":"thinking","thinking":"hm","signature":"c2ln"}""",
                """{"type":"text","text":"1}"}"""));

        JsonNode[] events = [.. Translating.Events(told).Select(one => one.Data)];
        Assert.Equal("""{"a":1}""", caller switch
        {
            Operation.Messages => Told(events, data => (string?)data["delta"]?["text"]),
            Operation.Responses => Told(events, data => (string?)data["type"] == "response.output_text.delta" ? (string?)data["delta"] : null),
            Operation.StreamGenerateContent => Told(
                events, data => string.Concat(data["candidates"]![0]!["content"]!["parts"]!.AsArray().Where(part => part!["thought"] is null).Select(part => (string?)part!["text"]))),
            _ => Content(told),
        });
        if (caller == Operation.Messages)
        {
            AssertInOrder(events);
        }
    }

    // Every block of Anthropic's protocol ends before the next begins.
    private static void AssertInOrder(JsonNode[] events)
    {
        int open = -1;
        int begun = 0;
        foreach (JsonNode data in events)
        {
            switch ((string?)data["type"])
            {
                case "content_block_start":
                    Assert.Equal(-1, open);
                    open = (int)data["index"]!;
                    Assert.Equal(begun++, open);
                    break;
                case "content_block_delta":
                    Assert.Equal(open, (int)data["index"]!);
                    break;
                case "content_block_stop":
                    Assert.Equal(open, (int)data["index"]!);
                    open = -1;
                    break;
                case "message_delta":
                    Assert.Equal(-1, open);
                    break;
            }
        }

        Assert.Equal(2, begun);
    }

    private static void AssertAnswer(GatheredReply reply)
    {
        GatheredAnswer answer = reply.Answer(0);

        Assert.Equal(AnswerKind.Document, answer.Kind);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(answer.Text.Span));
        Assert.Equal("""{"a":1}""", (string?)Written(reply, Responses)["choices"]![0]!["message"]!["content"]);
    }

    private static GatheredReply Message(ShapeCarrier carrier, string toolName, bool isForced, string content, string stop)
    {
        GatheredReply reply = new(Claude, carrier, toolName, isForced);
        reply.Plain(Encoding.UTF8.GetBytes(
            $$$"""{"id":"m","type":"message","role":"assistant","model":"c","content":{{{content}}},"stop_reason":"{{{stop}}}","usage":{"input_tokens":1,"output_tokens":1}}"""));
        return reply;
    }

    private static JsonObject Written(GatheredReply reply, Target target)
    {
        ArrayBufferWriter<byte> output = new();
        new ReplyTranslation(Translating.Read(Operation.ChatCompletions, Ask), target, Translating.RequestId, Translating.Created, false, 7, stream: null).Write(reply, output);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    private static string Flow(Target target, AnswerChannel channel, Operation caller, string asked, IEnumerable<string> events)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(
            Translating.Read(caller, asked, stream: true), target, Translating.RequestId, Translating.Created, arrayStream: false, estimatedInputTokens: 7, output, channel);
        foreach (string data in events)
        {
            translation.Event(default, Encoding.UTF8.GetBytes(data));
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Response(string output) =>
        $$$"""{"id":"resp_1","object":"response","status":"completed","model":"g","output":{{{output}}},"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""";

    private static IEnumerable<string> CommentedStream()
    {
        yield return """{"type":"response.created","response":{"id":"resp_1","model":"g","status":"in_progress","output":[]}}""";
        int index = 0;
        foreach (JsonNode? item in JsonNode.Parse(Commented)!.AsArray())
        {
            JsonNode head = item!.DeepClone();
            head["content"] = new JsonArray();
            yield return $$$"""{"type":"response.output_item.added","output_index":{{{index}}},"item":{{{head.ToJsonString()}}}}""";
            yield return $$$"""{"type":"response.output_text.delta","output_index":{{{index}}},"content_index":0,"delta":{{{item["content"]![0]!["text"]!.ToJsonString()}}}}""";
            yield return $$$"""{"type":"response.output_item.done","output_index":{{{index}}},"item":{{{item.ToJsonString()}}}}""";
            index++;
        }

        yield return $$$"""{"type":"response.completed","response":{{{Response(Commented)}}}}""";
    }

    private static IEnumerable<string> ClaudeStream(string stop, params string[] blocks)
    {
        yield return """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""";
        for (int i = 0; i < blocks.Length; i++)
        {
            JsonNode block = JsonNode.Parse(blocks[i])!;
            string type = (string)block["type"]!;
            if (type == "tool_use")
            {
                yield return $$$"""{"type":"content_block_start","index":{{{i}}},"content_block":{{{blocks[i]}}}}""";
            }
            else
            {
                yield return $$$"""{"type":"content_block_start","index":{{{i}}},"content_block":{"type":"{{{type}}}","{{{type}}}":""}}""";
                string member = type == "text" ? "text" : "thinking";
                yield return $$$"""{"type":"content_block_delta","index":{{{i}}},"delta":{"type":"{{{member}}}_delta","{{{member}}}":{{{block[member]!.ToJsonString()}}}}}""";
                if (block["signature"] is { } signature)
                {
                    yield return $$$"""{"type":"content_block_delta","index":{{{i}}},"delta":{"type":"signature_delta","signature":{{{signature.ToJsonString()}}}}}""";
                }
            }

            yield return $$$"""{"type":"content_block_stop","index":{{{i}}}}""";
        }

        yield return $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{stop}}}"},"usage":{"output_tokens":1}}""";
        yield return """{"type":"message_stop"}""";
    }

    private static string Told(IEnumerable<JsonNode> events, Func<JsonNode, string?> text) => string.Concat(events.Where(data => data is JsonObject).Select(text));

    private static string Content(string sse) =>
        Told(Translating.Events(sse).Select(one => one.Data), data => (data["choices"] as JsonArray)?.Count > 0 ? (string?)data["choices"]![0]!["delta"]!["content"] : null);

    private sealed class Plain : AnswerFlow
    {
        public override (string Code, string Message) Problem => ("contract_violated", "no");

        public override bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
        {
            output.Write(utf8);
            return true;
        }

        public override bool Complete(IBufferWriter<byte> output) => true;
    }
}
