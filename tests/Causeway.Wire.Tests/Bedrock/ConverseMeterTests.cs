using System.Text;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Bedrock;

public sealed class ConverseMeterTests
{
    private const string Usage =
        """{"inputTokens":10,"outputTokens":7,"totalTokens":1117,"cacheReadInputTokens":100,"cacheWriteInputTokens":1000,"cacheDetails":[{"ttl":"5m","inputTokens":600},{"ttl":"1h","inputTokens":400}]}""";

    [Fact]
    public void A_reply_tells_its_usage_and_its_end_and_no_model()
    {
        ResponseMeter meter = new(Operation.Converse, stream: false);

        meter.Body(Encoding.UTF8.GetBytes($$$"""{"output":{"message":{"content":[{"text":"usage"}]}},"stopReason":"end_turn","usage":{{{Usage}}},"serviceTier":{"type":"priority"}}"""));

        Assert.True(meter is { Ended: true, HasUsage: true, Model: null, StopReason: "end_turn", ServiceTier: "priority" });
        Assert.Equal(new TokenUsage(10, 100, 600, 400, 0, 0, 7, 0), meter.Usage);
    }

    [Fact]
    public void A_prompt_router_tells_whom_it_chose()
    {
        ResponseMeter meter = new(Operation.Converse, stream: false);

        meter.Body("""{"usage":{"inputTokens":1,"outputTokens":1},"trace":{"promptRouter":{"invokedModelId":"arn:x"}}}"""u8);

        Assert.Equal("arn:x", meter.Model);
    }

    [Fact]
    public void A_stream_ends_with_its_metadata()
    {
        ResponseMeter meter = new(Operation.ConverseStream, stream: true);

        Assert.Equal(StreamVerdict.Pass, Event(meter, "messageStart", """{"role":"assistant"}"""));
        Assert.Equal(StreamVerdict.Pass, Event(meter, "contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"hello"},"p":"abcdefghijk"}"""));
        Assert.Equal(StreamVerdict.Pass, Event(meter, "contentBlockDelta", """{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{}"}}}"""));
        Assert.Equal(StreamVerdict.Pass, Event(meter, "contentBlockDelta", """{"contentBlockIndex":2,"delta":{"reasoningContent":{"signature":"abc"}}}"""));
        Assert.Equal(StreamVerdict.Pass, Event(meter, "messageStop", """{"stopReason":"tool_use"}"""));
        Assert.False(meter.Ended);
        Assert.Equal(StreamVerdict.End, Event(meter, "metadata", $$$"""{"usage":{{{Usage}}},"metrics":{"latencyMs":3}}"""));

        Assert.True(meter is { Ended: true, HasUsage: true, StopReason: "tool_use", OutputTextBytes: 7, MalformedEvents: 0 });
        Assert.Equal(1117, meter.Usage.Input + meter.Usage.Output);
    }

    [Theory]
    [InlineData("throttlingException", "throttlingException")]
    [InlineData("modelStreamErrorException", "modelStreamErrorException")]
    [InlineData("InternalFailure", "InternalFailure")]
    public void An_exception_is_an_error_and_no_end(string name, string code)
    {
        ResponseMeter meter = new(Operation.ConverseStream, stream: true);

        Assert.Equal(StreamVerdict.Error, Event(meter, name, """{"message":"m"}"""));
        Assert.Equal((false, code), (meter.Ended, meter.ErrorCode));
    }

    [Fact]
    public void An_event_that_is_not_known_yet_passes() =>
        Assert.Equal(StreamVerdict.Pass, Event(new ResponseMeter(Operation.ConverseStream, stream: true), "contentBlockSummary", "{}"));

    [Theory]
    [InlineData("""{"inputTokens":-1,"outputTokens":7}""")]
    [InlineData("""{"inputTokens":1.5,"outputTokens":7}""")]
    [InlineData("""{"inputTokens":1}""")]
    [InlineData("""{"inputTokens":1,"outputTokens":7,"cacheDetails":[{"ttl":"1h","inputTokens":-4}]}""")]
    public void A_report_that_cannot_be_is_not_believed(string usage)
    {
        ResponseMeter meter = new(Operation.ConverseStream, stream: true);

        Event(meter, "metadata", $$$"""{"usage":{{{usage}}}}""");

        Assert.Equal((false, 1), (meter.HasUsage, meter.UnusableReports));
    }

    [Fact]
    public void Writes_without_a_split_live_for_five_minutes()
    {
        ResponseMeter meter = new(Operation.ConverseStream, stream: true);

        Event(meter, "metadata", """{"usage":{"inputTokens":1,"outputTokens":2,"cacheWriteInputTokens":30,"cacheDetails":null}}""");

        Assert.Equal(new TokenUsage(1, 0, 30, 0, 0, 0, 2, 0), meter.Usage);
    }

    private static StreamVerdict Event(ResponseMeter meter, string name, string data) => meter.Event(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));
}
