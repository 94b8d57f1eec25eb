using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Readiness;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Sentinel;

public sealed class SentinelTests
{
    private const string Undecided = """{"texts":[{"text":"red"},{"text":"blue"}],"text_seed":7}""";
    private const string Decided = """{"texts":[{"text":"red","weight":9},{"text":"blue"}],"text_seed":8}""";

    // H2, the echo: three answers.
    [Fact]
    public async Task Three_answers_of_another_model_are_drift_which_holds_the_rollout_and_closes_the_way_back()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 1 }, new RolloutStage { Kind = StageKind.Percent, Ppm = 2 }] };
        Assert.Null((await house.Rollouts.StartAsync("support", house.Back.Bad.Id, plan, "test", "noor", "test", GatewayHouse.Token))!.Refusal);
        await house.AskAsync(4);
        Assert.Null(house.Watched?.Drift);
        await house.House.Simulator.ScriptAsync("""{"served_model":"gpt-4.1-nano"}""");
        await house.AskAsync(2);
        Assert.Null(house.Watched?.Drift);

        await house.AskAsync();

        Assert.Equal((DriftKind.Echo, "gpt-4.1-nano"), (house.Watched!.Drift!.Kind, house.Watched.Drift.Echo));
        Rollout held = (await house.Rollouts.RoutingOfAsync("support", GatewayHouse.Token))!.Active!;
        Assert.Contains("named gpt-4.1-nano", held.Held, StringComparison.Ordinal);
        Assert.Equal([TimelineKind.PinDrifted, TimelineKind.Held], house.Back.Store.Timeline.Select(entry => entry.Kind).Where(kind => kind is TimelineKind.PinDrifted or TimelineKind.Held));
        Assert.Equal("drift", house.Back.Store.Timeline.Single(entry => entry.Kind == TimelineKind.Held).Reason);
        Assert.Equal(RolloutFault.NotYet, (await house.Rollouts.AdvanceAsync("support", force: false, "noor", null, GatewayHouse.Token))!.Refusal!.Fault);
        ReadinessFactor identity = await IdentityAsync(house);
        Assert.True(identity.IsGateFailed);
        Assert.StartsWith($"drifted target: {SentinelHouse.Pin} has drifted", identity.Detail, StringComparison.Ordinal);

        await house.AskAsync(6); // Told once.
        Assert.Single(house.Back.Store.Timeline, entry => entry.Kind == TimelineKind.PinDrifted);
    }

    // Its negative control: the same requests, and the model is what it was.
    [Fact]
    public async Task Answers_of_the_model_that_was_asked_are_no_drift_however_many_there_are()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync("""{"served_model":"gpt-5.4-mini-2026-03-17"}"""); // What its vendor calls it.

        await house.AskAsync(40);

        Assert.Equal(["gpt-5.4-mini-2026-03-17"], house.Watched!.Echoes);
        Assert.Null(house.Watched.Drift);
        Assert.Equal(["fp_simulator"], house.Watched.Fingerprints.Select(seen => seen.Value));
        Assert.DoesNotContain(house.Back.Store.Timeline, entry => entry.Kind == TimelineKind.PinDrifted);
    }

    [Fact]
    public async Task A_new_backend_is_remembered_and_shortens_the_interval_and_is_no_drift()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.AskAsync(2);
        await house.House.Simulator.ScriptAsync("""{"system_fingerprint":"fp_other"}""");

        await house.AskAsync(6);

        Assert.Equal(["fp_simulator", "fp_other"], house.Watched!.Fingerprints.Select(seen => seen.Value));
        Assert.Null(house.Watched.Drift);
        Assert.Equal(TimeSpan.FromMinutes(15), SentinelRules.IntervalOf(house.Watched, TimeSpan.FromHours(1), floats: false, DateTimeOffset.UtcNow));
    }

    // H2, an honest name and another model behind it: only border prompts tell.
    [Fact]
    public async Task Border_prompts_find_a_model_that_was_swapped_under_its_name_and_nothing_before()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync(Undecided);
        SentinelRun measured = await house.RunAsync(baseline: true);
        Assert.Null(measured.Problem);
        Assert.Equal((SentinelRules.Kept, true), (house.Watched!.Baseline!.Prompts.Count, measured.Calls <= SentinelRules.BaselineCalls));
        for (int cycle = 0; cycle < 12; cycle++)
        {
            await house.RunAsync(baseline: false);
        }

        Assert.Null(house.Watched.Drift); // The negative control.
        await house.House.Simulator.ScriptAsync(Decided);
        int runs = 0;
        while (house.Watched.Drift is null && runs < 8)
        {
            await house.RunAsync(baseline: false);
            runs++;
        }

        Assert.Equal(DriftKind.Border, house.Watched.Drift?.Kind);
        Assert.True(runs <= 6, $"{runs} runs"); // Cycles, each that alarmed with its confirmation.
        Assert.Contains(house.Back.Store.Timeline, entry => entry.Kind == TimelineKind.PinDrifted && entry.Detail.Contains("border prompts are answered otherwise", StringComparison.Ordinal));
        await house.Recorder.FlushAsync(GatewayHouse.Token);
        Assert.All(house.Books.Records, record => Assert.Equal(("causeway", "sentinel"), (record.Attribution.Team, record.Attribution.Feature)));
        Assert.Equal(house.Watched.DayCalls + measured.Calls, house.Books.Records.Count);
        Assert.Equal(house.Watched.DayNanoUsd, house.Books.Records.Sum(record => record.CostNanoUsd ?? 0));
    }

    [Fact]
    public async Task A_model_that_always_answers_alike_has_no_border_prompts_and_says_so()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync("""{"text":"red"}""");

        SentinelRun run = await house.RunAsync(baseline: true);

        Assert.Contains("0 were nearly a tie", run.Problem, StringComparison.Ordinal);
        Assert.Equal((null, run.Problem), (house.Watched!.Baseline, house.Watched.NoBaseline));
        Assert.Equal(SentinelRules.Candidates * SentinelRules.FirstDraws, run.Calls);
    }

    [Fact]
    public async Task No_call_is_made_that_could_go_beyond_the_bound_and_a_failing_provider_is_left_alone()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        SentinelRun bounded = await house.RunAsync(baseline: true, maxNanoUsd: 1);
        await house.House.Simulator.ScriptAsync("""{"status":503}""");
        SentinelRun down = await house.RunAsync(baseline: true);

        Assert.Equal((0, "it ended at its bound in money"), (bounded.Calls, bounded.Problem));
        Assert.InRange(down.Calls, 16, 40);
        Assert.Contains("calls were not answered", down.Problem, StringComparison.Ordinal);
        Assert.Null(house.Watched!.Baseline);
    }

    [Fact]
    public async Task Of_a_release_that_is_rolled_back_nothing_more_is_asked()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        UsedPin used = Assert.Single(await house.Desk.UsedAsync(GatewayHouse.Token), one => one.Pin.ToString() == SentinelHouse.Pin);
        SentinelPlan plan = house.Desk.PlanOf(used, baseline: true, null)!;
        await house.Rollouts.RollBackAsync("support", new RollbackOrder("mira", "it is bad") { Release = house.Back.Good.Id, To = house.Back.Bad.Id, Force = true }, dryRun: false, GatewayHouse.Token);

        Assert.True(house.Desk.TryStart(used, plan, "noor", null, out SentinelRun run));
        await run.Over.Soon();

        Assert.Empty(await house.House.Simulator.RequestsAsync());
        Assert.Contains("rolled back", run.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(await house.Desk.UsedAsync(GatewayHouse.Token), one => one.Pin.ToString() == SentinelHouse.Pin);
    }

    [Fact]
    public async Task What_is_accepted_is_what_it_is_compared_with_from_then_on()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        Assert.Null(await house.Desk.AcceptAsync(house.Back.Good.Pins[0], "noor", "nothing to accept", GatewayHouse.Token));
        await house.AskAsync();
        await house.House.Simulator.ScriptAsync("""{"served_model":"gpt-4.1-nano"}""");
        await house.AskAsync(3);
        Assert.NotNull(house.Watched!.Drift);

        await house.Desk.AcceptAsync(house.Back.Good.Pins[0], "noor", "announced", GatewayHouse.Token);
        await house.AskAsync(6);

        Assert.Null(house.Watched.Drift);
        Assert.Contains("gpt-4.1-nano", house.Watched.Echoes);
        Assert.False((await IdentityAsync(house)).IsGateFailed);
        Assert.Equal(("noor", "announced"), house.Back.Store.Timeline.Where(entry => entry.Kind == TimelineKind.PinAccepted).Select(entry => (entry.Actor, entry.Reason)).Single());
    }

    private static async Task<ReadinessFactor> IdentityAsync(SentinelHouse house)
    {
        await using OwnedJournal books = new(new MemoryUsageStore(), new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        using ReadinessDesk desk = new(
            house.Back.Store, house.Back.Store, house.House.Store, house.House.Policies, house.House.Ledger, new InstanceBoard(store: null, TimeProvider.System), new PinProbe(books, house.House.Policies, TimeProvider.System), TimeProvider.System)
        {
            Sentinel = house.Book,
        };
        TargetReadiness target = (await desk.BaseAsync("support", GatewayHouse.Token))!;
        return target.Factors.Single(factor => factor.Kind == ReadinessFactorKind.Identity);
    }
}
