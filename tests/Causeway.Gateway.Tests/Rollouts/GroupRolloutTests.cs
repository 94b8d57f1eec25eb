using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>Channels of a group go forward and back together: one revision, or none of them.</summary>
public sealed class GroupRolloutTests
{
    private static readonly string[] s_both = ["planner", "support"];

    [Fact]
    public async Task A_group_is_started_and_advanced_in_one_revision_each_and_the_same_units_meet_both()
    {
        await using RollbackHouse house = await OpenAsync();
        long before = house.Desk.Applied;

        GroupResult started = await StartAsync(house);
        GroupResult? advanced = await house.Desk.StepGroupAsync("assistant", RolloutVerb.Advance, needsTwo: false, force: true, "noor", "looked at", GatewayHouse.Token);

        Assert.Empty(started.Refusals);
        Assert.Equal(s_both, started.Channels.Select(one => one.Routing.Channel));
        Assert.Empty(advanced!.Refusals);
        Assert.Equal(before + 2, house.Desk.Applied);
        Assert.All(s_both, name => Assert.Equal((before + 2, "assistant", 1), (Of(house, name).Revision, Of(house, name).Seed, Of(house, name).Active!.Stage)));
        Assert.Equal(4, house.Store.Timeline.Count(entry => entry.Kind is TimelineKind.RolloutStarted or TimelineKind.StageAdvanced));
    }

    [Fact]
    public async Task One_that_cannot_keeps_all_of_them_where_they_are_and_is_named()
    {
        await using RollbackHouse house = await OpenAsync();
        long before = house.Desk.Applied;

        GroupResult? lacking = await house.Desk.StartGroupAsync("assistant", new Dictionary<string, ReleaseId> { ["support"] = house.Bad.Id }, RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token);
        GroupResult? same = await house.Desk.StartGroupAsync("assistant", new Dictionary<string, ReleaseId> { ["support"] = house.Bad.Id, ["planner"] = house.Good.Id }, RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token);
        GroupResult? stranger = await house.Desk.StartGroupAsync("assistant", new Dictionary<string, ReleaseId> { ["support"] = house.Bad.Id, ["planner"] = house.Bad.Id, ["other"] = house.Bad.Id }, RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token);

        Assert.Equal("planner", lacking!.Refusals.Single().Channel);
        Assert.Equal(("planner", RolloutFault.SameRelease), (same!.Refusals.Single().Channel, same.Refusals.Single().Refusal.Fault));
        Assert.Equal("other", stranger!.Refusals.Single().Channel);
        Assert.Equal(before, house.Desk.Applied);
        Assert.Null(await house.Desk.StartGroupAsync("nobody", new Dictionary<string, ReleaseId>(), RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token));
    }

