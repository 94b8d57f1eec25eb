using Causeway.Budgets.Ledger;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>One instance takes a channel back by itself while its store is away: only towards what it knows to be good, and told when the store is back.</summary>
public sealed class LocalRollbackTests
{
    private static readonly RollbackOrder s_order = new("mira", "it leaks, and the store is away");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_request_is_answered_by_the_release_before_and_its_record_says_that_no_revision_has_it(bool rollout)
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await OpenAsync(upstream.Address, rollout);
        Answer before = await house.House.AskAsync(RollbackHouse.Chat);
        long revision = house.Desk.Applied;
        house.Store.Away = true;

        RollbackResult result = await BackAsync(house);
        Answer after = await house.House.AskAsync(RollbackHouse.Chat);

        Assert.Equal((200, house.Bad.Id.ToString()), (before.Status, before.Header("x-causeway-release")));
        Assert.Equal((200, house.Good.Id.ToString(), house.Bad.Id.ToString()), (after.Status, after.Header("x-causeway-release"), after.Header("x-causeway-release-override")));
        Assert.Equal(("support", house.Bad.Id, house.Good.Id, false), result.Channels.Select(one => (one.Channel, one.From, one.To, one.WasPointed)).Single());
        Assert.Equal((revision, revision, "here"), (result.Revision, house.Desk.Applied, result.Applied.Single().Instance));
        UsageRecord record = await house.House.RecordOfAsync(after);
        Assert.Equal(((int)RoutingRule.Local, house.Good.Id.ToString()), (record.RoutingRule, record.Release));
        Assert.True(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task While_the_store_answers_it_is_refused_and_so_is_what_this_instance_does_not_know()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));

        Assert.Equal(RollbackFault.StoreAnswers, await FaultAsync(house));
        house.Store.Away = true;
        Assert.True(ReleaseIdRange.TryParse("rel_00000000", out ReleaseIdRange unknown));
        Assert.Equal(RollbackFault.NeverServed, await FaultAsync(house, unknown));
        Assert.Null(await house.Desk.RollBackLocallyAsync("none", s_order, null, dryRun: false, GatewayHouse.Token));
        Assert.Empty(house.House.Policies.Current.Routing.Local);
    }

    [Fact]
    public async Task What_was_not_read_before_the_store_went_away_is_no_way_back()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        house.Store.Away = true;

        Assert.Equal(RollbackFault.NoWayBack, await FaultAsync(house)); // Nobody has looked what it answered with before.
    }

    [Fact]
    public async Task A_dry_run_does_nothing_and_a_second_one_says_that_it_is_done()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        house.Store.Away = true;

        RollbackResult? dry = await house.Desk.RollBackLocallyAsync("support", s_order, new ReleaseIdRange(house.Good.Id, house.Good.Id), dryRun: true, GatewayHouse.Token);
        Assert.Equal((house.Good.Id, null), (dry!.Channels.Single().To, dry.CommittedAt));
        Assert.Empty(house.House.Policies.Current.Routing.Local);
        await BackAsync(house);

        Assert.Equal(RollbackFault.AlreadyBack, await FaultAsync(house));
    }

    [Fact]
    public async Task What_waits_for_its_answer_is_sent_to_the_other_release()
    {
        await using HeldUpstream upstream = new("", "");
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;
        house.Store.Away = true;

        RollbackResult? result = await house.Desk.RollBackLocallyAsync("support", s_order with { Streams = StreamPolicy.Cut }, null, dryRun: false, GatewayHouse.Token);
        Answer answer = await asking;

        Assert.Equal((1, 200, house.Good.Id.ToString()), (result!.Calls.Reissued, answer.Status, answer.Header("x-causeway-release")));
    }

    [Fact]
    public async Task The_store_is_told_when_it_is_back_and_nothing_else_that_is_changed_there_ends_it()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        house.Store.Away = true;
        await BackAsync(house);
        await Assert.ThrowsAsync<InvalidOperationException>(() => house.Desk.TellLocalAsync(GatewayHouse.Token));

        house.Store.Away = false;
        await house.Desk.TellLocalAsync(GatewayHouse.Token);
        await house.Desk.TellLocalAsync(GatewayHouse.Token);
        await house.Desk.ConfigureAsync("support", new RoutingSettings { Seed = "another" }, "noor", null, GatewayHouse.Token);
        await house.Desk.TellLocalAsync(GatewayHouse.Token);

        TimelineEntry told = house.Store.Timeline.Single(entry => entry.Kind == TimelineKind.RolledBackLocally);
        Assert.Equal(("mira", "it leaks, and the store is away"), (told.Actor, told.Reason));
        Assert.Contains($"here, and no other instance, from {house.Bad.Id} to {house.Good.Id}", told.Detail, StringComparison.Ordinal);
        Assert.Equal(house.Good.Id, house.House.Policies.Current.FindChannel("support")!.Served.Release.Id);
        Assert.DoesNotContain(house.Store.Timeline, entry => entry.Kind == TimelineKind.LocalRollbackOver);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_store_decides_takes_its_place_and_that_is_told_too(bool byRollback)
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        house.Store.Away = true;
        await BackAsync(house);
        house.Store.Away = false;
        await house.Desk.TellLocalAsync(GatewayHouse.Token);

        if (byRollback)
        {
            await house.RollBackAsync();
        }
        else
        {
            await house.Store.PointChannelAsync(new WantedChannel("support", house.Good.Id, UnsupportedFields.Deny), 2, DateTimeOffset.UtcNow, GatewayHouse.Token);
            await house.Desk.LoadAsync(GatewayHouse.Token);
        }

        await house.Desk.TellLocalAsync(GatewayHouse.Token);
        await house.Desk.TellLocalAsync(GatewayHouse.Token);
        Answer answer = await house.House.AskAsync(RollbackHouse.Chat);

        Assert.Empty(house.House.Policies.Current.Routing.Local);
        Assert.Single(house.Store.Timeline, entry => entry.Kind == TimelineKind.LocalRollbackOver);
        Assert.Equal((int)(byRollback ? RoutingRule.Override : RoutingRule.Stable), (await house.House.RecordOfAsync(answer)).RoutingRule);
        Assert.Equal(byRollback, house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
    }

    [Fact]
    public async Task A_lease_that_comes_back_does_not_bring_the_candidate_back_here()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"), rollout: true);
        house.Store.Away = true;
        await BackAsync(house);
        house.Store.Away = false;
        await house.Desk.LoadAsync(GatewayHouse.Token);

        Assert.True(house.Lease.IsLive);
        Assert.Equal(house.Good.Id.ToString(), (await house.House.AskAsync(RollbackHouse.Chat)).Header("x-causeway-release"));
    }

    // As the watch does once a second: what the channel answered with before is at hand.
    private static async Task<RollbackHouse> OpenAsync(Uri bad, bool rollout = false)
    {
        RollbackHouse house = await RollbackHouse.OpenAsync(bad, startRollout: rollout);
        await house.Ways.LookAsync(GatewayHouse.Token);
        return house;
    }

    private static async Task<RollbackResult> BackAsync(RollbackHouse house)
    {
        RollbackResult? result = await house.Desk.RollBackLocallyAsync("support", s_order, null, dryRun: false, GatewayHouse.Token);
        Assert.NotNull(result);
        Assert.Empty(result.Refusals);
        return result;
    }

    private static async Task<RollbackFault> FaultAsync(RollbackHouse house, ReleaseIdRange? to = null) =>
        (await house.Desk.RollBackLocallyAsync("support", s_order, to, dryRun: false, GatewayHouse.Token))!.Refusals.Single().Fault;
}
