using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Usage;

public sealed class RecordedReplyTests
{
    [Fact]
    public void A_chat_stream_tells_model_stop_and_usage_and_one_extra_chunk()
    {
        StreamedReply reply = StreamedReply.Of(Operation.ChatCompletions, Recorded.Bytes("chat-tools.sse"));

        Assert.Equal(new TokenUsage(58, 1024, 0, 0, 128, 0, 96, 40), reply.Meter.Usage);
        Assert.Equal(1210, reply.Meter.Usage.Input);
        Assert.Equal("gpt-6-luna-2026-08-04", reply.Meter.Model);
        Assert.Equal("tool_calls", reply.Meter.StopReason);
        Assert.Equal("default", reply.Meter.ServiceTier);
        Assert.True(reply.Meter is { Ended: true, HasUsage: true, MalformedEvents: 0, UnusableReports: 0 });
        Assert.InRange(reply.Meter.OutputTextBytes, 80, 120);
        Assert.Equal([StreamVerdict.UsageOnly, StreamVerdict.End], reply.Verdicts.Where(v => v != StreamVerdict.Pass));
    }

    [Fact]
    public void A_responses_stream_ends_with_its_terminal_event()
    {
        StreamedReply reply = StreamedReply.Of(Operation.Responses, Recorded.Bytes("responses.sse"));

        Assert.Equal(new TokenUsage(448, 1000, 0, 0, 500, 100, 300, 210), reply.Meter.Usage);
        Assert.Equal("gpt-6.1-sol-2026-10-06", reply.Meter.Model);
        Assert.Equal("completed", reply.Meter.StopReason);
        Assert.Equal("priority", reply.Meter.ServiceTier);
        Assert.True(reply.Meter is { Ended: true, HasUsage: true, ErrorCode: null, MalformedEvents: 0 });
        Assert.Equal(StreamVerdict.End, reply.Verdicts[^1]);
        Assert.All(reply.Verdicts.SkipLast(1), v => Assert.Equal(StreamVerdict.Pass, v));
    }

    [Fact]
    public void A_messages_stream_keeps_the_input_of_its_start_where_the_end_leaves_it_out()
    {
        StreamedReply reply = StreamedReply.Of(Operation.Messages, Recorded.Bytes("messages-thinking.sse"));

        Assert.Equal(new TokenUsage(25, 5000, 100, 200, 0, 0, 89, 31), reply.Meter.Usage);
        Assert.Equal("claude-sonnet-5-5-20260914", reply.Meter.Model);
        Assert.Equal("tool_use", reply.Meter.StopReason);
        Assert.Equal("standard", reply.Meter.ServiceTier);
        Assert.Equal("us", reply.Meter.Region);
        Assert.True(reply.Meter is { Ended: true, HasUsage: true, MalformedEvents: 0 });
        Assert.Equal(StreamVerdict.End, reply.Verdicts[^1]);
    }

    [Theory]
    [InlineData("gemini.sse", false)]
    [InlineData("gemini-array.json", true)]
    public void A_gemini_stream_counts_the_last_total_and_bills_thoughts_as_output(string file, bool array)
    {
        StreamedReply reply = StreamedReply.Of(Operation.StreamGenerateContent, Recorded.Bytes(file), array);

        Assert.Equal(new TokenUsage(155, 256, 0, 0, 0, 0, 38, 20), reply.Meter.Usage);
        Assert.Equal("gemini-3.8-flash", reply.Meter.Model);
        Assert.Equal("STOP", reply.Meter.StopReason);
        Assert.True(reply.Meter is { Ended: true, HasUsage: true, MalformedEvents: 0 });
        Assert.False(reply.IsTruncated);
        Assert.Equal(3, reply.Verdicts.Count);
    }

    [Theory]
    [InlineData("chat.json", Operation.ChatCompletions, 19, 10, "gpt-6-luna-2026-08-04", "stop")]
    [InlineData("responses.json", Operation.Responses, 2048, 300, "gpt-6.1-sol-2026-10-06", "completed")]
    [InlineData("messages.json", Operation.Messages, 19, 9, "claude-haiku-5-5-20260801", "end_turn")]
    [InlineData("gemini.json", Operation.GenerateContent, 411, 38, "gemini-3.8-flash", "STOP")]
    [InlineData("embeddings.json", Operation.Embeddings, 8, 0, "text-embedding-3-small", null)]
    public void A_plain_reply_reads_the_same_however_it_is_cut(
        string file, Operation operation, long input, long output, string model, string? stop)
    {
        byte[] body = Recorded.Bytes(file);
        ResponseMeter whole = new(operation, stream: false);
        whole.Body(body);

        Assert.Equal((input, output), (whole.Usage.Input, whole.Usage.Output));
        Assert.Equal((model, stop), (whole.Model, whole.StopReason));
        Assert.True(whole is { Ended: true, HasUsage: true, SawBytes: true, UnusableReports: 0 });
        for (int size = 1; size < body.Length; size = size < 64 ? size + 1 : size * 2)
        {
            ResponseMeter pieces = new(operation, stream: false);
            for (int at = 0; at < body.Length; at += size)
            {
                pieces.Body(body.AsSpan(at, Math.Min(size, body.Length - at)));
            }

            Assert.Equal(StreamedReply.Known(whole), StreamedReply.Known(pieces));
        }
    }

    [Fact]
    public void A_plain_reply_that_stops_early_has_not_ended()
    {
        byte[] body = Recorded.Bytes("chat.json").AsSpan().TrimEnd("\n"u8).ToArray();
        ResponseMeter meter = new(Operation.ChatCompletions, stream: false);

        meter.Body(body.AsSpan(..^1));

        Assert.False(meter.Ended);
        meter.Body("}"u8);
        Assert.True(meter.Ended);
    }
}