    // Readiness is asked last, of each and once, and not at all where something else stands against one of them.
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task What_stands_against_a_start_is_named_before_anybody_asks_for_readiness(bool isFree, int times)
    {
        await using RollbackHouse house = await OpenAsync();
        if (!isFree)
        {
            Assert.Null((await house.Desk.StartAsync("planner", house.Bad.Id, RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token))!.Refusal);
        }

        long before = house.Desk.Applied;
        List<string> asked = [];
        GroupResult? refused = await house.Desk.StartGroupAsync("assistant", s_both.ToDictionary(name => name, _ => house.Bad.Id), RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token, (channel, _) =>
        {
            asked.Add(channel);
            return Task.FromResult(channel == "support" ? new RolloutRefusal(RolloutFault.NotReady, "no way back") : null);
        });

        Assert.Equal(s_both[..times], asked);
        Assert.Equal(isFree ? ("support", RolloutFault.NotReady) : ("planner", RolloutFault.Active), (refused!.Refusals.Single().Channel, refused.Refusals.Single().Refusal.Fault));
        Assert.Equal(before, house.Desk.Applied);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Alone_too_readiness_is_asked_when_nothing_else_stands_against_it(bool isServed)
    {
        await using RollbackHouse house = await OpenAsync();
        Release unserved = Channels.New("support", ["nowhere/gpt-5.4-mini"]).Release;
        await house.Store.AddAsync(unserved, GatewayHouse.Token);
        int asked = 0;

        RolloutResult? refused = await house.Desk.StartAsync("support", isServed ? house.Bad.Id : unserved.Id, RolloutPlan.Of(50_000), null, "noor", null, GatewayHouse.Token, gate: (_, _) =>
        {
            asked++;
            return Task.FromResult<RolloutRefusal?>(new RolloutRefusal(RolloutFault.NotReady, "no way back"));
        });

        Assert.Equal(isServed ? (1, RolloutFault.NotReady) : (0, RolloutFault.Unserved), (asked, refused!.Refusal!.Fault));
    }

    [Fact]
    public async Task Forward_none_of_them_goes_alone()
    {
        await using RollbackHouse house = await OpenAsync();
        await StartAsync(house);

        RolloutResult? advanced = await house.Desk.AdvanceAsync("support", force: true, "noor", "alone", GatewayHouse.Token);
        RolloutResult? paused = await house.Desk.PauseAsync("support", "noor", null, GatewayHouse.Token);
        GroupResult? together = await house.Desk.StepGroupAsync("assistant", RolloutVerb.Advance, needsTwo: false, force: true, "noor", "all", GatewayHouse.Token);

        Assert.Contains("causeway rollout advance --group assistant", advanced!.Refusal!.Message, StringComparison.Ordinal);
        Assert.Null(paused!.Refusal); // Towards base it may.
        Assert.Equal(("support", RolloutFault.Paused), (together!.Refusals.Single().Channel, together.Refusals.Single().Refusal.Fault));
    }

    [Fact]
    public async Task What_a_guard_of_one_has_crossed_takes_all_of_them_back_to_their_bases_in_one_revision()
    {
        await using RollbackHouse house = await OpenAsync();
        await StartAsync(house);
        long before = house.Desk.Applied;

        await house.Desk.ActAsync("support", Of(house, "support").Active!, new GuardCrossing(GuardKind.Error, GuardAction.Rollback, "error: all of them", []), GatewayHouse.Token);

        Assert.Equal(before + 1, house.Desk.Applied);
        Assert.All(s_both, name =>
        {
            Assert.Equal((before + 1, RolloutState.RolledBack), (Of(house, name).Revision, Of(house, name).Rollout!.State));
            Assert.Equal(house.Good.Id, house.House.Policies.Current.FindChannel(name)!.Served.Release.Id);
            Assert.True(house.House.Policies.Current.Routing.IsRevoked(name, house.Bad.Id));
        });
        Assert.Equal("support", house.Store.Timeline.Single(entry => entry.Kind == TimelineKind.GuardCrossed).Channel);
    }

    [Fact]
    public async Task Where_one_was_asked_to_be_finalized_alone_before_they_do_not_part()
    {
        await using RollbackHouse house = await OpenAsync();
        await house.Desk.StartAsync("planner", house.Bad.Id, RolloutPlan.Of(50_000), "rehearsed", "noor", "rehearsed", GatewayHouse.Token);
        await house.Desk.StartAsync("support", house.Bad.Id, RolloutPlan.Of(50_000), "rehearsed", "noor", "rehearsed", GatewayHouse.Token);
        await house.Desk.FinalizeAsync("planner", needsTwo: true, force: true, "noor", "early", GatewayHouse.Token);

        GroupResult? parted = await house.Desk.StepGroupAsync("assistant", RolloutVerb.Finalize, needsTwo: true, force: true, "mira", "both", GatewayHouse.Token);
        await house.Desk.FinalizeAsync("support", needsTwo: true, force: true, "noor", "early too", GatewayHouse.Token);
        GroupResult? done = await house.Desk.StepGroupAsync("assistant", RolloutVerb.Finalize, needsTwo: true, force: true, "mira", "both", GatewayHouse.Token);

        Assert.Equal("planner", parted!.Refusals.Single().Channel);
        Assert.Empty(done!.Refusals);
        Assert.All(s_both, name => Assert.Equal(house.Bad.Id, house.House.Policies.Current.FindChannel(name)!.Channel.Release));
    }

    private static async Task<RollbackHouse> OpenAsync()
    {
        RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false);
        await house.Store.CreateChannelAsync(ReleaseChannel.New("planner", house.Good.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
        await house.Desk.LoadAsync(GatewayHouse.Token);
        foreach (string name in s_both)
        {
            await house.Desk.ConfigureAsync(name, new RoutingSettings { Group = "assistant" }, "noor", null, GatewayHouse.Token);
        }

        return house;
    }

    private static async Task<GroupResult> StartAsync(RollbackHouse house) => (await house.Desk.StartGroupAsync(
        "assistant", s_both.ToDictionary(name => name, _ => house.Bad.Id), RolloutPlan.Of(50_000), "rehearsed in staging", "noor", "rehearsed in staging", GatewayHouse.Token))!;

    private static ChannelRouting Of(RollbackHouse house, string channel) => house.House.Policies.Current.Routing.RoutingOf(channel);
}
