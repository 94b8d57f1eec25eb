using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Replies that are read whole, looked at, changed, and written for their caller.</summary>
public sealed class GatheredReplyTests
{
    private const string Ask = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private static readonly Target Chat = Translating.Target(Operation.ChatCompletions, "gpt-4.1");
    private static readonly Target Claude = Translating.Target(Operation.Messages, "claude-sonnet-4-6");

    [Fact]
    public void Several_parts_are_one_text()
    {
        GatheredReply reply = Plain(Claude, ShapeCarrier.Format, """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"{\"a\":"},{"type":"text","text":"1}"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""");

        GatheredAnswer answer = reply.Answer(0);

        Assert.Equal(AnswerKind.Document, answer.Kind);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(answer.Text.Span));
    }

    [Fact]
    public void What_a_model_says_before_the_call_it_must_make_is_no_part_of_the_answer()
    {
        GatheredReply reply = Plain(Claude, ShapeCarrier.ForcedTool, """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"I'll invoke it."},{"type":"tool_use","id":"toolu_1","name":"answer","input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}}""");

        Assert.Equal(AnswerKind.Document, reply.Answer(0).Kind);
        reply.Replace(0, """{"a":2}"""u8, tool: null, Translating.RequestId);
        JsonObject told = Written(reply, Claude);

        Assert.Equal("""{"a":2}""", (string?)told["choices"]![0]!["message"]!["content"]);
        Assert.Null(told["choices"]![0]!["message"]!["tool_calls"]);
        Assert.Equal("stop", (string?)told["choices"]![0]!["finish_reason"]);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"{\"a"}""", "length", AnswerKind.Truncated)]
    [InlineData("""{"role":"assistant","content":null,"refusal":"no"}""", "stop", AnswerKind.Refused)]
    [InlineData("""{"role":"assistant","content":""}""", "content_filter", AnswerKind.Refused)]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}""", "tool_calls", AnswerKind.ToolCalls)]
    [InlineData("""{"role":"assistant","content":"  "}""", "stop", AnswerKind.Document)]
    public void What_is_no_whole_answer_is_told_apart(string message, string finish, AnswerKind kind) =>
        Assert.Equal(kind, Plain(Chat, ShapeCarrier.Format, Completion(message, finish)).Answer(0).Kind);

    [Fact]
    public void A_document_becomes_the_call_that_its_caller_waits_for_in_a_stream_too()
    {
        const string Forced = """{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"give","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"give"}}""";
        GatheredReply reply = Plain(Chat, ShapeCarrier.Format, Completion("""{"role":"assistant","content":"{\"a\":1}"}""", "stop"));
        reply.Replace(0, """{"a":"é"}"""u8, "give", Translating.RequestId);
        ArrayBufferWriter<byte> output = new();

        new ReplyTranslation(Translating.Read(Operation.Messages, Forced, stream: true), Chat, Translating.RequestId, Translating.Created, false, 7, output).Write(reply, output);
        string sse = Encoding.UTF8.GetString(output.WrittenSpan);

        Assert.Contains("\"tool_use\"", sse, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"give\"", sse, StringComparison.Ordinal);
        Assert.Contains("""{\"a\":\"é\"}""", sse, StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"tool_use\"", sse, StringComparison.Ordinal);
        Assert.Contains("message_stop", sse, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_gathered_into_what_its_plain_reply_would_be()
    {
        GatheredReply reply = new(Chat, ShapeCarrier.Format);
        foreach (string chunk in (string[])
        [
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"g","choices":[{"index":0,"delta":{"role":"assistant","content":"{\"a\""},"finish_reason":null}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"g","choices":[{"index":0,"delta":{"content":":1}"},"finish_reason":null}]}""",
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"g","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            "[DONE]",
        ])
        {
            reply.Event(default, Encoding.UTF8.GetBytes(chunk));
        }

        Assert.True(reply.Close());
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(reply.Answer(0).Text.Span));
    }

    [Fact]
    public void What_earlier_calls_used_is_part_of_the_same_answer()
    {
        GatheredReply reply = Plain(Chat, ShapeCarrier.Format, Completion("""{"role":"assistant","content":"{}"}""", "stop"));
        reply.AddUsage(new TokenUsage(100, 0, 0, 0, 0, 0, 10, 0));

        JsonNode usage = Written(reply, Chat)["usage"]!;

        Assert.Equal(103, (int?)usage["prompt_tokens"]);
        Assert.Equal(14, (int?)usage["completion_tokens"]);
    }

    [Fact]
    public void What_cannot_be_read_is_a_failure()
    {
        Assert.Equal("upstream_protocol", Plain(Chat, ShapeCarrier.Format, "{").Failure!.Value.Code);
        Assert.Null(Plain(Chat, ShapeCarrier.Format, Completion("""{"role":"assistant","content":"x"}""", "stop")).Failure);
    }

    private static GatheredReply Plain(Target target, ShapeCarrier carrier, string body)
    {
        GatheredReply reply = new(target, carrier);
        reply.Plain(Encoding.UTF8.GetBytes(body));
        return reply;
    }

    private static JsonObject Written(GatheredReply reply, Target target)
    {
        ArrayBufferWriter<byte> output = new();
        new ReplyTranslation(Translating.Read(Operation.ChatCompletions, Ask), target, Translating.RequestId, Translating.Created, false, 7, stream: null).Write(reply, output);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    private static string Completion(string message, string finish) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"g","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""";
}
