using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Budgets;

/// <summary>Killed under load again and again: the callers, the ledger, the usage records and the provider's bill still tell one story.</summary>
public sealed class KillTests(House house) : IClassFixture<House>
{
    private const int Seed = 20261126;
    private const int InputTokens = 100;
    private const int OutputTokens = 50;
    private static readonly int s_rounds = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 3 : 50;

    [Fact]
    public async Task What_a_provider_bills_is_committed_or_in_doubt_whenever_the_process_dies()
    {
        string grant = await house.Gateway.NewGrantAsync("--tokens", "1G", "--requests", "100k");
        string key = await house.Gateway.NewKeyOfAsync(grant, "killed");
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = InputTokens, output = OutputTokens }, event_gap_ms = 1 } } } });
        Random random = new(Seed);
        HashSet<string> answered = [];
        for (int round = 0; round < s_rounds; round++)
        {
            await KilledUnderLoadAsync(key, answered, after: random.Next(1, 80));
            await house.RestartAsync();
            await AgreesAsync(grant, answered, round);
        }

        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
    }

    private async Task KilledUnderLoadAsync(string key, HashSet<string> answered, int after)
    {
        RunningGateway gateway = house.Gateway;
        int seen = 0;
        Task[] callers = [.. Enumerable.Range(0, 8).Select(async caller =>
        {
            while (true)
            {
                try
                {
                    (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(gateway, key, Ask.Chat, Ask.ChatBody(stream: caller % 2 == 0));
                    Assert.True(status == 200, text);
                    lock (answered)
                    {
                        answered.Add(headers.GetValues("x-causeway-request").Single());
                    }

                    if (Interlocked.Increment(ref seen) == after)
                    {
                        gateway.Process.Send(PosixSignal.Kill);
                    }
                }
                catch (Exception gone) when (gone is HttpRequestException or IOException)
                {
                    return;
                }
            }
        })];
        await Task.WhenAll(callers);
        Assert.Equal(128 + (int)PosixSignal.Kill, await gateway.Process.EndAsync());
        await house.Providers.OpenStreamsAsync(until: 0);
    }

    private async Task AgreesAsync(string grant, HashSet<string> answered, int round)
    {
        IReadOnlyList<JsonElement> limits = await house.Gateway.LimitsOfAsync(grant);
        JsonElement tokens = limits.Single(limit => limit.GetProperty("meter").GetString() == "tokens");
        JsonElement requests = limits.Single(limit => limit.GetProperty("meter").GetString() == "requests");
        JsonElement bill = (await house.Providers.BillAsync()).GetProperty("total");
        IReadOnlyList<JsonElement> records = await house.Gateway.UsageOfAsync("killed");
        string where = $"seed {Seed}, round {round}: {tokens}, {bill}";

        long billed = Number(bill, "input_uncached") + Number(bill, "output");
        Assert.True(billed <= Number(tokens, "committed") + Number(tokens, "in_doubt"), where);
        Assert.Equal(0, Number(tokens, "held"));
        JsonElement[] settled = [.. records.Where(record => record.GetProperty("usage_source").GetString() == "provider")];
        Assert.All(settled, record => Assert.Equal((InputTokens, OutputTokens), (record.GetProperty("input_tokens").GetInt32(), record.GetProperty("output_tokens").GetInt32())));
        Assert.Equal(settled.Length * (InputTokens + OutputTokens), Number(tokens, "committed"));
        Assert.Equal(settled.Length, Number(requests, "committed"));
        Assert.True(settled.Length <= Number(bill, "requests"), where);

        // Who had an answer is among the records, or died between the answer and the booking and is in doubt.
        int unbooked = answered.Except(settled.Select(record => record.GetProperty("request").GetString()!)).Count();
        Assert.True(unbooked <= Number(requests, "in_doubt"), where);
    }

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();
}
