using Causeway.Budgets.Runaway;

namespace Causeway.Configuration;

/// <summary>What a run of an agent may come to, and which tools it may wait with.</summary>
internal sealed record RunsConfiguration
{
    public static RunsConfiguration Default { get; } = new();

    public RunLimits Limits { get; init; } = RunLimits.Default;

    /// <summary>As <c>FEATURE/TOOL</c>: tools that may be called again and again with equal results.</summary>
    public IReadOnlyList<string> Exempt { get; init; } = [];

    /// <summary>The same by feature.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> ExemptByFeature => Exempt
        .Select(name => (Feature: name[..name.IndexOf('/', StringComparison.Ordinal)], Tool: name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]))
        .GroupBy(pair => pair.Feature, pair => pair.Tool)
        .ToDictionary(group => group.Key, group => (IReadOnlyCollection<string>)[.. group]);

    /// <summary>Equal limits and the same tools.</summary>
    public bool Equals(RunsConfiguration? other) => other is not null && Limits == other.Limits && Exempt.SequenceEqual(other.Exempt);

    public override int GetHashCode() => HashCode.Combine(Limits, Exempt.Count);
}
