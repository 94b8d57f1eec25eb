using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>Instances decide by what all of them have seen, and a start forgets nothing.</summary>
public sealed class GuardSyncTests
{
    private const int Instances = 3;
    private const double Share = 0.05;
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Three_that_see_a_third_each_cross_where_one_that_sees_all_does_and_one_by_itself_does_not()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance[] all = [.. Enumerable.Range(0, Instances).Select(_ => new Instance(store, policies, EvidenceMode.Shared))];
        Instance alone = new(new MemoryGuardStore(), policies, EvidenceMode.Memory); // The control: it decides by its own third.
        RolloutTally whole = new([]);
        Random random = new(7);
        GuardCrossing? crossed = null;
        int requests = 0;
        while (crossed is null)
        {
            Observation seen = Drawn(random);
            crossed = whole.Observe(seen);
            all[requests % Instances].Book.Observe("support", rollout, seen);
            if (requests % Instances == 0)
            {
                alone.Book.Observe("support", rollout, seen);
            }

            requests++;
        }

        Assert.All(all, one => Assert.False(one.Book.Crossings.TryRead(out _))); // Nobody has read what the others wrote.
        await SpreadAsync(all);

        Assert.False(alone.Book.Crossings.TryRead(out _));
        Assert.All(all, one =>
        {
            Assert.True(one.Book.Crossings.TryRead(out (string Channel, Rollout Rollout, GuardCrossing Crossing) found));
            Assert.Equal(("support", rollout.Id, GuardKind.Error, GuardAction.Rollback), (found.Channel, found.Rollout.Id, found.Crossing.Guard!.Value, found.Crossing.Action));
            Assert.False(one.Book.Crossings.TryRead(out _)); // Once.
        });
        GuardReport report = whole.Report();
        Assert.All(all, one =>
        {
            GuardReport same = one.Book.ReportOf(rollout)!;
            Assert.Equal((report.CandidateRequests, report.BaseRequests, report.CandidateUnits, report.Units), (same.CandidateRequests, same.BaseRequests, same.CandidateUnits, same.Units));
            Assert.Equal(report.Guards[0].E, same.Guards[0].E, tolerance: 1e-6 * report.Guards[0].E);
        });
        Assert.All(all, one => Assert.Equal(report.CandidateUnits, one.Book.EvidenceOf(rollout).Units));
    }

    [Fact]
    public async Task A_unit_that_fails_on_every_instance_counts_once()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance[] all = [.. Enumerable.Range(0, Instances).Select(_ => new Instance(store, policies, EvidenceMode.Shared))];
        for (int i = 0; i < 9; i++)
        {
            all[i % Instances].Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 7, Bad.Error));
        }

        await SpreadAsync(all);

        Assert.All(all, one => Assert.Equal((9, 1, 1), (one.Book.ReportOf(rollout)!.CandidateRequests, one.Book.ReportOf(rollout)!.CandidateUnits, (int)one.Book.ReportOf(rollout)!.Guards[0].CandidateUnits)));
    }

    // The one that called it off knows no more of why than the others, nor than one that was started since.
    [Theory]
    [InlineData(EvidenceMode.Kept, 1)]
    [InlineData(EvidenceMode.Shared, Instances)]
    public async Task Of_a_rollout_that_is_over_every_instance_says_the_same(EvidenceMode mode, int instances)
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance[] all = [.. Enumerable.Range(0, instances).Select(_ => new Instance(store, policies, mode))];
        Random random = new(11);
        for (int i = 0; i < 300; i++)
        {
            all[i % instances].Book.Observe("support", rollout, Drawn(random));
        }

        await SpreadAsync(all);
        Rollout over = rollout with { State = RolloutState.RolledBack };
        policies.Publish(policy => policy.WithRouting(2, [.. policy.Channels.Values], [ChannelRouting.Of("support") with { Rollout = over, Revision = 2 }], []));
        all[0].Book.Observe("support", over, Seen(isCandidate: true, bucket: 3, Bad.Error)); // It was under way when the others had gone back.
        await SpreadAsync(all);
        Instance late = new(store, policies, mode);

        GuardReport? first = await all[0].Sync.ReportAsync("support", over, GatewayHouse.Token);

        Assert.NotNull(first);
        Assert.Equal(301, first.CandidateRequests + first.BaseRequests);
        foreach (Instance one in (Instance[])[.. all, late, late])
        {
            GuardReport same = (await one.Sync.ReportAsync("support", over, GatewayHouse.Token))!;
            Assert.Equal((first.CandidateRequests, first.BaseRequests, first.CandidateUnits, first.Units, first.ShareE), (same.CandidateRequests, same.BaseRequests, same.CandidateUnits, same.Units, same.ShareE));
            Assert.Equal(first.Guards.Select(guard => (guard.Kind, guard.E, guard.CandidateUnits, guard.BaseUnits)), same.Guards.Select(guard => (guard.Kind, guard.E, guard.CandidateUnits, guard.BaseUnits)));
        }

        Assert.All(all, one => Assert.False(one.Book.Crossings.TryRead(out (string, Rollout Of, GuardCrossing) crossed) && !crossed.Of.IsActive));
        Assert.False(late.Book.Crossings.TryRead(out _));
    }

    // With the store away it says what it knows.
    [Fact]
    public async Task Without_its_store_an_instance_says_what_it_knows()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance one = new(store, policies, EvidenceMode.Shared);
        one.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 7, Bad.Error));
        await SpreadAsync([one]);
        store.Away = true;
        one.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 8, Bad.Error));

        Assert.Equal(1, (await one.Sync.ReportAsync("support", rollout, GatewayHouse.Token))!.CandidateUnits);
        store.Away = false;
        Assert.Equal(2, (await one.Sync.ReportAsync("support", rollout, GatewayHouse.Token))!.CandidateUnits);
    }

    [Fact]
    public async Task A_tripwire_waits_for_no_store()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        Instance one = new(new MemoryGuardStore { Away = true }, policies, EvidenceMode.Shared);
        for (int i = 0; i < 20; i++)
        {
            one.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 7, Bad.Error));
        }

        await one.Sync.TurnAsync(GatewayHouse.Token);

        Assert.True(one.Book.Crossings.TryRead(out (string Channel, Rollout Rollout, GuardCrossing Crossing) tripped));
        Assert.Null(tripped.Crossing.Guard);
    }

    [Theory]
    [InlineData(EvidenceMode.Kept)]
    [InlineData(EvidenceMode.Shared)]
    public async Task A_start_forgets_nothing_feedback_included_and_counts_nothing_twice(EvidenceMode mode)
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance before = new(store, policies, mode);
        Random random = new(3);
        for (int i = 0; i < 500; i++)
        {
            before.Book.Observe("support", rollout, Drawn(random, factor: 1));
            if (i % 100 == 0)
            {
                await before.Sync.TurnAsync(GatewayHouse.Token);
            }
        }

        before.Book.Feedback("support", rollout, isCandidate: true, 12, 50_000, Guid.NewGuid());
        await before.Sync.StopAsync(GatewayHouse.Token);
        await before.Sync.TurnAsync(GatewayHouse.Token); // Of a shared store: what it wrote last is read back.
        GuardReport known = before.Book.ReportOf(rollout)!;

        Instance after = new(store, policies, mode);
        await after.Sync.TurnAsync(GatewayHouse.Token);
        await after.Sync.TurnAsync(GatewayHouse.Token);

        GuardReport same = after.Book.ReportOf(rollout)!;
        Assert.Equal((500, known.CandidateUnits, known.Units), (same.CandidateRequests + same.BaseRequests, same.CandidateUnits, same.Units));
        Assert.Equal(known.Guards.Select(guard => (guard.Kind, guard.CandidateUnits, guard.BaseUnits)), same.Guards.Select(guard => (guard.Kind, guard.CandidateUnits, guard.BaseUnits)));
        Assert.Equal(1, same.Guards[(int)GuardKind.Feedback].CandidateUnits);
        Assert.Equal(known.ShareE, same.ShareE, tolerance: 1e-9);
    }

    [Fact]
    public async Task A_store_that_is_away_loses_nothing_of_it()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance one = new(store, policies, EvidenceMode.Shared);
        one.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 7, Bad.Error));
        store.Away = true;
        await one.Sync.TurnAsync(GatewayHouse.Token);
        one.Book.Observe("support", rollout, Seen(isCandidate: false, bucket: 900_000, Bad.Error));
        await one.Sync.TurnAsync(GatewayHouse.Token);
        store.Away = false;

        await one.Sync.TurnAsync(GatewayHouse.Token);

        GuardReport report = one.Book.ReportOf(rollout)!;
        Assert.Equal((1, 1, 1, 1), (report.CandidateRequests, report.BaseRequests, report.Guards[0].CandidateUnits, report.Guards[0].BaseUnits));
    }

    [Fact]
    public async Task What_comes_while_something_is_written_waits_for_the_next_turn()
    {
        (PolicyPublisher policies, Rollout rollout) = Policy();
        MemoryGuardStore store = new();
        Instance instance = new(store, policies, EvidenceMode.Shared);
        int unit = 0;
        store.Adding = () => instance.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: unit++ % 50_000, Bad.None));
        instance.Book.Observe("support", rollout, Seen(isCandidate: true, bucket: 49_999, Bad.None));

        await instance.Sync.TurnAsync(GatewayHouse.Token); // Would never end.
        Assert.Equal(1, store.Rows);
        await instance.Sync.TurnAsync(GatewayHouse.Token);
        Assert.Equal(2, store.Rows);
    }

    [Fact]
    public void What_is_written_grows_with_units_and_not_with_requests_and_is_read_as_it_was()
    {
        RolloutTally tally = new([], EvidenceMode.Shared);
        for (int i = 0; i < 1_000; i++)
        {
            tally.Observe(Seen(isCandidate: true, bucket: i % 4, i % 3 == 0 ? Bad.Truncated : Bad.None));
        }

        GuardEvidence evidence = tally.TakeNotes()!;
        GuardEvidence read = GuardEvidence.Read(evidence.Write());

        Assert.InRange(evidence.Notes.Count, 4, 8);
        Assert.Equal((1_000, 0), (read.CandidateRequests, read.BaseRequests));
        Assert.Equal(evidence.Notes, read.Notes);
        Assert.Null(tally.TakeNotes());
        Assert.Throws<InvalidDataException>(() => GuardEvidence.Read(evidence.Write().AsSpan()[..^1]));
        byte[] damaged = evidence.Write();
        damaged[^21] = 0xff;
        Assert.Throws<InvalidDataException>(() => GuardEvidence.Read(damaged));
    }

    private static async Task SpreadAsync(Instance[] all)
    {
        foreach (Instance one in all.Concat(all))
        {
            await one.Sync.TurnAsync(GatewayHouse.Token);
        }
    }

    // Base fails once in fifty, the candidate so many times as often: no tripwire trips.
    private static Observation Drawn(Random random, double factor = 6)
    {
        bool isCandidate = random.NextDouble() < Share;
        return Seen(isCandidate, isCandidate ? random.Next(50_000) : random.Next(50_000, 1_000_000), random.NextDouble() < 0.02 * (isCandidate ? factor : 1) ? Bad.Error : Bad.None);
    }

    private static Observation Seen(bool isCandidate, int bucket, Bad bad) => new() { Request = Guid.NewGuid(), IsCandidate = isCandidate, Bucket = bucket, Share = Share, Bad = bad };

    private static (PolicyPublisher Policies, Rollout Rollout) Policy()
    {
        Release one = new(new ReleaseContent { Pins = [new Pin("p", "one", PinClass.Unknown)] }, null, s_now);
        Release two = new(new ReleaseContent { Pins = [new Pin("p", "two", PinClass.Unknown)] }, null, s_now);
        var channel = ReleaseChannel.New("support", one.Id, UnsupportedFields.Deny, s_now);
        Rollout rollout = new() { Id = RolloutId.New(s_now), Base = one.Id, Candidate = two.Id, Plan = RolloutPlan.Of(50_000), StartedAt = s_now, StartedBy = "noor", StageSince = s_now };
        var policies = new PolicyPublisher();
        policies.Publish(policy => policy.WithRouting(1, [new ServedChannel(channel, one)], [ChannelRouting.Of("support") with { Rollout = rollout, Revision = 1 }], [two]));
        return (policies, rollout);
    }

    private sealed class Instance
    {
        public Instance(MemoryGuardStore store, PolicyPublisher policies, EvidenceMode mode)
        {
            Book = new RolloutBook(policies) { Mode = mode };
            Sync = new GuardSync(store, Book, policies, Leadership.Alone(), TimeProvider.System, NullLogger<GuardSync>.Instance);
        }

        public RolloutBook Book { get; }

        public GuardSync Sync { get; }
    }
}
