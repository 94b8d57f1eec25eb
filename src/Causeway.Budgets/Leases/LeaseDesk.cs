using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Leases;

/// <summary>The leaves that this instance has calls of, and its leases. Under the ledger's lock.</summary>
/// <param name="rules">How leases are taken.</param>
internal sealed class LeaseDesk(LeaseRules rules)
{
    // Beyond so many, leaves that have no lease and were not called lately are forgotten.
    private const int KeptLeaves = 4_096;

    private readonly Dictionary<GrantId, LeaseLeaf> _leaves = [];
    private readonly Dictionary<Guid, (LeaseLeaf Leaf, LeaseLot Lot)> _lots = [];

    public LeaseRules Rules { get; } = rules;

    /// <summary>Has no lease.</summary>
    public bool IsEmpty => _lots.Count == 0;

    /// <summary>Its leases, in no order that means anything but the same for the same history.</summary>
    public IReadOnlyList<(LeaseLeaf Leaf, LeaseLot Lot)> Lots => [.. _lots.Values];

    public LeaseLeaf Of(GrantId id, long now, long period)
    {
        if (_leaves.TryGetValue(id, out LeaseLeaf? leaf))
        {
            return leaf;
        }

        if (_leaves.Count >= KeptLeaves)
        {
            foreach ((GrantId one, LeaseLeaf old) in _leaves)
            {
                if (old.Lots.Count == 0 && !old.IsAsking && now - old.AskedAt > 2 * period)
                {
                    _leaves.Remove(one); // A dictionary may be removed from while it is walked.
                }
            }
        }

        return _leaves[id] = new LeaseLeaf(now);
    }

    public bool TryFind(Guid lease, out LeaseLeaf leaf, out LeaseLot lot)
    {
        bool isThere = _lots.TryGetValue(lease, out (LeaseLeaf Leaf, LeaseLot Lot) found);
        (leaf, lot) = found;
        return isThere;
    }

    public void Add(LeaseLeaf leaf, LeaseLot lot)
    {
        leaf.Add(lot);
        _lots.Add(lot.Id, (leaf, lot));
    }

    public void Remove(LeaseLeaf leaf, LeaseLot lot)
    {
        leaf.Remove(lot);
        _lots.Remove(lot.Id);
    }
}
