using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CsCheck;

namespace Causeway.Simulator.Tests.Faults;

public sealed class StreamFaultTests
{
    [Fact]
    public async Task An_error_event_is_the_last_one_and_speaks_the_vendors_words()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"error_at_event":3}}]}""");

        string chat = await sim.TextAsync(Sim.Chat, Sim.HelloStream);
        string claude = await sim.TextAsync(Sim.Messages, Sim.ClaudeStream);
        string responses = await sim.TextAsync("/v1/responses", """{"model":"m","input":"hi","stream":true}""");
        string gemini = await sim.TextAsync("/v1beta/models/g:streamGenerateContent?alt=sse", Sim.GeminiHello);

        Assert.StartsWith("{\"error\":{\"message\":", Sim.Data(chat)[^1], StringComparison.Ordinal);
        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"", claude, StringComparison.Ordinal);
        Assert.Equal(3, JsonElement.Parse(Sim.Data(responses)[^1]).GetProperty("sequence_number").GetInt32());
        Assert.StartsWith("{\"error\":{\"code\":503", Sim.Data(gemini)[^1], StringComparison.Ordinal);
        Assert.Equal(4, (await sim.TotalAsync()).GetProperty("streams_cut").GetInt32());
    }

    [Fact]
    public async Task A_malformed_event_keeps_its_framing()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"malformed_at_event":1}}]}""");

        IReadOnlyList<string> events = await sim.EventsAsync(Sim.Chat, Sim.HelloStream);

        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(events[1]));
        Assert.Equal("[DONE]", events[^1]);
    }

    [Fact]
    public async Task Inserted_text_stands_before_or_in_place_of_an_event()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"insert":[{"at_event":0,"text":": comment\n\n"},{"at_event":1,"text":"data: nonsense\n\n","replace":true}]}}]}""");

        string stream = await sim.TextAsync(Sim.Chat, Sim.HelloStream);

        string[] blocks = stream.Split("\n\n");
        Assert.Equal(": comment", blocks[0]);
        Assert.Equal("data: nonsense", blocks[2]);
        Assert.DoesNotContain("\"content\":\"Hello \"", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_line_has_its_length_and_is_not_kept_in_memory()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"huge_line":{"at_event":1,"bytes":20000000}}}]}""");

        string stream = await sim.TextAsync(Sim.Chat, Sim.HelloStream);

        Assert.Equal(20_000_000, stream.Split("\n\n")[1].Length - "data: ".Length);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("comments")]
    public async Task An_endless_stream_ends_at_its_limit_as_a_reset(string kind)
    {
        await using Sim sim = await Sim.StartAsync($$$"""{"rules":[{"then":{"endless":{"kind":"{{{kind}}}"},"event_gap_ms":1,"limit_ms":300}}]}""");

        RawReply reply = await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.HelloStream);

        Assert.True(reply.WasReset);
        string needle = kind == "comments" ? ": keep-alive\n\n" : "\"content\":\"Hello \"";
        Assert.True(reply.Text.Split(needle).Length > 5);
        Assert.DoesNotContain("[DONE]", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_is_counted_and_billed_for_what_left()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"endless":{"kind":"comments"}}}]}""");
        using (HttpResponseMessage response = await sim.PostAsync(Sim.Chat, Sim.HelloStream, headersOnly: true))
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(Sim.Token);
            await body.ReadExactlyAsync(new byte[10], Sim.Token);
            Assert.Equal(1, (await sim.GetAsync("/sim/open")).GetProperty("streams").GetInt32());
        }

        JsonElement open = await sim.GetAsync("/sim/open?until=0&within_ms=30000");

        JsonElement total = await sim.TotalAsync();
        Assert.Equal(0, open.GetProperty("streams").GetInt32());
        Assert.Equal(1, total.GetProperty("streams_client_gone").GetInt32());
        Assert.Equal(8, total.GetProperty("input_uncached").GetInt32());
        Assert.InRange(total.GetProperty("output").GetInt32(), 0, 16);
    }

    [Fact]
    public async Task A_status_with_headers_applies_so_often_and_is_then_spent()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"match":{"protocol":"openai","operation":"chat_completions"},"times":2,"then":{"status":429,"headers":{"retry-after":"1","x-ratelimit-reset-tokens":null}}}]}""");

        using HttpResponseMessage first = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage other = await sim.PostAsync(Sim.Messages, Sim.ClaudeHello);
        using HttpResponseMessage second = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage third = await sim.PostAsync(Sim.Chat, Sim.Hello);

        Assert.Equal([429, 200, 429, 200], new[] { first, other, second, third }.Select(r => (int)r.StatusCode));
        Assert.Equal("1", first.Headers.GetValues("retry-after").Single());
        Assert.False(first.Headers.Contains("x-ratelimit-reset-tokens"));
        Assert.Equal(2, (await sim.GetAsync("/sim/script")).GetProperty("used")[0].GetInt32());
    }

    [Fact]
    public async Task Html_redirects_and_huge_bodies_replace_the_answer_for_free()
    {
        await using Sim sim = await Sim.StartAsync("""
            {"rules":[{"times":1,"then":{"body":"<html>hi</html>","content_type":"text/html"}},
                      {"times":1,"then":{"status":302,"headers":{"location":"http://127.0.0.1:1/"}}},
                      {"then":{"body_bytes":3000000}}]}
            """);

        using HttpResponseMessage html = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage moved = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage huge = await sim.PostAsync(Sim.Chat, Sim.Hello);

        Assert.Equal("text/html", html.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
        Assert.Equal("http://127.0.0.1:1/", moved.Headers.Location?.ToString());
        Assert.Equal(3_000_000, (await huge.Content.ReadAsByteArrayAsync(Sim.Token)).Length);
        Assert.Equal(3, (await sim.TotalAsync()).GetProperty("rejected").GetInt32());
        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("output").GetInt32());
    }

    [Fact]
    public async Task Gzip_is_real_or_a_lie_as_scripted()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"times":1,"then":{"encoding":"gzip"}},{"then":{"encoding":"gzip_label_only"}}]}""");

        using HttpResponseMessage real = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage lie = await sim.PostAsync(Sim.Chat, Sim.Hello);

        Assert.Equal(0x1f, (await real.Content.ReadAsByteArrayAsync(Sim.Token))[0]);
        Assert.Equal((byte)'{', (await lie.Content.ReadAsByteArrayAsync(Sim.Token))[0]);
        Assert.Contains("gzip", lie.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Any_chunk_size_carries_the_same_bytes()
    {
        await using Sim sim = await Sim.StartAsync();
        string whole = await sim.TextAsync(Sim.Chat, Sim.HelloStream);

        await Gen.Int[1, 5_000].SampleAsync(async size =>
        {
            await sim.ScriptAsync($$$"""{"rules":[{"then":{"chunk_bytes":{{{size}}}}}]}""");
            Assert.Equal(whole, await sim.TextAsync(Sim.Chat, Sim.HelloStream));
        }, iter: 20, threads: 1);
    }

    [Fact]
    public async Task An_event_stream_can_be_written_in_unusual_ways()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"sse":{"newline":"cr","space":false,"bom":true,"no_last_blank":true}}}]}""");

        using HttpResponseMessage response = await sim.PostAsync(Sim.Chat, Sim.HelloStream);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(Sim.Token);

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal("data:{"u8.ToArray(), bytes[3..9]);
        Assert.DoesNotContain((byte)'\n', bytes);
        Assert.Equal((byte)']', bytes[^1]);
    }

    [Fact]
    public async Task Latency_is_kept_before_the_head_before_the_body_and_between_events()
    {
        RecordedTime time = new();
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"delay_ms":60000,"first_byte_delay_ms":50000,"event_gap_ms":40000,"text":"a b c"}}]}""", time);

        IReadOnlyList<string> events = await sim.EventsAsync(Sim.Chat, Sim.HelloStream);

        Assert.Equal([60, 50, .. Enumerable.Repeat(40.0, events.Count - 1)], time.Waits.Select(wait => wait.TotalSeconds));
    }

    /// <summary>Every wait is over at once, and remembered.</summary>
    private sealed class RecordedTime : TimeProvider
    {
        private readonly ConcurrentQueue<TimeSpan> _waits = new();

        public IEnumerable<TimeSpan> Waits => _waits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
