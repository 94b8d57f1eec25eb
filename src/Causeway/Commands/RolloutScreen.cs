using Causeway.Admin.Rollouts;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;

namespace Causeway.Commands;

/// <summary>Rollouts as people see them.</summary>
internal static class RolloutScreen
{
    private static readonly Column[] s_stages = [new(""), new("STAGE", ColumnKind.Number), new("KIND"), new("EXPOSES", ColumnKind.Name), new("LASTS"), new("UNITS", ColumnKind.Number)];

    /// <summary>0: done; 2: refused by a check.</summary>
    public static int CodeOf(AdminReply reply) => reply.Succeeded ? ExitCodes.Ok : reply.Status == System.Net.HttpStatusCode.Conflict ? ExitCodes.Usage : ExitCodes.Failed;

    public static void Show(RolloutView rollout, Screen screen)
    {
        screen.Accent($"{rollout.Channel}: {Word(rollout.State)}");
        screen.Pairs(
        [
            ("Rollout", rollout.Id),
            ("Base", rollout.Base),
            ("Candidate", rollout.Candidate),
            ("Candidate meets", rollout.Exposure.Length > 0 ? rollout.Exposure : "nobody"),
            ("Units so far", Figures.Count(rollout.Units)),
            .. rollout.Shadow is { } copies ? [("Copies here", $"{Figures.Count(copies.Answered)} answered, {Figures.Count(copies.Failed)} failed, {Figures.Count(copies.Dropped)} not sent, for {Figures.Cost(copies.NanoUsd)}")] : Array.Empty<(string, string)>(),
            .. rollout.State == RolloutState.Running ? [("Lease", Lease(rollout.Lease))] : Array.Empty<(string, string)>(),
            ("Started", $"{Figures.Time(rollout.StartedAt)} by {rollout.StartedBy}"),
            .. rollout.FinalizeAskedBy is { } first ? [("Finalize", $"asked for by {first}; a second person has to want it too")] : Array.Empty<(string, string)>(),
            .. rollout.EndedAt is { } ended ? [("Ended", Figures.Time(ended) + (rollout.EndReason is { } why ? ": " + why : ""))] : Array.Empty<(string, string)>(),
            .. rollout.Drilled ? [("Way back", "rehearsed")] : Array.Empty<(string, string)>(),
            .. rollout.Drill is { } drill ? [("Drill", drill + " is under way")] : Array.Empty<(string, string)>(),
            .. rollout.SkipDrill is { } skipped ? [("Not rehearsed", skipped)] : Array.Empty<(string, string)>(),
        ]);
        screen.Line();
        Stages(rollout.Plan, rollout.Stage, screen);
        screen.Line();
        if (rollout.Did == TimelineKind.FinalizeAsked)
        {
            screen.Line($"Two have to want it. The second one says so with: causeway rollout finalize {rollout.Channel}, and with --force --reason TEXT where something stands against it still.");
            screen.Line("Given up with it are the holdback, the lease, and base as the warm way back.");
        }
        else if (rollout.Did == TimelineKind.Finalized)
        {
            screen.Line("The channel points at it. Given up are the holdback, the lease, and base as the warm way back;");
            screen.Line($"\"causeway rollback {rollout.Channel}\" still works, without their guarantees.");
        }
        else if (rollout.State == RolloutState.Running)
        {
            string next = rollout.Stage == rollout.Plan.Stages.Count ? "finalize" : "advance";
            screen.Line(rollout.Open.Count == 0 ? $"Next: causeway rollout {next} {rollout.Channel}" : "Before it goes on:");
            foreach (string open in rollout.Open)
            {
                screen.Line("  " + open);
            }
        }
    }

    public static void Stages(RolloutPlanBody plan, int? current, Screen screen)
    {
        screen.Table(s_stages, plan.Stages.Select((stage, i) => (IReadOnlyList<string>)
        [
            current == i + 1 ? ">" : " ", Figures.Count(i + 1), stage.Kind switch { StageKind.Named => "named", StageKind.Percent => "percent", StageKind.Shadow => "shadow", _ => "bake" }, stage.Words(), Span(stage.MinSeconds), Figures.Count(stage.MinUnits),
        ]));
        if (plan.Automatic)
        {
            screen.Remark("It goes from stage to stage by itself, where time, units, evidence and rehearsal are there; a person finalizes it.");
        }

        if (plan.WithinBase)
        {
            screen.Remark("The candidate is asked nothing longer than base reads.");
        }

        screen.Remark($"Base keeps {plan.HoldbackPpm / 10_000m:0.####} % of the units until the end.{(plan.GuardsOff.Count > 0 ? " Guards that are off: " + string.Join(", ", plan.GuardsOff) : "")}");
    }

    public static string Word(RolloutState state) => state switch
    {
        RolloutState.Running => "running",
        RolloutState.Paused => "paused",
        RolloutState.RolledBack => "rolled back",
        RolloutState.Aborted => "aborted",
        _ => "finalized",
    };

    private static string Lease(LeaseView lease) =>
        lease is { Live: true, LeftMs: null } ? "live, the store is this process's own"
        : lease.Live ? $"live, {lease.LeftMs} ms left, ran out {Figures.Plural(lease.Lapses, "time")}"
        : $"run out: base answers; {Figures.Plural(lease.Lapses, "time")}";

    private static string Span(long seconds) => seconds switch
    {
        0 => "",
        < 60 => $"{seconds} s",
        < 3600 => $"{seconds / 60} min",
        _ => $"{seconds / 3600} h",
    };
}
