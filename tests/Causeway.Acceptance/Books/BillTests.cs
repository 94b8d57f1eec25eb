using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Two books that know nothing of each other agree to the last token: the provider's bill and the gateway's.</summary>
public sealed class BillTests(House house) : IClassFixture<House>
{
    private const int Rounds = 5;

    [Fact]
    public async Task A_mixed_load_is_booked_as_it_is_billed_and_every_request_once()
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(s_script);
        List<(string Target, string Body)> load = [.. Enumerable.Repeat(s_load, Rounds).SelectMany(requests => requests)];

        var answers = await Task.WhenAll(load.Select(request => Ask.SendAsync(house.Gateway, key, request.Target, request.Body)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(await BilledAsync(), await SpentAsync());
        IReadOnlyList<JsonElement> records = await house.Gateway.UsageAsync();
        Assert.Equal(
            answers.Select(answer => answer.Headers.GetValues("x-causeway-request").Single()).Order(),
            records.Select(record => record.GetProperty("request").GetString()).Order());
        Assert.All(records, record => Assert.Equal("provider", record.GetProperty("usage_source").GetString()));
    }

    // Every kind of token that a protocol reports, plain and streamed; the last rules leave the ordinary count.
    private static readonly object s_script = new
    {
        rules = new object[]
        {
            new { match = new { model = "gpt-5.4" }, then = new { usage = new { input_uncached = 1000, cache_read = 512, output = 300, reasoning = 256 } } },
            new { match = new { model = "claude-sonnet-4-6" }, then = new { usage = new { input_uncached = 70, cache_read = 2048, cache_write_5m = 1024, cache_write_1h = 333, output = 90 } } },
            new { match = new { model = "gemini-2.5-flash" }, then = new { usage = new { input_uncached = 400, cache_read = 128, output = 77, reasoning = 60 } } },
        },
    };

    private static readonly (string Target, string Body)[] s_load =
    [
        (Ask.Chat, Ask.ChatBody()),
        (Ask.Chat, Ask.ChatBody(stream: true)),
        (Ask.Chat, Ask.ChatBody("gpt-5.4")),
        (Ask.Chat, Ask.ChatBody("openai/gpt-5.4", stream: true)),
        (Ask.Chat, """{"model":"gpt-5.4-mini","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}"""),
        ("/v1/responses", """{"model":"gpt-5.4","input":"Hello"}"""),
        ("/v1/responses", """{"model":"gpt-5.4","input":"Hello","stream":true}"""),
        ("/v1/embeddings", """{"model":"text-embedding-3-small","input":["one","two","three"]}"""),
        (Ask.Messages, """{"model":"claude-sonnet-4-6","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}"""),
        (Ask.Messages, """{"model":"claude-sonnet-4-6","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
        (Ask.Messages, """{"model":"anthropic/claude-haiku-4-5-20251001","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
        ("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"Hello"}]}]}"""),
        ("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"Hello"}]}]}"""),
        ("/v1beta/models/gemini-3.5-flash:streamGenerateContent", """{"contents":[{"parts":[{"text":"Hello"}]}]}"""),
    ];

    private async Task<IEnumerable<Line>> BilledAsync() =>
        from line in (await house.Providers.BillAsync()).GetProperty("lines").EnumerateArray()
        let counts = line.GetProperty("counts")
        let booked = new Line(
            line.GetProperty("protocol").GetString()!,
            line.GetProperty("model").GetString()!,
            Number(counts, "requests"),
            Number(counts, "input_uncached"),
            Number(counts, "cache_read"),
            Number(counts, "cache_write_5m") + Number(counts, "cache_write_1h"),
            Number(counts, "output"),
            Number(counts, "reasoning"))
        orderby booked.Provider, booked.Model
        select booked;

    private async Task<IEnumerable<Line>> SpentAsync() =>
        from row in await house.Gateway.SpendAsync("provider,model")
        let booked = new Line(
            row.GetProperty("provider").GetString()!,
            row.GetProperty("model").GetString()!,
            Number(row, "requests"),
            Number(row, "input_tokens"),
            Number(row, "cache_read_tokens"),
            Number(row, "cache_write_tokens"),
            Number(row, "output_tokens"),
            Number(row, "reasoning_tokens"))
        orderby booked.Provider, booked.Model
        select booked;

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    /// <summary>A line of either book. The providers of the house are called by their protocols.</summary>
    private sealed record Line(string Provider, string Model, long Requests, long Input, long CacheRead, long CacheWrite, long Output, long Reasoning);
}
