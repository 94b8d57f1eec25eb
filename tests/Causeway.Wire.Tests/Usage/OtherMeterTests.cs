using System.Text;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Usage;

/// <summary>What Responses, Messages and Gemini streams do besides their recorded course.</summary>
public sealed class OtherMeterTests
{
    // The envelope around them is no output.
    [Theory]
    [InlineData(Operation.ChatCompletions, """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"12345678","refusal":null},"logprobs":{"content":[{"token":"12345678","logprob":-0.1}]},"finish_reason":"stop"}],"usage":null}""", 8)]
    [InlineData(Operation.Responses, """{"id":"r","status":"completed","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"1234"}]},{"type":"message","content":[{"type":"output_text","text":"12345678","annotations":[]}]},{"type":"function_call","name":"f","arguments":"{}"}]}""", 14)]
    [InlineData(Operation.Messages, """{"id":"m","content":[{"type":"thinking","thinking":"1234","signature":"sssssssss"},{"type":"text","text":"12345678"}],"stop_reason":"end_turn"}""", 12)]
    [InlineData(Operation.GenerateContent, """{"candidates":[{"content":{"parts":[{"text":"1234"},{"text":"5678"}],"role":"model"},"finishReason":"STOP"}]}""", 8)]
    [InlineData(Operation.Converse, """{"output":{"message":{"role":"assistant","content":[{"text":"12345678"}]}},"stopReason":"end_turn"}""", 8)]
    public void What_a_plain_reply_generated_is_measured_in_any_pieces(Operation operation, string body, int bytes)
    {
        byte[] all = System.Text.Encoding.UTF8.GetBytes(body);
        for (int piece = 1; piece <= all.Length; piece++)
        {
            ResponseMeter meter = new(operation, stream: false);
            for (int at = 0; at < all.Length; at += piece)
            {
                meter.Body(all.AsSpan(at, Math.Min(piece, all.Length - at)));
            }

            Assert.Equal(((long)bytes, true), (meter.GeneratedBytes, meter.Ended));
        }
    }

    [Fact]
    public void A_failed_response_is_an_error_and_an_end()
    {
        ResponseMeter meter = new(Operation.Responses, stream: true);

        StreamVerdict verdict = Event(meter, "response.failed", """{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"m"},"usage":null}}""");

        Assert.Equal(StreamVerdict.Error, verdict);
        Assert.True(meter is { Ended: true, ErrorCode: "server_error", HasUsage: false, StopReason: "failed" });
    }

    [Theory]
    [InlineData("""{"response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"usage":{"input_tokens":3,"output_tokens":4}}}""")]
    [InlineData("""{"response":{"incomplete_details":{"reason":"max_output_tokens"},"usage":{"input_tokens":3,"output_tokens":4},"status":"incomplete"}}""")]
    public void An_incomplete_response_tells_its_reason(string data)
    {
        ResponseMeter meter = new(Operation.Responses, stream: true);

        Assert.Equal(StreamVerdict.End, Event(meter, "response.incomplete", data));
        Assert.True(meter is { Ended: true, StopReason: "max_output_tokens", HasUsage: true });
    }

    [Fact]
    public void Events_without_a_name_are_known_by_their_type()
    {
        ResponseMeter responses = new(Operation.Responses, stream: true);
        ResponseMeter messages = new(Operation.Messages, stream: true);

        Assert.Equal(StreamVerdict.Pass, Event(responses, "", """{"type":"response.output_text.delta","delta":"abc"}"""));
        Assert.Equal(StreamVerdict.End, Event(responses, "", """{"response":{"usage":{"input_tokens":1,"output_tokens":1}},"type":"response.completed"}"""));
        Assert.Equal(StreamVerdict.End, Event(responses, "", "[DONE]"));
        Assert.Equal(StreamVerdict.Error, Event(responses, "", """{"error":{"code":"x"}}"""));
        Assert.Equal(StreamVerdict.End, Event(messages, "", """{"type":"message_stop"}"""));
        Assert.Equal((3, true), (responses.OutputTextBytes, messages.Ended));
    }

