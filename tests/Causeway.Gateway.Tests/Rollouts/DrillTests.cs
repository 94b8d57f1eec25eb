using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Drills;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

public sealed class DrillTests
{
    [Fact]
    public async Task A_slice_goes_to_base_and_back_on_live_traffic_and_opens_the_way_beyond_a_quarter()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, pointAtBad: false);
        await StartAsync(house, skipDrill: null, 250_000, 500_000);
        using DrillRuns runs = Runs(house);
        RolloutResult? early = await house.Desk.AdvanceAsync("support", force: true, "noor", "test", GatewayHouse.Token);

        DrillResult begun = (await runs.BeginAsync("support", new DrillOrder(DrillKind.Slice, "mira") { Seconds = 1, Ppm = 150_000 }, dryRun: false, GatewayHouse.Token))!;
        await WhileRunningAsync(house, begun.Drill!.Id);
        Drill drill = (await house.Store.FindAsync(begun.Drill.Id, GatewayHouse.Token))!;
        RolloutResult? advanced = await house.Desk.AdvanceAsync("support", force: true, "noor", "test", GatewayHouse.Token);

        Assert.Equal(RolloutFault.NotDrilled, early!.Refusal!.Fault);
        Assert.True(drill.State == DrillState.Passed, string.Join("; ", drill.Failures));
        Assert.Equal(("here", 0, 0), (drill.Instances.Single().Instance, drill.Counts.Errors, drill.Counts.Late));
        Assert.InRange(drill.Counts.Requests, 1, int.MaxValue);
        Assert.Null(advanced!.Refusal);
        UsageRecord[] drilled = [.. (await house.House.RecordsAsync()).Where(record => record.RoutingRule == (int)RoutingRule.Drilled)];
        Assert.All(drilled, record => Assert.Equal((true, house.Good.Id.ToString(), Outcome.Completed), (record.Bucket < 150_000, record.Release, record.Outcome)));
        Assert.Equal(
            [TimelineKind.DrillStarted, TimelineKind.DrillEnded, TimelineKind.DrillJudged],
            house.Store.Timeline.Select(entry => entry.Kind).Where(kind => kind is TimelineKind.DrillStarted or TimelineKind.DrillEnded or TimelineKind.DrillJudged));
        Assert.Equal(house.Bad.Id.ToString(), await ServedAsync(house, Session(below: 150_000)));
    }

    [Fact]
    public async Task A_drill_that_nobody_met_proves_nothing()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false);
        await StartAsync(house, skipDrill: null, 250_000, 500_000);
        using DrillRuns runs = Runs(house);

        DrillResult begun = (await runs.BeginAsync("support", new DrillOrder(DrillKind.Slice, "mira") { Seconds = 1 }, dryRun: false, GatewayHouse.Token))!;
        Drill drill = await OverAsync(house, begun.Drill!.Id);

        Assert.Equal(DrillState.Failed, drill.State);
        Assert.Contains("nobody asked", Assert.Single(drill.Failures), StringComparison.Ordinal);
        Assert.Equal(RolloutFault.NotDrilled, (await house.Desk.AdvanceAsync("support", force: true, "noor", "test", GatewayHouse.Token))!.Refusal!.Fault);
    }

    [Fact]
    public async Task A_request_that_waits_for_its_next_try_goes_to_base_when_a_drill_begins()
    {
        await using HeldUpstream upstream = new("", "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, startRollout: true);
        using DrillRuns runs = Runs(house);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;

        DrillResult begun = (await runs.BeginAsync("support", new DrillOrder(DrillKind.Full, "mira") { Seconds = 60 }, dryRun: false, GatewayHouse.Token))!;
        upstream.GoOn();
        Answer answer = await asking;
        Drill? ended = await runs.EndAsync(begun.Drill!.Id, "mira", GatewayHouse.Token);

        Assert.Equal((200, house.Good.Id.ToString(), 1), (answer.Status, answer.Header("x-causeway-release"), upstream.Connections));
        Assert.Equal((int)RoutingRule.Drilled, (await house.House.RecordOfAsync(answer)).RoutingRule);
        Assert.Equal(DrillState.Interrupted, ended!.State);
        Assert.Null(house.House.Policies.Current.Routing.RoutingOf("support").Drill);
    }

    [Fact]
    public async Task An_instance_that_hears_nothing_serves_base_when_its_lease_has_run_out_and_comes_back()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, pointAtBad: false);
        await StartAsync(house, "elsewhere", 900_000);
        using DrillRuns runs = Runs(house);

        DrillResult begun = (await runs.BeginAsync("support", new DrillOrder(DrillKind.Partition, "mira") { Seconds = 2 }, dryRun: false, GatewayHouse.Token))!;
        await WhileRunningAsync(house, begun.Drill!.Id);
        Drill drill = (await house.Store.FindAsync(begun.Drill.Id, GatewayHouse.Token))!;

        Assert.InRange(drill.Instances.Single().AwayMs!.Value, 900, 2_000);
        Assert.InRange(drill.Counts.Requests, 1, int.MaxValue);
        Assert.Equal((0, true), (drill.Counts.Errors, house.Lease.IsLive));
        Assert.Equal(house.Bad.Id.ToString(), await ServedAsync(house, Session(below: 900_000)));
    }

    [Fact]
    public async Task A_rollback_ends_a_drill_and_stands()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        using DrillRuns runs = Runs(house);
        DrillResult begun = (await runs.BeginAsync("support", new DrillOrder(DrillKind.Full, "mira") { Seconds = 1 }, dryRun: false, GatewayHouse.Token))!;

        await house.RollBackAsync();
        Drill drill = await OverAsync(house, begun.Drill!.Id);

        Assert.Equal((DrillState.Interrupted, true), (drill.State, house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id)));
        Assert.Equal(house.Good.Id.ToString(), (await house.House.AskAsync(RollbackHouse.Chat)).Header("x-causeway-release"));
    }

    [Fact]
    public async Task A_drill_whose_process_is_gone_is_ended_by_whoever_leads()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        BegunDrill begun = (await house.Desk.BeginDrillAsync("support", new DrillOrder(DrillKind.Full, "mira") { Seconds = 60 }, dryRun: false, GatewayHouse.Token))!;
        await house.Store.PutAsync(begun.Drill!, GatewayHouse.Token);
        using DrillRuns now = Runs(house);
        using DrillRuns later = Runs(house, new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromSeconds(90)));

        await now.TurnAsync(GatewayHouse.Token);
        Assert.NotNull(house.House.Policies.Current.Routing.RoutingOf("support").Drill);
        await later.TurnAsync(GatewayHouse.Token);

        Assert.Null(house.House.Policies.Current.Routing.RoutingOf("support").Drill);
        Assert.Equal(DrillState.Interrupted, (await house.Store.FindAsync(begun.Drill!.Id, GatewayHouse.Token))!.State);
    }

    [Fact]
    public async Task Base_is_asked_as_much_more_as_the_candidate_answers_and_no_more_than_is_allowed()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, startRollout: true);
        MemoryUsageStore own = new();
        await using OwnedJournal books = new(own, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        using DrillRuns runs = Runs(house, books: books);
        DrillOrder order = new(DrillKind.Capacity, "mira") { Seconds = 1 };
        DrillResult nothing = (await runs.BeginAsync("support", order, dryRun: true, GatewayHouse.Token))!;
        for (int i = 0; i < 5; i++)
        {
            await house.House.AskAsync(RollbackHouse.Chat);
        }

        await house.House.RecordsAsync();
        DrillResult dear = (await runs.BeginAsync("support", order with { MaxNanoUsd = 1 }, dryRun: false, GatewayHouse.Token))!;
        DrillResult planned = (await runs.BeginAsync("support", order, dryRun: true, GatewayHouse.Token))!;
        DrillResult begun = (await runs.BeginAsync("support", order, dryRun: false, GatewayHouse.Token))!;
        Drill drill = await OverAsync(house, begun.Drill!.Id);

        Assert.Equal(RolloutFault.NoLoad, nothing.Refusal!.Fault);
        Assert.Contains("allow more", dear.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0.6, 5), (planned.Drill!.Load!.Calls, planned.Drill.Load.PerMinute, planned.Drill.Load.InputTokens));
        Assert.True(drill.State == DrillState.Passed, string.Join("; ", drill.Failures));
        Assert.Equal((1, 0, 0), (drill.Load!.Answered, drill.Load.Throttled, drill.Load.Failed));
        Assert.InRange(drill.Load.CostNanoUsd, 1, drill.Load.CeilingNanoUsd!.Value);
        await books.FlushAsync(GatewayHouse.Token);
        Assert.Equal("capacity-drill", Assert.Single(own.Records).Attribution.Feature);
    }

    private static DrillRuns Runs(RollbackHouse house, TimeProvider? time = null, Journal? books = null)
    {
        Journal journal = books ?? house.House.Recorder;
        time ??= TimeProvider.System;
        return new DrillRuns(
            house.Desk,
            house.Store,
            house.House.Store,
            house.House.Recorder,
            new BaseLoad(house.House.Store, journal, house.House.Policies, time),
            house.Lease,
            house.House.Policies,
            Leadership.Alone(),
            RollbackHouse.Name,
            time,
            NullLogger<DrillRuns>.Instance);
    }

    private static async Task StartAsync(RollbackHouse house, string? skipDrill, params int[] shares)
    {
        RolloutPlan plan = new() { Stages = [.. shares.Select(ppm => new RolloutStage { Kind = StageKind.Percent, Ppm = ppm })] };
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, skipDrill, "noor", "test", GatewayHouse.Token))!.Refusal);
    }

    private static async Task WhileRunningAsync(RollbackHouse house, DrillId id)
    {
        for (int i = 0; (await house.Store.FindAsync(id, GatewayHouse.Token))!.State == DrillState.Running; i++)
        {
            await ServedAsync(house, $"s-{i % 40}");
        }
    }

    private static async Task<Drill> OverAsync(RollbackHouse house, DrillId id)
    {
        Drill drill;
        while ((drill = (await house.Store.FindAsync(id, GatewayHouse.Token))!).State == DrillState.Running)
        {
            await Task.Delay(10, GatewayHouse.Token);
        }

        return drill;
    }

    private static string Session(int below) => Enumerable.Range(0, 1_000).Select(i => $"s-{i}").First(name => Bucket.Of("support", "conversation:" + name) < below);

    private static async Task<string?> ServedAsync(RollbackHouse house, string session)
    {
        HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-session", session);
        Answer answer = await house.House.SendAsync(message);
        Assert.Equal(200, answer.Status);
        return answer.Header("x-causeway-release");
    }
}
