using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Tests.Rollouts;

public sealed class RolloutStepTests
{
    private static readonly RolloutEvidence s_good = new(10_000, IsDrilled: false, []);
    private static readonly DateTimeOffset s_later = Some.Now.AddDays(2);

    [Fact]
    public void A_start_is_in_its_first_stage_and_ends_a_rollback_in_force()
    {
        ChannelRouting rolledBack = Some.Routing() with { Override = new ChannelOverride(Some.One, Some.Three, 1, Some.Now, "mira", "bad") };

        RolloutStep step = RolloutStep.Start(Facts(rolledBack), Some.Two, RolloutPlan.Default, null, static _ => false, "noor", Some.Now, out _)!;

        Assert.Equal((Some.One, Some.Two, 0, RolloutState.Running, "noor"), (step.After.Rollout!.Base, step.After.Rollout.Candidate, step.After.Rollout.Stage, step.After.Rollout.State, step.After.Rollout.StartedBy));
        Assert.Null(step.After.Override);
        Assert.Contains("1 % of the units", step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_is_refused_where_there_is_no_way_forward_or_back()
    {
        Assert.Equal(RolloutFault.Active, Start(Facts(Running()), Some.Three));
        Assert.Equal(RolloutFault.SameRelease, Start(Facts(Some.Routing()), Some.One));
        Assert.Equal(RolloutFault.Quarantined, Start(Facts(Some.Routing()), Some.Two, Some.Two));
        Assert.Equal(RolloutFault.Quarantined, Start(Facts(Some.Routing()), Some.Two, Some.One));
        Assert.Null(Start(Facts(Some.Routing(Some.Rollout(RolloutPlan.Default, state: RolloutState.RolledBack))), Some.Two));
    }

    // No way round the rehearsal: what advance asks for, a start asks for too.
    [Theory]
    [InlineData(250_000, null, false)]
    [InlineData(250_001, null, true)]
    [InlineData(900_000, null, true)]
    [InlineData(900_000, "rehearsed in staging", false)]
    public void A_start_does_not_pass_a_quarter_without_a_rehearsal(int ppm, string? skipDrill, bool isRefused)
    {
        RolloutStep? step = RolloutStep.Start(Facts(Some.Routing()), Some.Two, RolloutPlan.Of(ppm), skipDrill, static _ => false, "noor", Some.Now, out RolloutRefusal? refusal);

        Assert.Equal((isRefused, isRefused ? RolloutFault.NotDrilled : null), (step is null, refusal?.Fault));
    }

    [Fact]
    public void A_stage_is_left_when_its_time_its_units_and_the_evidence_are_there()
    {
        Assert.Equal(1, Advanced(Facts(Running()), s_good, s_later).After.Rollout!.Stage);
        Assert.Equal((RolloutFault.NotYet, "the stage lasts 10 min 0 s longer"), Refused(Facts(Running()), s_good, Some.Now));
        Assert.Equal((RolloutFault.NotYet, "49 units have met the candidate, and the stage asks for 50"), Refused(Facts(Running()), s_good with { Units = 49 }, s_later));
        Assert.Equal((RolloutFault.NotYet, "1 unit has met the candidate, and the stage asks for 50"), Refused(Facts(Running()), s_good with { Units = 1 }, s_later));
        Assert.Equal((RolloutFault.NotYet, "error: says neither"), Refused(Facts(Running()), s_good with { Doubts = ["error: says neither"] }, s_later));
        Assert.Equal((RolloutFault.NotYet, "it is held: latency"), Refused(Facts(Running() with { Rollout = Running().Rollout! with { Held = "latency" } }), s_good, s_later));
    }

    [Fact]
    public void A_person_may_pass_over_all_of_it_and_that_is_on_record()
    {
        RolloutStep step = RolloutStep.Advance(Facts(Running() with { Rollout = Running().Rollout! with { Held = "latency" } }), new RolloutEvidence(0, false, ["doubt"]), force: true, Some.Now, out _)!;

        Assert.Equal((1, null), (step.After.Rollout!.Stage, step.After.Rollout.Held));
        Assert.Contains("although it is held: latency; the stage lasts", step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_quarter_is_exposed_only_where_the_way_back_was_rehearsed_whoever_forces_it()
    {
        ChannelFacts third = Facts(Running(stage: 2));

        Assert.Null(RolloutStep.Advance(third, s_good, force: true, s_later, out RolloutRefusal? refusal));
        Assert.Equal(RolloutFault.NotDrilled, refusal!.Fault);
        Assert.NotNull(RolloutStep.Advance(third, s_good with { IsDrilled = true }, force: false, s_later, out _));
        Assert.NotNull(RolloutStep.Advance(Facts(Running(stage: 2) with { Rollout = Running(stage: 2).Rollout! with { SkipDrill = "staging" } }), s_good, force: false, s_later, out _));
    }

    [Fact]
    public void A_pause_gives_everybody_base_and_only_resuming_or_ending_it_is_possible_then()
    {
        RolloutStep paused = RolloutStep.Pause(Facts(Running()), Some.Now, out _)!;
        ChannelFacts facts = Facts(paused.After);

        Assert.Equal(RolloutFault.Paused, Refused(facts, s_good, s_later).Fault);
        Assert.Null(RolloutStep.Resume(facts, release => release == Some.Two, s_later, out RolloutRefusal? refusal));
        Assert.Equal(RolloutFault.Quarantined, refusal!.Fault);
        Assert.Equal((RolloutState.Running, 0, s_later), Of(RolloutStep.Resume(facts, static _ => false, s_later, out _)!.After.Rollout!));
        Assert.Equal(RolloutState.Aborted, RolloutStep.Abort(facts, "superseded", s_later, out _)!.After.Rollout!.State);
    }

    [Fact]
    public void What_is_held_goes_on_when_somebody_resumes_it()
    {
        ChannelFacts held = Facts(RolloutStep.Hold(Facts(Running()), "the store is heard from too seldom", null, out _)!.After);
        RolloutStep resumed = RolloutStep.Resume(held, static _ => false, s_later, out _)!;
        RolloutStep? again = RolloutStep.Resume(Facts(resumed.After), static _ => false, s_later, out RolloutRefusal? refusal);

        Assert.Null(RolloutStep.Advance(held, s_good, force: false, s_later, out _));
        Assert.Equal((RolloutState.Running, null, held.Routing.Rollout!.StageSince), (resumed.After.Rollout!.State, resumed.After.Rollout.Held, resumed.After.Rollout.StageSince)); // The stage has lasted meanwhile.
        Assert.EndsWith("although the store is heard from too seldom", resumed.Detail, StringComparison.Ordinal);
        Assert.NotNull(RolloutStep.Advance(Facts(resumed.After), s_good, force: false, s_later, out _));
        Assert.Null(again);
        Assert.Equal(RolloutFault.NotActive, refusal!.Fault);
    }

    [Fact]
    public void Aborting_leaves_the_candidate_out_of_quarantine()
    {
        RolloutStep step = RolloutStep.Abort(Facts(Running()), "superseded", s_later, out _)!;

        Assert.Empty(step.After.Quarantine);
        Assert.Null(RolloutStep.Abort(Facts(step.After), "again", s_later, out RolloutRefusal? refusal));
        Assert.Equal(RolloutFault.NotActive, refusal!.Fault);
    }

    [Fact]
    public void Finalizing_takes_two_where_there_are_two_and_points_the_channel()
    {
        ChannelFacts last = Facts(Running(stage: 4) with { Rollout = Running(stage: 4).Rollout! with { SkipDrill = "staging" } });

        RolloutStep first = RolloutStep.Finalize(last, s_good, needsTwo: true, force: false, "mira", s_later, out _)!;
        Assert.Null(RolloutStep.Finalize(Facts(first.After), s_good, needsTwo: true, force: false, "mira", s_later, out RolloutRefusal? same));
        RolloutStep second = RolloutStep.Finalize(Facts(first.After), s_good, needsTwo: true, force: false, "noor", s_later, out _)!;
        RolloutStep alone = RolloutStep.Finalize(last, s_good, needsTwo: false, force: false, "admin", s_later, out _)!;

        Assert.Equal((TimelineKind.FinalizeAsked, RolloutState.Running, null), (first.Kind, first.After.Rollout!.State, first.Point));
        Assert.Equal(RolloutFault.SamePerson, same!.Fault);
        Assert.Equal((TimelineKind.Finalized, RolloutState.Finalized, Some.Two), (second.Kind, second.After.Rollout!.State, second.Point!.Wanted.Release));
        Assert.Contains("asked for by mira", second.Detail, StringComparison.Ordinal);
        Assert.Equal(Some.Two, alone.Point!.Wanted.Release);
    }

    [Fact]
    public void Finalizing_before_the_last_stage_needs_force()
    {
        Assert.Null(RolloutStep.Finalize(Facts(Running(stage: 1)), s_good, needsTwo: false, force: false, "admin", s_later, out RolloutRefusal? refusal));
        Assert.Equal("it is in stage 2 of 5", refusal!.Message);
        Assert.NotNull(RolloutStep.Finalize(Facts(Running(stage: 1)), s_good with { IsDrilled = true }, needsTwo: false, force: true, "admin", s_later, out _));
        Assert.Null(RolloutStep.Finalize(Facts(Running(stage: 1)), s_good, needsTwo: false, force: true, "admin", s_later, out refusal));
        Assert.Equal(RolloutFault.NotDrilled, refusal!.Fault);
    }

    private static (RolloutState, int, DateTimeOffset) Of(Rollout rollout) => (rollout.State, rollout.Stage, rollout.StageSince);

    private static ChannelRouting Running(int stage = 0) => Some.Routing(Some.Rollout(RolloutPlan.Default, stage));

    private static ChannelFacts Facts(ChannelRouting routing)
    {
        (ReleaseChannel channel, IReadOnlyList<ChannelMove> moves) = Some.Channel(Some.One);
        return new ChannelFacts(channel, routing, moves);
    }

    private static RolloutFault? Start(ChannelFacts facts, ReleaseId candidate, ReleaseId? revoked = null) =>
        RolloutStep.Start(facts, candidate, RolloutPlan.Default, null, release => release == revoked, "noor", Some.Now, out RolloutRefusal? refusal) is null ? refusal!.Fault : null;

    private static RolloutStep Advanced(ChannelFacts facts, RolloutEvidence evidence, DateTimeOffset at)
    {
        RolloutStep? step = RolloutStep.Advance(facts, evidence, force: false, at, out RolloutRefusal? refusal);
        Assert.True(step is not null, refusal?.Message);
        return step;
    }

    private static (RolloutFault Fault, string Message) Refused(ChannelFacts facts, RolloutEvidence evidence, DateTimeOffset at)
    {
        Assert.Null(RolloutStep.Advance(facts, evidence, force: false, at, out RolloutRefusal? refusal));
        return (refusal!.Fault, refusal.Message);
    }
}
