using System.Collections.Frozen;
using Causeway.Budgets.Grants;

namespace Causeway.Gateway.Residency;

/// <summary>The class of data that requests of a team, of a feature, or all of them, belong to at least.</summary>
/// <param name="Team">Whose; null: everybody's.</param>
/// <param name="Feature">Of which feature; null: of all.</param>
/// <param name="DataClass">The class, one of <see cref="DataClasses.Known"/>.</param>
public sealed record ClassRule(string? Team, string? Feature, string DataClass);

/// <summary>Such rules, looked up without an allocation. Immutable; a reload puts others in their place.</summary>
public sealed class ClassRules
{
    private readonly FrozenDictionary<(string? Team, string? Feature), int> _ranks;

    private ClassRules(IEnumerable<ClassRule> rules) => _ranks = rules
        .GroupBy(rule => (rule.Team, rule.Feature), rule => DataClasses.Rank(rule.DataClass) ?? throw new ArgumentException($"\"{rule.DataClass}\" is no class of data.", nameof(rules)))
        .ToFrozenDictionary(group => group.Key, group => group.Max());

    /// <summary>Say nothing of anybody.</summary>
    public static ClassRules None { get; } = new([]);

    /// <summary>These rules; where several fit, the strictest counts.</summary>
    /// <exception cref="ArgumentException">A class is none.</exception>
    public static ClassRules Of(IReadOnlyCollection<ClassRule> rules) => rules.Count == 0 ? None : new ClassRules(rules);

    /// <summary>The rank of the class that a request belongs to at least; null: no rule fits.</summary>
    public int? RankOf(string team, string feature)
    {
        if (_ranks.Count == 0)
        {
            return null;
        }

        int most = -1;
        foreach ((string?, string?) who in (ReadOnlySpan<(string?, string?)>)[(null, null), (team, null), (null, feature), (team, feature)])
        {
            if (_ranks.TryGetValue(who, out int rank) && rank > most)
            {
                most = rank;
            }
        }

        return most < 0 ? null : most;
    }
}
