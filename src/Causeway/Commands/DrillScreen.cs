using System.Globalization;
using Causeway.Admin.Drills;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Drills;

namespace Causeway.Commands;

/// <summary>Drills as people see them.</summary>
internal static class DrillScreen
{
    private static readonly Column[] s_instances = [new("INSTANCE", ColumnKind.Name), new("BASE AFTER", ColumnKind.Number), new("BACK AFTER", ColumnKind.Number)];

    /// <summary>The instance that took longest to serve base.</summary>
    public static string Slowest(DrillView drill) =>
        drill.Instances.Count == 0 ? "" : drill.Instances.Any(one => one.AwayMs is null) ? "never" : Ms(drill.Instances.Max(one => one.AwayMs));

    /// <summary>What it would do.</summary>
    public static void Plan(DrillView drill, Screen screen)
    {
        screen.Line(drill.Kind switch
        {
            DrillKind.Slice => $"{Percent(drill)} of the units go to base for {drill.Seconds} s, and back.",
            DrillKind.Full => $"Everybody goes to base for {drill.Seconds} s, and back.",
            DrillKind.Partition => $"The lease of one instance runs out, and base answers there until {drill.Seconds} s are over.",
            _ => $"{drill.Load!.Pin} is asked {Figures.Plural(drill.Load.Calls, "time")} in {drill.Seconds} s: {drill.Load.PerMinute.ToString("0.##", CultureInfo.InvariantCulture)} a minute, {Figures.Plural(drill.Load.InputTokens, "token")} each, answers of at most {Figures.Count(drill.Load.OutputTokens)}.",
        });
        if (drill.Load is { } load)
        {
            screen.Line(load.CeilingNanoUsd is { } ceiling ? $"It costs {Figures.Cost(ceiling)} at most." : "The pin has no price: what it costs cannot be said, and it is not begun.");
        }
    }

    /// <summary>What it showed.</summary>
    public static void Show(DrillView drill, Screen screen)
    {
        screen.Accent($"{drill.Id}: {drill.Word}");
        screen.Pairs(
        [
            ("Channel", drill.Channel),
            ("Kind", DrillWords.Of(drill.Kind) + (drill.Kind == DrillKind.Slice ? $", {Percent(drill)} of the units" : "")),
            .. drill.Rollout is { } rollout ? [("Rollout", rollout)] : Array.Empty<(string, string)>(),
            ("Lasted", drill.EndedAt is { } ended ? $"{(ended - drill.StartedAt).TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s" : "is under way"),
            ("Started", $"{Figures.Time(drill.StartedAt)} by {drill.StartedBy}"),
            .. drill.Kind == DrillKind.Capacity ? Load(drill.Load!) : Requests(drill),
        ]);
        if (drill.Instances.Count > 0 && drill.Kind != DrillKind.Capacity)
        {
            screen.Line();
            screen.Table(s_instances, drill.Instances.Select(one => (IReadOnlyList<string>)[one.Instance, Ms(one.AwayMs), drill.State == DrillState.Running ? "" : Ms(one.BackMs)]));
        }

        if (drill.Failures.Count > 0)
        {
            screen.Line();
            screen.Line("It did not pass:");
            foreach (string failure in drill.Failures)
            {
                screen.Line("  " + failure);
            }
        }
    }

    private static (string, string)[] Requests(DrillView drill) =>
    [
        ("Base answered", $"{Figures.Plural(drill.Requests, "request")} in the candidate's place, {Figures.Count(drill.Errors)} failed, {Figures.Count(drill.Throttled)} were throttled"),
        ("Cost", Figures.Cost(drill.CostNanoUsd)),
        ("Too late", drill.LastLateMs is { } last ? $"{Figures.Count(drill.Late)} requests went to the candidate, the last {last} ms after the commit" : "nothing went to the candidate after the commit"),
    ];

    private static (string, string)[] Load(DrillLoadView load) =>
    [
        ("Asked", $"{Figures.Plural(load.Calls, "call")} to {load.Pin}, {load.PerMinute.ToString("0.##", CultureInfo.InvariantCulture)} a minute"),
        ("Carried", $"{Figures.Count(load.Answered)} answered, {Figures.Count(load.Throttled)} throttled, {Figures.Count(load.Failed)} failed"),
        ("Cost", $"{Figures.Cost(load.CostNanoUsd)}{(load.CeilingNanoUsd is { } ceiling ? $" of {Figures.Cost(ceiling)} at most" : "")}"),
    ];

    private static string Percent(DrillView drill) => ((drill.ToBucket - drill.FromBucket) / 10_000m).ToString("0.####", CultureInfo.InvariantCulture) + " %";

    private static string Ms(long? span) => span is { } ms ? $"{ms} ms" : "never";
}
