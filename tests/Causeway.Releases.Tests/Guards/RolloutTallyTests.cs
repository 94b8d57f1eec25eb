using Causeway.Releases.Channels;
using Causeway.Releases.Drills;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Guards;

public sealed class RolloutTallyTests
{
    [Fact]
    public void A_unit_counts_once_for_each_guard_however_often_it_fails()
    {
        RolloutTally tally = new([]);
        for (int i = 0; i < 500; i++)
        {
            Assert.Null(tally.Observe(Seen(isCandidate: false, bucket: 900_000 + (i % 20), Bad.None)));
            Assert.Null(tally.Observe(Seen(isCandidate: true, bucket: 7, i % 3 == 0 ? Bad.Error | Bad.Empty : Bad.None))); // A third: below the tripwire.
        }

        GuardReport report = tally.Report();
        Assert.Equal((1, 1, 1), (Of(report, GuardKind.Error).CandidateUnits, Of(report, GuardKind.Empty).CandidateUnits, report.CandidateUnits));
        Assert.Equal((500, 500, 21, true), (report.CandidateRequests, report.BaseRequests, report.Units, report.IsUnderpowered));
    }

    [Fact]
    public void What_was_not_drawn_reaches_tripwires_only()
    {
        RolloutTally tally = new([]);
        for (int i = 0; i < 19; i++)
        {
            Assert.Null(tally.Observe(Seen(true, null, Bad.Error)));
        }

        GuardCrossing? crossing = tally.Observe(Seen(true, null, Bad.Error));

        Assert.Equal((null, GuardAction.Rollback), (crossing!.Guard, crossing.Action));
        Assert.StartsWith("20 of the candidate's last 20 requests were bad", crossing.Evidence, StringComparison.Ordinal);
        Assert.Equal(0, Of(tally.Report(), GuardKind.Error).CandidateUnits);
    }

    // One caller that sends what no model takes; several whose requests the new model does not take.
    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    public void Requests_that_were_not_taken_trip_where_they_are_several_callers(int units, bool trips)
    {
        RolloutTally tally = new([]);
        GuardCrossing?[] crossings = [.. Enumerable.Range(0, 60).Select(i => tally.Observe(Seen(true, i % units, Bad.Error) with { MayBeCallers = true }))];

        Assert.Equal(trips, crossings.OfType<GuardCrossing>().Any(crossing => crossing.Action == GuardAction.Rollback));
    }

