using System.Diagnostics;
using System.Text;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Usage;

public sealed class ChatMeterTests
{
    private const string Chunk =
        """{"id":"chatcmpl-C1x9","object":"chat.completion.chunk","created":1795430000,"model":"gpt-6-luna-2026-08-04","service_tier":"default","choices":[{"index":0,"delta":{"content":" hello"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"xY7"}""";

    [Theory]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", StreamVerdict.UsageOnly)]
    [InlineData("""{ "choices" : [ ] , "usage" : { "prompt_tokens" : 5 , "completion_tokens" : 2 } }""", StreamVerdict.UsageOnly)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", StreamVerdict.Pass)]
    [InlineData("""{"choices":[{"delta":{}}],"x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":2}}}""", StreamVerdict.Pass)]
    public void Usage_is_found_where_servers_put_it(string data, StreamVerdict verdict)
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: true);
        meter.Event(default, Encoding.UTF8.GetBytes(Chunk));

        Assert.Equal(verdict, meter.Event(default, Encoding.UTF8.GetBytes(data)));
        Assert.Equal(new TokenUsage(5, 0, 0, 0, 0, 0, 2, 0), meter.Usage);
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":7}"}}],"usage":null}""")]
    [InlineData("""{"choices":[{"delta":{"content":"usage"}}]}""")]
    [InlineData("""{"choices":[{"delta":{"usage":{"prompt_tokens":7,"completion_tokens":7}}}]}""")]
    [InlineData("""{"choices":[],"prompt_filter_results":[{"usage":{"prompt_tokens":7,"completion_tokens":7}}]}""")]
    [InlineData("""{"choices":[],"usage":null}""")]
    public void Text_that_looks_like_usage_is_not(string data)
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: true);

        Assert.Equal(StreamVerdict.Pass, meter.Event(default, Encoding.UTF8.GetBytes(data)));
        Assert.True(meter is { HasUsage: false, UnusableReports: 0, MalformedEvents: 0, StopReason: null });
    }

    [Theory]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":5.5,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":1e3,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":NaN,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":"5","completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":1099511627777,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":99999999999999999999,"completion_tokens":2}""")]
    [InlineData("""{"prompt_tokens":5}""")]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":null}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    public void A_report_that_cannot_be_believed_is_counted_and_left(string usage)
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: false);

        meter.Body(Encoding.UTF8.GetBytes($$"""{"model":"m","usage":{{usage}}}"""));

        Assert.True(meter is { HasUsage: false, UnusableReports: 1, Ended: true, Model: "m" });
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":8}}""", 0, 8, 8, 4, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":null,"completion_tokens_details":null}""", 10, 0, 0, 4, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":4}""", 4, 6, 0, 4, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"num_cached_tokens":6}""", 4, 6, 0, 4, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"completion_tokens_details":{"reasoning_tokens":3}}""", 10, 0, 0, 4, 3)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4,"total_tokens":44,"completion_tokens_details":{"reasoning_tokens":30}}""", 10, 0, 0, 34, 30)]
    public void Counts_are_normalised(string usage, long uncached, long read, long written, long output, long reasoning)
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: false);

        meter.Body(Encoding.UTF8.GetBytes($$"""{"usage":{{usage}}}"""));

        Assert.Equal(new TokenUsage(uncached, read, 0, 0, written, 0, output, reasoning), meter.Usage);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"server_error","code":"server_overloaded"}}""", "server_overloaded")]
    [InlineData("""{"error":{"message":"m","type":"server_error","code":null}}""", "server_error")]
    [InlineData("""{"error":{"message":"m","code":502}}""", "502")]
    [InlineData("""{"error":"text"}""", "error")]
    [InlineData("""{"choices":[],"error":{"code":"c"}}""", "c")]
    public void An_error_inside_a_stream_is_told_apart(string data, string code)
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: true);
        meter.Event(default, Encoding.UTF8.GetBytes(Chunk));

        Assert.Equal(StreamVerdict.Error, meter.Event(default, Encoding.UTF8.GetBytes(data)));
        Assert.Equal(code, meter.ErrorCode);
        Assert.False(meter.Ended);
    }

    [Fact]
    public void A_broken_event_passes_and_is_counted()
    {
        ResponseMeter meter = new(Operation.ChatCompletions, stream: true);

        Assert.Equal(StreamVerdict.Pass, meter.Event(default, """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}"""u8));
        Assert.Equal(1, meter.MalformedEvents);
    }

    [Fact]
    public void An_ordinary_chunk_allocates_nothing_and_costs_well_under_a_microsecond()
    {
        byte[] data = Encoding.UTF8.GetBytes(Chunk);
        ResponseMeter meter = new(Operation.ChatCompletions, stream: true);
        for (int i = 0; i < 20_000; i++)
        {
            meter.Event(default, data);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long best = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < 1_000; i++)
            {
                meter.Event(default, data);
            }

            best = Math.Min(best, Stopwatch.GetTimestamp() - started);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);

        // Generous, since this runs unoptimised beside other work: the benchmark holds the real figure.
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(0, best).TotalNanoseconds / 1_000:F0} ns");
        Assert.InRange(Stopwatch.GetElapsedTime(0, best).TotalMicroseconds / 1_000, 0, 5);
    }
}
