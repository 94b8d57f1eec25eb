using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Crash;

/// <summary>What was booked stays booked, whatever happens to the process.</summary>
public sealed class KillTests(House house) : IClassFixture<House>
{
    private const int Requests = 20;

    [Fact]
    public async Task A_kill_loses_nothing_that_was_booked_and_spend_is_the_sum_of_the_records()
    {
        string key = await house.Gateway.NewKeyAsync();
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: i % 2 == 0))));
        IReadOnlyList<JsonElement> booked = await BookedAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 2, how = "stall" } } } } });
        using HttpResponseMessage open = await Ask.OpenAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true)); // Dies with the process.

        house.Gateway.Process.Send(PosixSignal.Kill);
        Assert.Equal(128 + (int)PosixSignal.Kill, await house.Gateway.Process.EndAsync());
        await house.RestartAsync();

        IReadOnlyList<JsonElement> kept = await house.Gateway.UsageAsync();
        JsonElement total = (await house.Gateway.RunAsync("spend", "--json")).Json.GetProperty("total");
        Assert.Empty(booked.Select(Id).Except(kept.Select(Id)));
        Assert.Equal(kept.Count, kept.Select(Id).Distinct().Count());
        Assert.Equal(kept.Count, total.GetProperty("requests").GetInt64());
        Assert.Equal(kept.Sum(record => record.GetProperty("cost_nano_usd").GetInt64()), total.GetProperty("cost_nano_usd").GetInt64());
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: false))).Status);
    }

    private async Task<IReadOnlyList<JsonElement>> BookedAsync()
    {
        IReadOnlyList<JsonElement> booked = await house.Gateway.UsageAsync(); // Waits for what is on its way into the books.
        Assert.Equal(Requests, booked.Count);
        return booked;
    }

    private static string Id(JsonElement record) => record.GetProperty("request").GetString()!;
}
