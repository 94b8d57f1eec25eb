using Causeway.Releases.Cache;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IRoutingStore"/> promises, whatever the engine.</summary>
public abstract class RoutingStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_has_changed_nothing()
    {
        await using TestStore store = await NewAsync();

        RoutingState state = await store.Routing.LoadAsync(Cancel);

        Assert.Equal((0, 0), (state.Revision, state.Channels.Count));
        Assert.Equal(0, await store.Routing.RevisionAsync(Cancel));
        Assert.Null(await store.Routing.AtAsync("support", 100, Cancel));
        Assert.Empty(await store.Routing.TimelineAsync(new TimelineQuery(null, null, null, 10), Cancel));
    }

    [Fact]
    public async Task Every_change_of_a_channel_has_a_revision_of_its_own()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);
        ChannelOutcome moved = await store.Releases.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 1, s_now, Cancel);
        await store.Releases.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 2, s_now, Cancel); // Where it points already.
        PolicyPlan applied = await store.Releases.ApplyAsync(
            new PolicyDocument([], [new WantedChannel("support", one.Id, UnsupportedFields.Deny), new WantedChannel("other", one.Id, UnsupportedFields.Deny)]), s_now, Cancel);

        Assert.Equal(2, moved.Pointed!.Channel.Revision);
        Assert.Equal([3, 4], applied.Channels.Select(change => change.After.Revision));
        Assert.Equal([4, 3], (await store.Releases.ListChannelsAsync(Cancel)).Select(pointed => pointed.Channel.Revision)); // By name.
        Assert.Equal(4, await store.Routing.RevisionAsync(Cancel));
    }

    [Fact]
    public async Task A_change_is_written_whole_with_its_point_its_routing_and_its_entries()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);
        ChannelRouting routing = FullRouting(one.Id, two.Id);

        RoutingOutcome outcome = await store.Routing.CommitAsync(
            new RoutingCommit(1, s_now, [routing], [new PlannedPoint(new WantedChannel("support", two.Id, UnsupportedFields.Drop, ConformanceRule.Require), 1)], [Entry("support"), Entry(ChannelRouting.Everywhere)]),
            Cancel);
        await store.RestartAsync();

        Assert.Equal((true, 2), (outcome.Committed, outcome.Revision));
        Assert.Equal((two.Id, 2, 2), (outcome.Pointed.Single().Release.Id, outcome.Pointed.Single().Channel.Version, outcome.Pointed.Single().Channel.Revision));
        Assert.Equal(outcome.Pointed.Single().Channel, Assert.Single(await store.Releases.ListChannelsAsync(Cancel)).Channel);
        RoutingState state = await store.Routing.LoadAsync(Cancel);
        Assert.Equal(2, state.Revision);
        Assert.Equal(2, Assert.Single(state.Channels).Revision);
        Assert.Equal(RoutingJson.Write(routing), RoutingJson.Write(state.Of("support")));
        Assert.Equal(["*", "support"], (await store.Routing.TimelineAsync(new TimelineQuery(null, null, null, 10), Cancel)).Select(entry => entry.Channel));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public async Task A_change_that_was_planned_on_what_is_no_longer_so_writes_nothing(long revision, long version)
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);

        RoutingOutcome outcome = await store.Routing.CommitAsync(
            new RoutingCommit(revision, s_now, [FullRouting(one.Id, two.Id)], [new PlannedPoint(new WantedChannel("support", two.Id, UnsupportedFields.Deny), version)], [Entry("support")]), Cancel);

        Assert.Equal((false, 1), (outcome.Committed, outcome.Revision));
        Assert.Equal(one.Id, Assert.Single(await store.Releases.ListChannelsAsync(Cancel)).Channel.Release);
        Assert.Empty((await store.Routing.LoadAsync(Cancel)).Channels);
        Assert.Empty(await store.Routing.TimelineAsync(new TimelineQuery(null, null, null, 10), Cancel));
    }

    [Fact]
    public async Task A_point_at_a_release_that_is_not_kept_takes_everything_with_it()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);
        Release unknown = NewRelease("unknown");

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Routing.CommitAsync(
            new RoutingCommit(1, s_now, [FullRouting(one.Id, two.Id)], [new PlannedPoint(new WantedChannel("support", unknown.Id, UnsupportedFields.Deny), 1)], [Entry("support")]), Cancel));

        Assert.Equal(1, await store.Routing.RevisionAsync(Cancel));
        Assert.Empty((await store.Routing.LoadAsync(Cancel)).Channels);
    }

    [Fact]
    public async Task Of_many_who_plan_on_one_revision_one_commits()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);

        RoutingOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            store.Routing.CommitAsync(new RoutingCommit(1, s_now, [FullRouting(one.Id, two.Id)], [], [Entry("support")]), Cancel)));

        Assert.Single(outcomes, outcome => outcome.Committed);
        Assert.All(outcomes, outcome => Assert.Equal(2, outcome.Revision));
        Assert.Single(await store.Routing.TimelineAsync(new TimelineQuery("support", null, null, 100), Cancel));
    }

    // Invariant 4 of releases: what was handed out once is never followed by less, whoever changes it and however often the store is opened again. A change that is refused is the control: it takes no number.
    [Fact]
    public async Task The_revision_never_falls_also_across_restarts()
    {
        const int Seed = 11;
        Random random = new(Seed);
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);
        (long highest, int restarts) = (1, 0);
        for (int step = 0; step < 40; step++)
        {
            bool isStale = random.Next(5) == 0;
            if (random.Next(3) == 0)
            {
                ReleaseChannel channel = (await store.Releases.ListChannelsAsync(Cancel)).Single().Channel;
                ChannelOutcome moved = await store.Releases.PointChannelAsync(new WantedChannel("support", channel.Release == one.Id ? two.Id : one.Id, UnsupportedFields.Deny), isStale ? channel.Version - 1 : channel.Version, s_now, Cancel);
                Assert.Equal(isStale ? ChannelVerdict.Stale : ChannelVerdict.Done, moved.Verdict);
            }
            else
            {
                RoutingOutcome outcome = await store.Routing.CommitAsync(new RoutingCommit(isStale ? highest - 1 : highest, s_now, [ChannelRouting.Of("support") with { Seed = $"{step}" }], [], [Entry("support")]), Cancel);
                Assert.Equal((!isStale, isStale ? highest : highest + 1), (outcome.Committed, outcome.Revision));
            }

            highest += isStale ? 0 : 1;
            if (random.Next(4) == 0)
            {
                await store.RestartAsync();
                restarts++;
            }

            RoutingState state = await store.Routing.LoadAsync(Cancel);
            PointedChannel[] pointed = [.. await store.Releases.ListChannelsAsync(Cancel)];
            Assert.True((await store.Routing.RevisionAsync(Cancel), state.Revision) == (highest, highest), $"Seed {Seed}, step {step}: {state.Revision} after {highest}.");
            Assert.Equal(highest, Math.Max(pointed.Max(of => of.Channel.Revision), state.Channels.Select(of => of.Revision).DefaultIfEmpty().Max()));
        }

        Assert.True(restarts > 5, $"It was opened again {restarts} times.");
    }

    [Fact]
    public async Task Routing_of_any_revision_can_be_read_again()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two) = await NewChannelAsync(store);
        await store.Routing.CommitAsync(new RoutingCommit(1, s_now, [ChannelRouting.Of("support") with { Seed = "first" }], [], []), Cancel);
        await store.Releases.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 1, s_now, Cancel); // Revision 3.
        await store.Routing.CommitAsync(new RoutingCommit(3, s_now, [ChannelRouting.Of("support") with { Seed = "second" }, ChannelRouting.Of("*")], [], []), Cancel);

        string?[] seeds = [.. await Task.WhenAll(Enumerable.Range(1, 5).Select(async revision => (await store.Routing.AtAsync("support", revision, Cancel))?.Seed))];

        Assert.Equal([null, "first", "first", "second", "second"], seeds);
        Assert.Null(await store.Routing.AtAsync("*", 3, Cancel));
        Assert.Equal(["*", "support"], (await store.Routing.LoadAsync(Cancel)).Channels.Select(routing => routing.Channel));
    }

    [Fact]
    public async Task The_timeline_is_a_chain_in_pages_newest_first()
    {
        await using TestStore store = await NewAsync();
        TimelineEntry[] written = [.. Enumerable.Range(0, 7).Select(i => Entry(i % 3 == 0 ? "other" : i == 5 ? "*" : "support") with { At = s_now.AddMinutes(i), Reason = i % 2 == 0 ? null : "why\0\\", Detail = $"entry {i}" })];
        foreach (TimelineEntry entry in written)
        {
            await store.Routing.AppendAsync(entry, Cancel);
        }

        IReadOnlyList<TimelineEntry> all = await store.Routing.TimelinePageAsync(0, 100, Cancel);

        Assert.Equal(Enumerable.Range(1, 7).Select(seq => (long)seq), all.Select(entry => entry.Seq));
        ReadOnlyMemory<byte> before = TimelineChain.Start;
        foreach ((TimelineEntry entry, TimelineEntry wrote) in all.Zip(written))
        {
            Assert.True(TimelineChain.Follows(before.Span, entry));
            Assert.Equal((wrote.At, wrote.Channel, wrote.Reason, wrote.Detail, wrote.Kind, wrote.Actor), (entry.At, entry.Channel, entry.Reason, entry.Detail, entry.Kind, entry.Actor));
            before = entry.Hash;
        }

        Assert.Equal([6, 5, 3, 2], (await store.Routing.TimelineAsync(new TimelineQuery("support", null, null, 10), Cancel)).Select(entry => entry.Seq));
        Assert.Equal([6, 5], (await store.Routing.TimelineAsync(new TimelineQuery("support", s_now.AddMinutes(4), null, 10), Cancel)).Select(entry => entry.Seq));
        Assert.Equal([3], (await store.Routing.TimelineAsync(new TimelineQuery("support", null, 5, 1), Cancel)).Select(entry => entry.Seq));
        Assert.Equal([4, 5], (await store.Routing.TimelinePageAsync(3, 2, Cancel)).Select(entry => entry.Seq));
    }

    [Theory]
    [InlineData("UPDATE timeline SET detail = 'other' WHERE seq = 2", 2)]
    [InlineData("UPDATE timeline SET at = at + 1 WHERE seq = 1", 1)]
    [InlineData("DELETE FROM timeline WHERE seq = 2", 3)]
    public async Task An_entry_that_is_altered_or_taken_out_is_found(string sql, long found)
    {
        await using TestStore store = await NewAsync();
        foreach (int i in Enumerable.Range(0, 4))
        {
            await store.Routing.AppendAsync(Entry("support") with { Detail = $"entry {i}" }, Cancel);
        }

        await store.ExecuteAsync(sql);

        ReadOnlyMemory<byte> before = TimelineChain.Start;
        TimelineEntry? broken = null;
        foreach (TimelineEntry entry in await store.Routing.TimelinePageAsync(0, 100, Cancel))
        {
            broken ??= TimelineChain.Follows(before.Span, entry) ? null : entry;
            before = entry.Hash;
        }

        Assert.Equal(found, broken?.Seq);
    }

    protected abstract Task<TestStore> NewAsync();

    private static async Task<(Release One, Release Two)> NewChannelAsync(TestStore store)
    {
        (Release one, Release two) = (NewRelease("one"), NewRelease("two"));
        await store.Releases.AddAsync(one, Cancel);
        await store.Releases.AddAsync(two, Cancel);
        await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", one.Id, UnsupportedFields.Deny, s_now), Cancel);
        return (one, two);
    }

    private static ChannelRouting FullRouting(ReleaseId one, ReleaseId two) => ChannelRouting.Of("support") with
    {
        UnitKey = [UnitKind.Key, UnitKind.User],
        Conversations = ConversationPolicy.Reject,
        Cache = new CacheSettings(600, s_now) { Freezes = [new CacheFreeze(one, s_now, s_now)] },
        Override = new ChannelOverride(one, two, 2, s_now, "mira", "why"),
        Quarantine = [new QuarantinedRelease(two, s_now, "mira", "why", StreamPolicy.Reissue)],
        Rollout = new Rollout
        {
            Id = RolloutId.New(s_now),
            Base = one,
            Candidate = two,
            Plan = RolloutPlan.Default with { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"], Cohorts = ["a"] }, .. RolloutPlan.Default.Stages] },
            Stage = 2,
            State = RolloutState.RolledBack,
            StartedAt = s_now,
            StartedBy = "noor",
            StageSince = s_now,
            SkipDrill = "no time",
            EndedAt = s_now,
            EndReason = "why",
        },
    };

    private static TimelineEntry Entry(string channel) => new() { At = s_now, Channel = channel, Kind = TimelineKind.RolledBack, Actor = "mira", Detail = "from one to two" };

    private static Release NewRelease(string model) => new(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, null, s_now);
}
