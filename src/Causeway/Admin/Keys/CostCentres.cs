using System.Collections.Frozen;

namespace Causeway.Admin.Keys;

/// <summary>The cost centres of teams: what a new key of theirs is bound to where nobody says another. Keys that were made before keep theirs.</summary>
internal sealed class CostCentres
{
    private volatile FrozenDictionary<string, string> _ofTeams = FrozenDictionary<string, string>.Empty;

    /// <summary>Takes others from now on.</summary>
    public void Replace(IReadOnlyDictionary<string, string> ofTeams) => _ofTeams = ofTeams.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A team's; null: it has none.</summary>
    public string? Of(string team) => _ofTeams.GetValueOrDefault(team);
}
