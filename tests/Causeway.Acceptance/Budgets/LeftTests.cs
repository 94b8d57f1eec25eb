using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Budgets;

/// <summary>Callers that leave in the middle, where the provider's streams are read to their end: ledger, usage and bill are one number.</summary>
public sealed class LeftTests(LeftTests.DrainingHouse house) : IClassFixture<LeftTests.DrainingHouse>
{
    private const int Callers = 20;
    private const int Input = 1_234;
    private const int Output = 321;

    [Fact]
    public async Task Twenty_callers_that_leave_at_different_chunks_are_booked_as_the_provider_bills_them()
    {
        string grant = await house.Gateway.NewGrantAsync("--tokens", "1G", "--usd", "1000");
        string key = await house.Gateway.NewKeyOfAsync(grant, "left");
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = Input, output = Output }, event_gap_ms = 15 } } } });

        using HttpClient leaver = new(new SocketsHttpHandler { UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async lines =>
        {
            bool chat = lines % 2 == 0;
            string body = chat ? Ask.ChatBody(stream: true) : """{"model":"claude-sonnet-4-6","max_tokens":500,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";
            using HttpRequestMessage request = Ask.Request(house.Gateway, key, chat ? Ask.Chat : Ask.Messages, body);
            using HttpResponseMessage response = await leaver.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
            for (int i = 0; i < lines / 2 && await reader.ReadLineAsync() is not null; i++)
            {
                // What it says does not matter.
            }
        }));
        await house.Providers.OpenStreamsAsync(until: 0);

        IReadOnlyList<JsonElement> records = await AllAsync();
        JsonElement bill = (await house.Providers.BillAsync()).GetProperty("total");
        IReadOnlyList<JsonElement> limits = await house.Gateway.LimitsOfAsync(grant);
        Assert.All(records, record => Assert.Equal("provider", record.GetProperty("usage_source").GetString()));
        Assert.Contains(records, record => record.GetProperty("outcome").GetString() == "client_gone");
        Assert.Equal(0, Number(bill, "streams_client_gone"));
        Assert.Equal(Callers * (Input + Output), Number(bill, "input_uncached") + Number(bill, "output"));
        Assert.Equal(Callers * (Input + Output), records.Sum(record => Number(record, "input_tokens") + Number(record, "output_tokens")));
        Assert.Equal(Callers * (Input + Output), Number(limits.Single(limit => limit.GetProperty("meter").GetString() == "tokens"), "committed"));
        Assert.All(limits, limit => Assert.Equal((0, 0), (Number(limit, "held"), Number(limit, "in_doubt"))));
    }

    // A record is booked a little after the provider's stream has ended.
    private async Task<IReadOnlyList<JsonElement>> AllAsync()
    {
        while (true)
        {
            IReadOnlyList<JsonElement> records = await house.Gateway.UsageOfAsync("left");
            if (records.Count == Callers)
            {
                return records;
            }
        }
    }

    private static long Number(JsonElement line, string name) => line.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : 0;

    /// <summary>A house whose providers are drained.</summary>
    public sealed class DrainingHouse : House
    {
        private protected override string Configured() => Configuration(Providers.Address).Replace("    key: ", "    client_gone: drain\n    key: ", StringComparison.Ordinal);
    }
}
