using Causeway.Budgets.Ledger;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

public sealed class RolloutTests
{
    [Fact]
    public async Task Units_are_assigned_by_the_formula_and_stay_where_they_are()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        await StartAsync(house, new RolloutPlan { Stages = [Percent(400_000), Percent(800_000)] });

        foreach (int stage in (int[])[400_000, 800_000])
        {
            for (int i = 0; i < 12; i++)
            {
                Answer answer = await AskAsync(house, ("x-causeway-session", $"s-{i}"));
                int bucket = Bucket.Of("support", $"conversation:s-{i}");

                bool isCandidate = bucket < stage;
                Assert.Equal((200, (isCandidate ? house.Bad : house.Good).Id.ToString()), (answer.Status, answer.Header("x-causeway-release")));
                UsageRecord record = await house.House.RecordOfAsync(answer);
                Assert.Equal((bucket, (int)(isCandidate ? RoutingRule.Percent : RoutingRule.Stable)), (record.Bucket, record.RoutingRule));
                Assert.Equal((Bucket.Hash("support", new RoutingUnit("conversation", $"s-{i}")), null), (record.UnitHash, record.Conversation)); // The channel tells no conversations apart.
            }

            if (stage == 400_000)
            {
                RolloutResult? advanced = await house.Desk.AdvanceAsync("support", force: true, "noor", "test", GatewayHouse.Token);
                Assert.Null(advanced!.Refusal);
            }
        }
    }

    [Fact]
    public async Task Every_decision_can_be_made_again_from_what_is_kept()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        List<(Answer Answer, int Session)> answers = [];
        async Task AskSomeAsync()
        {
            for (int i = 0; i < 8; i++)
            {
                answers.Add((await AskAsync(house, ("x-causeway-session", $"s-{i}")), i));
            }
        }

        await AskSomeAsync();
        await StartAsync(house, new RolloutPlan { Stages = [Percent(500_000)] });
        await AskSomeAsync();
        await house.Desk.PauseAsync("support", "noor", null, GatewayHouse.Token);
        await AskSomeAsync();
        await house.Desk.ResumeAsync("support", "noor", null, GatewayHouse.Token);
        await AskSomeAsync();
        await house.RollBackAsync();
        await AskSomeAsync();

        foreach ((Answer answer, int session) in answers)
        {
            UsageRecord record = await house.House.RecordOfAsync(answer);
            ChannelRouting routing = await house.Store.AtAsync("support", record.RoutingRevision!.Value, GatewayHouse.Token) ?? ChannelRouting.Of("support");
            Causeway.Releases.Channels.ReleaseChannel channel = house.House.Policies.Current.FindChannel("support")!.Channel; // Base throughout.
            RoutingDecision again = new RoutingImage(channel, routing, routing.Quarantines).Resolve(new RoutingSubject("search", "answers", "dev", null, new RoutingUnit("conversation", $"s-{session}"), null), hasLease: true);
            Assert.Equal((record.Release, record.RoutingRule), (again.Release.ToString(), (int)again.Rule));
        }
    }

    [Fact]
    public async Task Teams_cohorts_users_and_pins_are_what_they_say()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        await StartAsync(house, new RolloutPlan { Stages = [new RolloutStage { Kind = StageKind.Named, Cohorts = ["beta"] }] });

        Assert.Equal((house.Good.Id.ToString(), null), Of(await AskAsync(house)));
        Assert.Equal((house.Bad.Id.ToString(), null), Of(await AskAsync(house, ("x-causeway-cohort", "beta"))));
        Assert.Equal((house.Bad.Id.ToString(), null), Of(await AskAsync(house, ("x-causeway-release", house.Bad.Id.ToString()[..16]))));
        Assert.Equal("request_malformed", (await AskAsync(house, ("x-causeway-cohort", "no good"))).Error);
        Assert.Equal("request_malformed", (await AskAsync(house, ("x-causeway-release", "latest"))).Error);
        Assert.Equal("release_unserved", (await AskAsync(house, ("x-causeway-release", "rel_00000000"))).Error);
        await house.RollBackAsync();
        Assert.Equal((house.Good.Id.ToString(), house.Bad.Id.ToString()), Of(await AskAsync(house, ("x-causeway-release", house.Bad.Id.ToString()))));
    }

    [Fact]
    public async Task Who_takes_no_other_release_is_refused_when_the_one_that_is_named_was_rolled_back()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        await house.Desk.ConfigureAsync("support", new RoutingSettings { PinPolicy = PinPolicy.Reject }, "noor", null, GatewayHouse.Token);
        await StartAsync(house, new RolloutPlan { Stages = [Percent(500_000)] });
        Answer before = await AskAsync(house, ("x-causeway-release", house.Bad.Id.ToString()));
        await house.RollBackAsync();

        Answer after = await AskAsync(house, ("x-causeway-release", house.Bad.Id.ToString()));
        Answer bare = await AskAsync(house);

        Assert.Equal((200, 409, "release_revoked", 200), (before.Status, after.Status, after.Error, bare.Status));
    }

    [Fact]
    public async Task A_rollout_that_draws_anew_meets_other_units_first()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));

        RolloutResult? started = await house.Desk.StartAsync("support", house.Bad.Id, new RolloutPlan { Stages = [Percent(500_000)] }, "test", "noor", "test", GatewayHouse.Token, reshuffle: true);

        Assert.Equal(started!.Routing.Active!.Id.ToString(), started.Routing.Seed);
        Assert.Contains("units drawn anew", house.Store.Timeline.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_candidate_is_served_only_under_a_live_lease_also_to_a_request_that_waits_for_its_next_try()
    {
        await using HeldUpstream upstream = new("", "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, startRollout: true, holdLease: false, leaseTime: time);
        Assert.Equal(house.Good.Id.ToString(), (await house.House.AskAsync(RollbackHouse.Chat)).Header("x-causeway-release"));
        house.Lease.Renew(time.GetTimestamp());
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;

        time.Advance(CandidateLease.Term);
        upstream.GoOn();
        Answer answer = await asking;

        Assert.Equal((200, house.Good.Id.ToString(), 1), (answer.Status, answer.Header("x-causeway-release"), upstream.Connections));
        Assert.Equal((int)RoutingRule.Lapsed, (await house.House.RecordOfAsync(answer)).RoutingRule);
    }

    [Fact]
    public async Task A_store_that_is_away_ends_the_lease_and_one_that_is_ahead_is_caught_up_with()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        CandidateLease lease = new(time);
        using RoutingWatch watch = new(house.Store, house.Desk, lease, time, NullLogger<RoutingWatch>.Instance);

        await watch.BeatAsync(GatewayHouse.Token);
        Assert.True(lease.IsLive);
        house.Store.Away = true;
        time.Advance(CandidateLease.Term);
        await watch.BeatAsync(GatewayHouse.Token);
        Assert.False(lease.IsLive);
        house.Store.Away = false;
        await house.Store.CommitAsync(new RoutingCommit(1, time.GetUtcNow(), [ChannelRouting.Of("support").WithQuarantined(new QuarantinedRelease(house.Bad.Id, time.GetUtcNow(), "mira", "elsewhere", default))], [], []), GatewayHouse.Token);
        await watch.BeatAsync(GatewayHouse.Token);

        Assert.True(lease.IsLive && house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
    }

    [Fact]
    public async Task A_candidate_that_fails_is_rolled_back_by_itself_once_and_says_why()
    {
        await using RawUpstream upstream = RawUpstream.Start("HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        await StartAsync(house, new RolloutPlan { Stages = [Percent(500_000)] });
        using RolloutPilot pilot = new(house.House.Gateway.Rollouts, house.Desk, NullLogger<RolloutPilot>.Instance);
        await pilot.StartAsync(GatewayHouse.Token);

        int candidates = 0;
        for (int i = 0; house.House.Policies.Current.FindChannel("support")!.Candidate is not null && i < 300; i++)
        {
            candidates += (await AskAsync(house, ("x-causeway-session", $"s-{i}"))).Header("x-causeway-release") == house.Bad.Id.ToString() ? 1 : 0;
        }

        await pilot.StopAsync(GatewayHouse.Token);
        Assert.InRange(candidates, 10, 50);
        TimelineEntry crossed = house.Store.Timeline.Single(entry => entry.Kind == TimelineKind.GuardCrossed);
        Assert.Contains("units of the candidate's and 0 units of base's had requests that failed", crossed.Detail, StringComparison.Ordinal);
        Assert.Contains("req_", crossed.Detail, StringComparison.Ordinal);
        TimelineEntry back = house.Store.Timeline.Single(entry => entry.Kind == TimelineKind.RolledBack);
        Assert.Equal((ReleaseDesk.Automatic, house.Good.Id), (back.Actor, house.House.Policies.Current.FindChannel("support")!.Served.Release.Id));
        Assert.Equal(200, (await AskAsync(house, ("x-causeway-session", "s-1"))).Status);
    }

    [Fact]
    public async Task A_bad_word_counts_against_the_release_that_answered_and_only_for_its_own_team()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        Rollout rollout = (await StartAsync(house, new RolloutPlan { Stages = [Percent(500_000)] })).Routing.Rollout!;
        Assert.Equal(404, (await FeedbackAsync(house, "req_" + new string('0', 32), "bad")).Status); // Not taken yet at all.
        house.House.Gateway.TakeFeedback(house.House.Store, house.Store);
        string session = Enumerable.Range(0, 50).Select(i => $"s-{i}").First(name => Bucket.Of("support", "conversation:" + name) < 500_000);
        Answer answer = await AskAsync(house, ("x-causeway-session", session));
        await house.House.RecordsAsync();
        string request = answer.Header("x-causeway-request")!;

        Answer good = await FeedbackAsync(house, request, "good");
        Answer bad = await FeedbackAsync(house, request, "bad");
        Answer again = await FeedbackAsync(house, request, "bad");
        Answer malformed = await FeedbackAsync(house, request, "soso");
        Answer unknown = await FeedbackAsync(house, "req_" + new string('0', 32), "bad");

        Assert.Equal((200, false), (good.Status, good.Json.GetProperty("counted").GetBoolean()));
        Assert.Equal((200, true, house.Bad.Id.ToString()), (bad.Status, bad.Json.GetProperty("counted").GetBoolean(), bad.Json.GetProperty("release").GetString()));
        Assert.Equal((200, "request_malformed", "request_unknown"), (again.Status, malformed.Error, unknown.Error));
        GuardStanding standing = house.House.Gateway.Rollouts.ReportOf(rollout)!.Guards[(int)GuardKind.Feedback];
        Assert.Equal((1, 0), (standing.CandidateUnits, standing.BaseUnits)); // Once for each unit.
    }

    [Fact]
    public async Task What_crosses_when_a_person_was_faster_does_nothing()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        Rollout rollout = (await StartAsync(house, new RolloutPlan { Stages = [Percent(500_000)] })).Routing.Rollout!;
        await house.Desk.AbortAsync("support", "noor", "superseded", GatewayHouse.Token);
        long before = house.Desk.Applied;

        await house.Desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Error, GuardAction.Rollback, "late", []), GatewayHouse.Token);
        await house.Desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Latency, GuardAction.Hold, "late", []), GatewayHouse.Token);

        Assert.Equal((before, false), (house.Desk.Applied, house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id)));
    }

    [Fact]
    public async Task A_hold_is_kept_and_said_until_a_person_advances()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        Rollout rollout = (await StartAsync(house, new RolloutPlan { Stages = [Percent(100_000), Percent(200_000)] })).Routing.Rollout!;

        await house.Desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Latency, GuardAction.Hold, "slower", []), GatewayHouse.Token);
        RolloutResult? held = await house.Desk.AdvanceAsync("support", force: false, "noor", null, GatewayHouse.Token);
        RolloutResult? forced = await house.Desk.AdvanceAsync("support", force: true, "noor", "looked at", GatewayHouse.Token);

        Assert.Equal("it is held: slower", held!.Refusal!.Message);
        Assert.Equal((null, 1), (forced!.Refusal, forced.Routing.Rollout!.Stage));
    }

    [Fact]
    public async Task Finalizing_points_the_channel_and_the_way_back_still_works()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        await StartAsync(house, new RolloutPlan { Stages = [Percent(100_000)] });

        RolloutResult? finalized = await house.Desk.FinalizeAsync("support", needsTwo: false, force: false, "noor", null, GatewayHouse.Token);
        Answer answer = await AskAsync(house);
        await house.RollBackAsync();

        Assert.Equal((TimelineKind.Finalized, house.Bad.Id.ToString(), null), (finalized!.Kind, answer.Header("x-causeway-release"), answer.Header("x-causeway-revision")));
        Assert.Equal(house.Good.Id.ToString(), (await AskAsync(house)).Header("x-causeway-release"));
    }

    private static Task<RollbackHouse> OpenAsync(Uri candidate) => RollbackHouse.OpenAsync(candidate, pointAtBad: false);

    private static async Task<RolloutResult> StartAsync(RollbackHouse house, RolloutPlan plan)
    {
        RolloutResult? started = await house.Desk.StartAsync("support", house.Bad.Id, plan, "rehearsed elsewhere", "noor", "test", GatewayHouse.Token);
        Assert.Null(started!.Refusal);
        return started;
    }

    // Not through the house, whose tally counts requests of inference.
    private static Task<Answer> FeedbackAsync(RollbackHouse house, string request, string verdict) => house.House.SendAsync(
        new Saying("/v1/feedback", $$"""{"request":"{{request}}","verdict":"{{verdict}}"}""").ToMessage(house.House.Secret));

    private static RolloutStage Percent(int ppm) => new() { Kind = StageKind.Percent, Ppm = ppm };

    private static (string?, string?) Of(Answer answer) => (answer.Header("x-causeway-release"), answer.Header("x-causeway-release-override"));

    private static Task<Answer> AskAsync(RollbackHouse house, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
        foreach ((string name, string value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return house.House.SendAsync(message);
    }
}