    [Fact]
    public void Where_base_is_bad_too_the_tripwire_does_not_trip()
    {
        RolloutTally tally = new([]);
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(tally.Observe(Seen(false, null, i % 10 == 0 ? Bad.Error : Bad.None)));
            Assert.Null(tally.Observe(Seen(true, null, i % 2 == 0 ? Bad.Error : Bad.None)));
        }
    }

    [Fact]
    public void Five_broken_contracts_in_a_row_are_enough()
    {
        RolloutTally tally = new([]);
        bool[] invalid = [true, true, true, true, false, true, true, true, true, true];

        GuardCrossing?[] crossings = [.. invalid.Select(one => tally.Observe(Seen(true, null, one ? Bad.ContractInvalid : Bad.None) with { IsInvalid = one }))];

        Assert.All(crossings[..^1], Assert.Null);
        Assert.Equal("5 answers in a row broke their contract", crossings[^1]!.Evidence);
    }

    [Fact]
    public void It_acts_once_in_a_rollout()
    {
        RolloutTally tally = new([]);
        List<GuardCrossing> crossings = [];
        for (int i = 0; i < 2_000; i++)
        {
            if (tally.Observe(Seen(true, i, Bad.Error | Bad.Refusal) with { Share = 0.05 }) is { } crossing)
            {
                crossings.Add(crossing);
            }
        }

        Assert.Single(crossings);
    }

    [Fact]
    public void What_is_slower_holds_and_does_not_go_back_and_a_correctness_guard_still_can()
    {
        RolloutTally tally = new([]);
        List<GuardCrossing> crossings = [];
        Random random = new(11);
        for (int i = 0; crossings.Count < 2 && i < 20_000; i++)
        {
            bool isCandidate = random.NextDouble() < 0.2;
            int bucket = isCandidate ? random.Next(200_000) : random.Next(200_000, 1_000_000);
            Observation seen = Seen(isCandidate, bucket, crossings.Count > 0 && isCandidate && random.NextDouble() < 0.2 ? Bad.Error : Bad.None) with { Share = 0.2, LatencyMicroseconds = random.Next(1_000, 2_000) * (isCandidate ? 3 : 1) };
            if (tally.Observe(seen) is { } crossing)
            {
                crossings.Add(crossing);
            }
        }

        Assert.Equal([(GuardKind.Latency, GuardAction.Hold), (GuardKind.Error, GuardAction.Rollback)], crossings.Select(crossing => (crossing.Guard!.Value, crossing.Action)));
        Assert.InRange(crossings[0].Requests.Count, 1, 20);
    }

    [Fact]
    public void A_guard_that_is_off_counts_nothing()
    {
        RolloutTally tally = new(["error"]);
        for (int i = 0; i < 19; i++)
        {
            tally.Observe(Seen(true, i, Bad.Error));
        }

        Assert.False(Of(tally.Report(), GuardKind.Error).IsOn);
        Assert.Equal(900, tally.Report().Threshold);
    }

    [Fact]
    public void A_share_that_is_not_the_stated_one_holds()
    {
        RolloutTally tally = new([]);
        Random random = new(12);
        GuardCrossing? crossing = null;
        for (int i = 0; crossing is null && i < 100_000; i++)
        {
            crossing = tally.Observe(Seen(random.NextDouble() < 0.10, random.Next(1_000_000), Bad.None) with { Share = 0.05 });
        }

        Assert.Equal((null, GuardAction.Hold), (crossing!.Guard, crossing.Action));
        Assert.Contains("share of units", crossing.Evidence, StringComparison.Ordinal);
    }

    // A slice of the candidate's units is at base: those are counted on neither side, and a drill of the way back must not hold what it rehearses.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_drill_has_taken_is_no_share_that_is_not_as_stated(bool isTold)
    {
        Rollout rollout = Some.Rollout(RolloutPlan.Of(200_000));
        ChannelRouting routing = Some.Routing(rollout) with { Drill = new DrillInForce(DrillId.New(Some.Now), DrillKind.Slice, 0, 40_000, Some.Now.AddMinutes(1)) };
        RoutingImage image = new(ReleaseChannel.New("support", Some.One, UnsupportedFields.Deny, Some.Now), routing, static _ => false);
        RolloutTally tally = new([]);
        GuardCrossing? crossing = null;
        Random random = new(7);
        for (int i = 0; crossing is null && i < 20_000; i++)
        {
            int bucket = random.Next(Bucket.Count);
            if (!image.Drills(bucket))
            {
                crossing = tally.Observe(Seen(bucket < 200_000, bucket, Bad.None) with { Share = isTold ? image.Share : image.Ppm / 1e6 });
            }
        }

        Assert.Equal(160_000 / 960_000.0, image.Share, 9);
        Assert.Equal(isTold, crossing is null);
    }

    [Fact]
    public void A_request_that_costs_more_than_three_times_base_holds()
    {
        RolloutTally tally = new(["cost"]);
        GuardCrossing? crossing = null;
        for (int i = 0; i < 60 && crossing is null; i++)
        {
            tally.Observe(Seen(false, null, Bad.None) with { NanoUsd = 1_000 });
            crossing = tally.Observe(Seen(true, null, Bad.None) with { NanoUsd = 4_000 });
        }

        Assert.Equal((GuardAction.Hold, "a request costs 4.0 times base's"), (crossing!.Action, crossing.Evidence));
    }

    [Fact]
    public void Evidence_that_says_neither_is_a_doubt_and_none_is_not()
    {
        RolloutTally tally = new([]);
        Assert.Empty(tally.Evidence(isDrilled: false).Doubts);

        tally.Observe(Seen(true, 1, Bad.Error));

        Assert.StartsWith("error: 1 unit of the candidate's and 0 units of base's had requests that failed or broke off, and the evidence says neither", Assert.Single(tally.Evidence(false).Doubts), StringComparison.Ordinal);
        tally.Feedback(isCandidate: true, 2, 0.05, Guid.NewGuid());
        Assert.Equal(1, Of(tally.Report(), GuardKind.Feedback).CandidateUnits);
    }

    [Fact]
    public void An_observation_allocates_nothing()
    {
        RolloutTally tally = new([]);
        for (int i = 0; i < 300; i++)
        {
            tally.Observe(Seen(false, 500_000 + i, i % 2 == 0 ? Bad.Error | Bad.Refusal : Bad.None) with { LatencyMicroseconds = i, OutputTokens = i, NanoUsd = i });
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            tally.Observe(Seen(i % 5 == 0, 600_000 + i, i % 50 == 0 ? Bad.Error : Bad.None) with { LatencyMicroseconds = 5, OutputTokens = 100, NanoUsd = 5, Share = 0.2 });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_crosses_names_the_first_of_the_candidate_s_requests_that_was_bad()
    {
        Guid[] requests = [.. Enumerable.Range(0, 40).Select(i => Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(i)))];
        RolloutTally tripped = new([]);
        RolloutTally guarded = new([]);
        List<GuardCrossing> crossings = [];
        for (int i = 0; i < 100; i++)
        {
            tripped.Observe(Seen(false, null, i == 0 ? Bad.Error : Bad.None) with { Request = requests[0] }); // Base's: nobody was exposed by it.
        }

        tripped.Observe(Seen(true, null, Bad.Latency) with { Request = requests[1] }); // Slow is not wrong.
        foreach (Guid request in requests[2..])
        {
            crossings.AddRange(tripped.Observe(Seen(true, null, Bad.Error) with { Request = request }) is { } crossing ? [crossing] : []);
        }

        guarded.Observe(Seen(true, 1, Bad.None) with { Request = requests[0] });
        GuardCrossing? held = null;
        for (int i = 1; i < 40 && held is null; i++)
        {
            held = guarded.Observe(Seen(true, 10 + i, Bad.Latency) with { Request = requests[i] });
        }

        Assert.Equal((null, requests[2]), (crossings.Single().Guard, crossings.Single().FirstBad));
        Assert.Equal((GuardKind.Latency, requests[1]), (held!.Guard, held.FirstBad));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(1), FirstBad.ArrivalIn($"rollout_1 in stage 1: {held.Evidence}{FirstBad.Words(held.FirstBad)}"));
        Assert.Null(FirstBad.ArrivalIn($"rollout_1 in stage 1: {held.Evidence}"));
        Assert.Null(FirstBad.ArrivalIn("; first: req_0193"));
    }

    private static GuardStanding Of(GuardReport report, GuardKind kind) => report.Guards[(int)kind];

    private static Observation Seen(bool isCandidate, int? bucket, Bad bad) =>
        new() { Request = Guid.Empty, IsCandidate = isCandidate, Bucket = bucket is { } at ? at % Causeway.Releases.Routing.Bucket.Count : null, Share = 0.05, Bad = bad };
}
