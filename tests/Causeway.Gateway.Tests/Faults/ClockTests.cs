using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Faults;

/// <summary>
/// F-39: the wall clock is set while requests run. Waits, time-outs and circuits go by intervals and do not notice; no call is ended or doubted for it, and no amount is opened twice.
/// Windows, expiry and the ledger's own time are tested where they are decided (Budgets: LifeTests, WindowsAtWorkTests, StartTests).
/// </summary>
public sealed class ClockTests
{
    public static TheoryData<double> Steps => [1, -1, 24, -24, -10.0 / 3600]; // Hours.

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_stream_that_runs_while_the_clock_is_set_comes_whole_and_is_booked_once(double hours)
    {
        SetClock clock = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Time = clock,
            Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromSeconds(20), FirstByte = TimeSpan.FromSeconds(20), Total = TimeSpan.FromSeconds(60) },
        });
        Granted granted = house.Grant("requests 10/day");
        await house.Simulator.ScriptAsync("""{"text":"one two three four five six seven eight nine ten","event_chars":6,"event_gap_ms":60}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, granted.Secret, "connection: close\r\n"));
        string begun = await caller.ReadUntilAsync("\"content\"");

        clock.Set(TimeSpan.FromHours(hours));
        house.Ledger.Sweep();
        (string rest, bool reset) = await caller.ReadToEndAsync();

        Assert.False(reset);
        Assert.Contains("data: [DONE]", begun + rest, StringComparison.Ordinal);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Completed, UsageSource.Provider), (record.Outcome, record.Source));
        Assert.InRange(record.Total, TimeSpan.Zero, TimeSpan.FromSeconds(30)); // What it took, not what the clock says.
        LedgerEvent[] events = [.. house.Store.Events.Where(one => one.Grant == granted.Id && one.Request is not null)];
        Assert.Equal([LedgerEventKind.Reserved, LedgerEventKind.Settled], events.Select(one => one.Kind));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_wait_for_a_retry_goes_by_the_interval(double hours)
    {
        SetClock clock = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = clock });
        await house.Simulator.ScriptEachAsync(["""{"status":429,"headers":{"retry-after":"1"}}"""]);
        Task<Answer> asked = house.AskAsync(Saying.Chat);
        await house.UntilOpenAsync(1);

        clock.Set(TimeSpan.FromHours(hours));

        Answer answer = await asked.Soon();
        Assert.Equal(200, answer.Status);
        Assert.Equal(2, (await house.OnlyRecordAsync()).Attempts);
    }

    [Fact]
    public async Task A_key_whose_end_the_clock_has_passed_is_refused_and_one_that_it_has_not_is_taken_again_when_it_is_set_back()
    {
        SetClock clock = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = clock });
        string secret = Causeway.Budgets.Keys.KeySecret.New();
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(secret, clock, expires: clock.GetUtcNow().AddHours(2))));

        Assert.Equal(200, (await house.SendAsync(Saying.Chat.ToMessage(secret))).Status);
        clock.Set(TimeSpan.FromHours(3));
        Assert.Equal("key_expired", (await house.SendAsync(Saying.Chat.ToMessage(secret))).Error);
        clock.Set(TimeSpan.FromHours(-3));
        Assert.Equal(200, (await house.SendAsync(Saying.Chat.ToMessage(secret))).Status);
    }

    /// <summary>The machine's clock, which somebody sets; intervals go on as they do.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long _by;

        public void Set(TimeSpan by) => Interlocked.Add(ref _by, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _by));
    }
}
