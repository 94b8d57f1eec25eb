using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Grants;

/// <summary>All grants as they stand at a moment, each with what is right below it and how much is below it altogether. Made for one question.</summary>
internal sealed class GrantForest
{
    private readonly BudgetLedger _ledger;
    private readonly DateTimeOffset _now;
    private readonly ILookup<GrantId?, GrantNode> _children;
    private readonly Dictionary<GrantNode, int> _below = [];

    /// <param name="ledger">Where they are.</param>
    /// <param name="all">Those that are revoked or expired too.</param>
    /// <param name="now">The moment.</param>
    public GrantForest(BudgetLedger ledger, bool all, DateTimeOffset now)
    {
        (_ledger, _now) = (ledger, now);
        GrantNode[] shown = [.. ledger.Grants.Where(node => all || GrantView.IsShown(node, now))];
        _children = shown.OrderBy(node => node.Grant.CreatedAt).ThenBy(node => node.Grant.Id.Value).ToLookup(node => node.Grant.Parent);
        Count = shown.Length;
        foreach (GrantNode node in shown)
        {
            foreach (GrantNode above in node.Path)
            {
                _below[above] = _below.GetValueOrDefault(above) + (above == node ? 0 : 1);
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Those right below a grant, the oldest first; null: those with nothing above them.</summary>
    public IEnumerable<GrantNode> Under(GrantId? above) => _children[above];

    /// <summary>A grant with what is below it.</summary>
    public GrantView View(GrantNode node) => GrantView.Of(node, _ledger, _now) with { Children = _children[node.Grant.Id].Count(), Below = _below.GetValueOrDefault(node) };
}
