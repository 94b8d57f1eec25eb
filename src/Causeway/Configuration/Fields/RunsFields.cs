namespace Causeway.Configuration.Fields;

internal static class RunsFields
{
    private static readonly RunsConfiguration Standard = RunsConfiguration.Default;

    public static readonly Section Section = new("runs", "What one run of an agent (`x-causeway-run`) may come to, and which tools it may wait with. A reload applies it. See docs/runaway.md.");

    public static readonly Field<int> Calls = Section.Default(
        "calls", Types.Count(1, 1_000_000), (int)Standard.Limits.Calls!.Value, "200",
        "Calls of a run. More: 403 `run_limit`.");

    public static readonly Field<int> Depth = Section.Default(
        "depth", Types.Count(1, 1000), Standard.Limits.Depth!.Value, "8",
        "How deep runs may start runs; the first is at depth 1.");

    public static readonly Field<TimeSpan> Time = Section.Default(
        "time", Types.Duration(60, 30 * 86400), Standard.Limits.WallTime!.Value, "1h",
        "From a run's first call on.");

    public static readonly Field<long> Usd = Section.Allow(
        "usd", Types.Amount, "5.00",
        "What a run's calls may cost, in USD.", "none: the grant's money limits hold alone");

    public static readonly Field<IReadOnlyList<string>> Exempt = Section.Allow(
        "exempt", Types.ExemptTools, "[answers/build_status]",
        "Tools that may give the same answer again and again without being taken for a loop, each for the feature that uses it.", "none");
}
