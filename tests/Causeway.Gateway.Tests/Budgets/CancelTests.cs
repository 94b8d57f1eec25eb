using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>A caller may leave whenever it likes: what was held for it is settled, void or in doubt, and never stays.</summary>
public sealed class CancelTests
{
    private static readonly int s_callers = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 2_000 : 100_000;

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    [InlineData("gemini-array")]
    public async Task A_stream_can_be_left_after_every_event(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 1000", "requests 100k");
        Saying saying = Saying.Streams[stream];
        int events = (await granted.AskAsync(saying)).Events.Count + 1;

        for (int at = 0; at <= events; at++)
        {
            await house.Simulator.ScriptEachAsync([$$$"""{"cut":{"how":"stall","at_event":{{{at}}}}}"""]);
            await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
            await caller.SendAsync(RawCaller.Request(saying, granted.Secret));
            await caller.ReadUntilAsync("HTTP/1.1 200");
            caller.Reset();
        }

        await house.RecordsAsync();
        IsClosed(house, granted, events + 2);
    }

    [Fact]
    public async Task A_request_can_be_left_at_any_time()
    {
        const int Seed = 20261126;
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 100000", "tokens 1G", "requests 1M", "concurrent 1000");
        await house.Simulator.ScriptAsync("""{"event_gap_ms":1}""");
        Saying[] sayings =
        [
            .. Saying.Streams.Values, .. Saying.Plain.Values, Saying.Embeddings,
            Saying.ChatStream with { Path = "/passthrough/openai/v1/chat/completions" }, Saying.MessagesStream with { Path = "/passthrough/anthropic/v1/messages" },
        ];
        Random random = new(Seed);
        (Saying Saying, int Bytes)[] plans = [.. Enumerable.Range(0, s_callers).Select(_ => (sayings[random.Next(sayings.Length)], random.Next(0, 4) switch { 0 => 0, 1 => 1, 2 => random.Next(400), _ => random.Next(6_000) }))];

        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = GatewayHouse.Token }, async (plan, _) =>
        {
            await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
            await caller.SendAsync(RawCaller.Request(plan.Saying, granted.Secret, "connection: close\r\n"));
            await caller.ReadBytesAsync(plan.Bytes);
            caller.Reset();
        });

        await house.RecordsAsync();
        LedgerEvent[] events = [.. house.Store.Events.Where(one => one.Grant == granted.Id)];
        int reserved = events.Count(one => one.Kind == LedgerEventKind.Reserved);
        Assert.True(reserved > s_callers / 2, $"seed {Seed}: {reserved} reserved");
        Assert.Contains(events, one => one.Kind == LedgerEventKind.InDoubt);
        IsClosed(house, granted, reserved);
    }

    private static void IsClosed(GatewayHouse house, Granted granted, int requests)
    {
        LedgerEvent[] ends = [.. house.Store.Events.Where(one => one.Grant == granted.Id && one.Kind is LedgerEventKind.Settled or LedgerEventKind.Voided or LedgerEventKind.InDoubt)];
        Assert.Equal(requests, ends.Length);
        Assert.Equal(requests, ends.Select(one => one.Request).Distinct().Count());
        Assert.Equal(0, house.Ledger.OpenReservations);
        foreach (LimitUse use in house.Ledger.Use(granted.Node).Where(use => use.Limit.Meter != Causeway.Budgets.Grants.Meter.Concurrent))
        {
            Assert.Equal(0, use.Held);
            Assert.Equal(ends.Where(one => one.Kind == LedgerEventKind.Settled).Sum(one => one.Booked.Of(use.Limit.Meter)), use.Committed);
            Assert.Equal(ends.Where(one => one.Kind == LedgerEventKind.InDoubt).Sum(one => one.Booked.Of(use.Limit.Meter)), use.InDoubt);
        }
    }
}
