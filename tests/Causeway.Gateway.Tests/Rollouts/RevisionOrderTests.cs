using Causeway.Budgets.Ledger;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>Invariant 4 of releases: no instance applies a lower revision than it has applied, in whatever order what it has read arrives. Over restarts: Storage/Conformance/RoutingStoreConformance.</summary>
public sealed class RevisionOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_read_that_comes_late_or_twice_takes_nothing_back(int times)
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        LateStore late = new(house.Store);
        ReleaseDesk repair = Desk(late, house.House.Policies, house);
        PolicyPublisher other = new(); // The control: of one that has applied nothing yet, what the late read holds is put in force.
        other.Publish(_ => house.House.Policies.Current.Anew([], [], []));
        ReleaseDesk fresh = Desk(late, other, house);
        Task[] reads = [.. Enumerable.Range(0, times).Select(_ => repair.LoadAsync(GatewayHouse.Token)), fresh.LoadAsync(GatewayHouse.Token)];
        (long before, int heard) = (house.Desk.Applied, house.House.Policies.Current.Routing.Revoked.Count);
        await house.RollBackAsync();

        late.Arrive();
        await Task.WhenAll(reads);

        Assert.Equal((0, before + 1), (heard, house.Desk.Applied));
        Assert.Equal((house.Good.Id, true), Standing(house.House.Policies, house.Bad.Id));
        Assert.Null(house.House.Policies.Current.FindChannel("support")!.Candidate);
        Assert.Equal((before, false), (fresh.Applied, Standing(other, house.Bad.Id).IsRevoked));
        Assert.Equal(house.Bad.Id, other.Current.FindChannel("support")!.Candidate!.Release.Id);
    }

    [Fact]
    public async Task A_beat_that_finds_nothing_newer_or_an_older_number_reads_nothing()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        await house.RollBackAsync();
        LateStore store = new(house.Store);
        store.Arrive();
        using RoutingWatch watch = new(store, Desk(store, house.House.Policies, house), new CandidateLease(TimeProvider.System), TimeProvider.System, NullLogger<RoutingWatch>.Instance);

        foreach (long newest in (long[])[house.Desk.Applied, house.Desk.Applied - 1, house.Desk.Applied])
        {
            store.Newest = newest; // As a copy of the store answers that is behind.
            await watch.BeatAsync(GatewayHouse.Token);
        }

        Assert.Equal((0, house.Good.Id, true), (store.Reads, Standing(house.House.Policies, house.Bad.Id).Served, Standing(house.House.Policies, house.Bad.Id).IsRevoked));
        store.Newest = house.Desk.Applied + 1; // The control.
        await watch.BeatAsync(GatewayHouse.Token);
        Assert.Equal(1, store.Reads);
    }

    // Where a channel points and what is kept beside it are read one after the other. What changes both between the two is not put in force by half.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rollback_between_the_two_halves_of_a_read_is_read_whole(bool isBetween)
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1")); // Points at the bad one: going back moves it.
        PolicyPublisher other = new();
        other.Publish(_ => house.House.Policies.Current.Anew([], [], []));
        LateStore late = new(house.Store);
        Task read = Desk(late, other, house).LoadAsync(GatewayHouse.Token); // The routing is read, and is on its way.
        if (isBetween)
        {
            await house.RollBackAsync();
        }

        late.Arrive();
        await read;

        Assert.Equal((isBetween ? 3 : 2, isBetween ? 2 : 1), (other.Current.Routing.Revision, late.Reads));
        Assert.Equal(isBetween ? (house.Good.Id, true) : (house.Bad.Id, false), Standing(other, house.Bad.Id));
        Assert.Equal(isBetween, other.Current.FindChannel("support")!.Image?.Override is not null);
    }

    // Two ways lead to what others have committed, and often both are taken at once: what was met is counted by the first, and not forgotten by the second.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_a_rollback_elsewhere_meets_is_counted_once_however_often_it_is_read(int times)
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, startRollout: true);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.House.Address);
        await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret));
        await caller.ReadUntilAsync("Hel");
        ChannelRouting back = house.House.Policies.Current.Routing.RoutingOf("support").WithQuarantined(new QuarantinedRelease(house.Bad.Id, DateTimeOffset.UtcNow, "mira", "elsewhere", StreamPolicy.Cut));
        await house.Store.CommitAsync(new RoutingCommit(2, DateTimeOffset.UtcNow, [back], [], []), GatewayHouse.Token);
        LateStore late = new(house.Store);
        ReleaseDesk desk = Desk(late, house.House.Policies, house);
        Task[] reads = [.. Enumerable.Range(0, times).Select(_ => desk.LoadAsync(GatewayHouse.Token))];

        late.Arrive();
        await Task.WhenAll(reads);
        await caller.ReadUntilAsync("release_revoked");

        Assert.Equal((3, 1), (desk.Met!.Revision, desk.Met.Calls.Cut));
    }

    // Read while it was in quarantine, and here when it had been lifted: what it answers by then goes on. Read again, it is in quarantine once more: the control.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_quarantine_that_was_lifted_meanwhile_ends_nothing(bool isLifted)
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, pointAtBad: false);
        await house.Store.CommitAsync(
            new RoutingCommit(1, DateTimeOffset.UtcNow, [ChannelRouting.Of("support").WithQuarantined(new QuarantinedRelease(house.Bad.Id, DateTimeOffset.UtcNow, "mira", "elsewhere", StreamPolicy.Cut))], [], []), GatewayHouse.Token);
        LateStore late = new(house.Store);
        Task read = Desk(late, house.House.Policies, house).LoadAsync(GatewayHouse.Token);
        await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "mended", GatewayHouse.Token);
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }] };
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, "rehearsed", "noor", "again", GatewayHouse.Token))!.Refusal);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.House.Address);
        await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret));
        await caller.ReadUntilAsync("Hel");
        if (!isLifted)
        {
            await house.RollBackAsync(StreamPolicy.Cut);
        }

        late.Arrive();
        await read;
        upstream.GoOn();

        await caller.ReadUntilAsync(isLifted ? "[DONE]" : "release_revoked");
        Assert.Equal(isLifted ? Outcome.Completed : Outcome.Interrupted, (await house.House.OnlyRecordAsync()).Outcome);
    }

    // Notices say only that something has changed. Each of these was sent for one change and comes when another has been made; the same once more; and one of before.
    [Fact]
    public async Task Whatever_order_notices_come_in_the_newest_revision_stands()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false);
        List<PolicyRevision> seen = [house.House.Policies.Current];
        List<(ChannelRouting Routing, ServedChannel Channel)> changes = [];
        for (int round = 0; round < 6; round++)
        {
            Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, RolloutPlan.Of(50_000), "rehearsed", "noor", "round", GatewayHouse.Token))!.Refusal);
            changes.Add(Now());
            await house.RollBackAsync();
            changes.Add(Now());
            await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "next round", GatewayHouse.Token);
            changes.Add(Now());
        }

        const int Seed = 5;
        Random random = new(Seed);
        PolicyPublisher other = new();
        other.Publish(_ => seen[0].Anew([], [], []));
        (long highest, int late) = (0, 0);
        foreach ((ChannelRouting routing, ServedChannel channel) in Enumerable.Range(0, 200).Select(_ => changes[random.Next(changes.Count)]))
        {
            other.Publish(policy => policy.WithRouting(routing.Revision, [channel], [routing], [house.Bad]));
            late += routing.Revision < highest ? 1 : 0;
            highest = Math.Max(highest, routing.Revision);
            Assert.True(other.Current.Routing.Revision == highest && other.Current.Routing.RoutingOf("support").Revision == highest, $"Seed {Seed}: it fell.");
        }

        Assert.True(late > 50, $"{late} came late.");

        (ChannelRouting, ServedChannel) Now() => (house.House.Policies.Current.Routing.RoutingOf("support"), house.House.Policies.Current.FindChannel("support")!);
    }

    private static (ReleaseId Served, bool IsRevoked) Standing(PolicyPublisher policies, ReleaseId bad) =>
        (policies.Current.FindChannel("support")!.Served.Release.Id, policies.Current.Routing.IsRevoked("support", bad));

    private static ReleaseDesk Desk(LateStore store, PolicyPublisher policies, RollbackHouse house) =>
        new(store, house.Store, house.Store, policies, house.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance);

    /// <summary>A store whose routing is read at once and arrives when the test says so.</summary>
    private sealed class LateStore(IRoutingStore store) : IRoutingStore
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Routing was read so often.</summary>
        public int Reads { get; private set; }

        /// <summary>What it says is the newest; null: what is.</summary>
        public long? Newest { get; set; }

        public void Arrive() => _arrived.TrySetResult();

        public async Task<RoutingState> LoadAsync(CancellationToken cancellation)
        {
            Reads++;
            RoutingState read = await store.LoadAsync(cancellation);
            await _arrived.Task.Soon();
            return read;
        }

        public async Task<long> RevisionAsync(CancellationToken cancellation) => Newest ?? await store.RevisionAsync(cancellation);

        public Task<RoutingOutcome> CommitAsync(RoutingCommit commit, CancellationToken cancellation) => store.CommitAsync(commit, cancellation);

        public Task<ChannelRouting?> AtAsync(string channel, long revision, CancellationToken cancellation) => store.AtAsync(channel, revision, cancellation);

        public Task AppendAsync(TimelineEntry entry, CancellationToken cancellation) => store.AppendAsync(entry, cancellation);

        public Task<IReadOnlyList<TimelineEntry>> TimelineAsync(TimelineQuery query, CancellationToken cancellation) => store.TimelineAsync(query, cancellation);

        public Task<IReadOnlyList<TimelineEntry>> TimelinePageAsync(long after, int limit, CancellationToken cancellation) => store.TimelinePageAsync(after, limit, cancellation);
    }
}