    [Fact]
    public void A_cut_messages_stream_still_knows_its_input()
    {
        ResponseMeter meter = new(Operation.Messages, stream: true);

        Event(meter, "message_start", """{"type":"message_start","message":{"model":"claude","usage":{"input_tokens":25,"cache_read_input_tokens":4,"output_tokens":1}}}""");
        Event(meter, "content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}""");

        Assert.True(meter is { InputReported: true, HasUsage: false, Ended: false, OutputTextBytes: 5 });
        Assert.Equal(29, meter.Usage.Input);
    }

    [Theory]
    [InlineData("""{"output_tokens":9}""", 25, 4, 100, 200)]
    [InlineData("""{"output_tokens":9,"input_tokens":30,"cache_read_input_tokens":0,"cache_creation_input_tokens":300}""", 30, 0, 100, 200)]
    [InlineData("""{"output_tokens":9,"cache_creation_input_tokens":350}""", 25, 4, 150, 200)]
    [InlineData("""{"output_tokens":9,"cache_creation_input_tokens":50}""", 25, 4, 0, 50)]
    [InlineData("""{"output_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2}}""", 25, 4, 1, 2)]
    [InlineData("""{"output_tokens":9,"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_1h_input_tokens":2}}""", 25, 4, 8, 2)]
    public void A_later_report_replaces_what_it_tells(string usage, long input, long read, long fiveMinutes, long hour)
    {
        ResponseMeter meter = new(Operation.Messages, stream: true);
        Event(meter, "message_start", """{"message":{"usage":{"input_tokens":25,"cache_read_input_tokens":4,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1}}}""");

        Event(meter, "message_delta", $$"""{"delta":{"stop_reason":"end_turn"},"usage":{{usage}}}""");

        Assert.Equal(new TokenUsage(input, read, fiveMinutes, hour, 0, 0, 9, 0), meter.Usage);
        Assert.True(meter.HasUsage);
    }

    [Fact]
    public void An_unusable_report_leaves_what_was_known()
    {
        ResponseMeter meter = new(Operation.Messages, stream: true);
        Event(meter, "message_start", """{"message":{"usage":{"input_tokens":25,"output_tokens":1}}}""");

        Event(meter, "message_delta", """{"usage":{"output_tokens":-9}}""");

        Assert.True(meter is { HasUsage: false, InputReported: true, UnusableReports: 1 });
        Assert.Equal(25, meter.Usage.Input);
    }

    [Fact]
    public void A_blocked_prompt_ends_a_gemini_stream()
    {
        ResponseMeter meter = new(Operation.StreamGenerateContent, stream: true);

        StreamVerdict verdict = Event(meter, "", """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7}}""");

        Assert.Equal(StreamVerdict.Pass, verdict);
        Assert.True(meter is { Ended: true, StopReason: "PROHIBITED_CONTENT" });
        Assert.Equal(new TokenUsage(7, 0, 0, 0, 0, 0, 0, 0), meter.Usage);
    }

    [Fact]
    public void A_gemini_error_is_told_apart()
    {
        ResponseMeter meter = new(Operation.StreamGenerateContent, stream: true);

        Assert.Equal(StreamVerdict.Error, Event(meter, "", """{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"""));
        Assert.Equal((false, "UNAVAILABLE"), (meter.Ended, meter.ErrorCode));
    }

    [Fact]
    public void A_vendor_word_with_a_line_end_is_not_kept()
    {
        ResponseMeter meter = new(Operation.Messages, stream: false);

        meter.Body("""{"model":"a\r\nset-cookie: x","stop_reason":"end_turn"}"""u8);

        Assert.Equal((null, "end_turn"), (meter.Model, meter.StopReason));
    }

    private static StreamVerdict Event(ResponseMeter meter, string name, string data) =>
        meter.Event(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));
}
