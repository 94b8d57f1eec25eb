using Causeway.Releases.Drills;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Tests.Drills;

public sealed class DrillTests
{
    private static readonly Rollout s_rollout = Some.Rollout(RolloutPlan.Default);

    [Fact]
    public void A_drill_proves_the_way_back_of_its_own_rollout_version_and_plan_for_thirty_days()
    {
        Drill passed = Passed();

        Assert.True(passed.Proves(s_rollout, "1.0", Some.Now.AddDays(30)));
        Assert.False(passed.Proves(s_rollout, "1.0", Some.Now.AddDays(30).AddMinutes(1)));
        Assert.False(passed.Proves(s_rollout, "1.1", Some.Now));
        Assert.False(passed.Proves(s_rollout with { Plan = RolloutPlan.Of(50_000) }, "1.0", Some.Now));
        Assert.False(passed.Proves(Some.Rollout(RolloutPlan.Default), "1.0", Some.Now)); // Another rollout.
        Assert.False((passed with { Kind = DrillKind.Full }).Proves(s_rollout, "1.0", Some.Now));
        Assert.All(
            (DrillState[])[DrillState.Failed, DrillState.Interrupted, DrillState.Running],
            state => Assert.False((passed with { State = state }).Proves(s_rollout, "1.0", Some.Now)));
    }

    [Fact]
    public void A_plan_has_a_digest_that_every_field_changes()
    {
        RolloutPlan[] plans =
        [
            RolloutPlan.Default, RolloutPlan.Of(50_000), RolloutPlan.Default with { HoldbackPpm = 50_000 }, RolloutPlan.Default with { GuardsOff = ["cost"] },
            RolloutPlan.Default with { Stages = [.. RolloutPlan.Default.Stages.Skip(1)] },
        ];

        Assert.Equal(plans.Length, plans.Select(plan => plan.Digest).Distinct().Count());
        Assert.Equal(RolloutPlan.Default.Digest, (RolloutPlan.Default with { Stages = [.. RolloutPlan.Default.Stages] }).Digest);
    }

    [Fact]
    public void It_passes_where_everybody_was_there_in_time_and_somebody_asked()
    {
        Assert.Empty(DrillVerdict.Failures(Passed()));
        Assert.Contains("nobody asked", Single(Passed() with { Counts = new DrillCounts() }), StringComparison.Ordinal);
        Assert.Contains("vm:1 did not serve base", Single(Passed() with { Instances = [new DrilledInstance("vm:1", null, 3)] }), StringComparison.Ordinal);
        Assert.Contains("vm:1 served base after 1001 ms", Single(Passed() with { Instances = [new DrilledInstance("vm:1", 1001, 3)] }), StringComparison.Ordinal);
        Assert.Contains("did not serve the candidate again", Single(Passed() with { Instances = [new DrilledInstance("vm:1", 3, null)] }), StringComparison.Ordinal);
        Assert.Contains("1001 ms after the commit", Single(Passed() with { Counts = new DrillCounts { Requests = 9, Late = 2, LastLateMs = 1001 } }), StringComparison.Ordinal);
        Assert.Equal("2 of 199 requests failed at base", Single(Passed() with { Counts = new DrillCounts { Requests = 199, Errors = 2 } }));
        Assert.Empty(DrillVerdict.Failures(Passed() with { Counts = new DrillCounts { Requests = 200, Errors = 2 } }));
        Assert.Empty(DrillVerdict.Failures(Passed() with { Counts = new DrillCounts { Requests = 9, Late = 2, LastLateMs = 1000 } }));
    }

    [Fact]
    public void A_capacity_drill_passes_where_base_answered_all_but_one_in_a_hundred()
    {
        Drill asked = Passed() with { Kind = DrillKind.Capacity, Instances = [], Counts = new DrillCounts() };

        Assert.Empty(DrillVerdict.Failures(asked with { Load = Load(99, 1, 0) }));
        Assert.Equal("p/m refused 2 of 100 calls for its limit, and 0 failed", Single(asked with { Load = Load(98, 2, 0) }));
        Assert.Equal("40 of 100 calls were made", Single(asked with { Load = Load(40, 0, 0) }));
        Assert.Equal("nothing was sent", Single(asked));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        Drill drill = Passed() with { Load = Load(1, 2, 3), Failures = ["one"], FromBucket = 3, ToBucket = 9 };

        Assert.Equal(DrillJson.Write(drill), DrillJson.Write(DrillJson.Read(DrillJson.Write(drill))));
        Assert.Throws<InvalidDataException>(() => DrillJson.Read("{}"u8));
    }

    private static string Single(Drill drill) => Assert.Single(DrillVerdict.Failures(drill));

    private static DrillLoad Load(int answered, int throttled, int failed) => new("p/m", 100, 60, 10, 20, 5, answered, throttled, failed, 4);

    private static Drill Passed() => new()
    {
        Id = DrillId.New(Some.Now),
        Channel = "support",
        Kind = DrillKind.Slice,
        Rollout = s_rollout.Id,
        Base = s_rollout.Base,
        Candidate = s_rollout.Candidate,
        Version = "1.0",
        Plan = s_rollout.Plan.Digest,
        Seconds = 10,
        StartedAt = Some.Now,
        StartedBy = "mira",
        EndedAt = Some.Now,
        State = DrillState.Passed,
        Instances = [new DrilledInstance("vm:1", 12, 9)],
        Counts = new DrillCounts { Requests = 40 },
    };
}
