using System.Collections.Immutable;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Leases;

/// <summary>A leaf at work on this instance: how often it is called, what for, and the leases that it has. Under the ledger's lock.</summary>
/// <param name="now">A timestamp.</param>
internal sealed class LeaseLeaf(long now)
{
    private readonly List<LeaseLot> _lots = [];
    private long _began = now;
    private int _calls;
    private int _before;

    /// <summary>What its calls hold, on average of the last ones.</summary>
    public Amounts Unit { get; private set; }

    /// <summary>How many calls it would hold by the rules, when it last asked.</summary>
    public long Calls { get; set; }

    /// <summary>Until then it takes no lease, a timestamp.</summary>
    public long RestUntil { get; set; }

    /// <summary>A lease is being asked for.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Its leases, the oldest first.</summary>
    public IReadOnlyList<LeaseLot> Lots => _lots;

    /// <summary>When it was last asked, a timestamp.</summary>
    public long AskedAt { get; private set; } = now;

    /// <summary>Counts a call.</summary>
    /// <param name="bound">What it holds.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="period">How long calls are counted for, in timestamps.</param>
    public void Note(in Amounts bound, long now, long period)
    {
        Roll(now, period);
        _calls++;
        AskedAt = now;
        Unit = Unit == default ? bound : new Amounts(
            Near(Unit.NanoUsd, bound.NanoUsd),
            Near(Unit.TokensIn, bound.TokensIn),
            Near(Unit.TokensOut, bound.TokensOut));
    }

    /// <summary>Whether it is called so often.</summary>
    public bool HasCalls(long count, long now, long period)
    {
        Roll(now, period);
        return Math.Max(_calls, _before) >= count;
    }

    /// <summary>The oldest lease that a bound can be drawn from; null: none.</summary>
    public LeaseLot? Find(in Amounts bound, long now, ImmutableArray<LimitSlot> path)
    {
        foreach (LeaseLot lot in _lots)
        {
            if (lot.Fits(bound, now, path))
            {
                return lot;
            }
        }

        return null;
    }

    /// <summary>How many of its calls its leases still hold, those that are asked for among them.</summary>
    public long RestCalls()
    {
        long calls = 0;
        foreach (LeaseLot lot in _lots)
        {
            calls += lot.CallsOf(Unit);
        }

        return calls;
    }

    public void Add(LeaseLot lot) => _lots.Add(lot);

    public void Remove(LeaseLot lot) => _lots.Remove(lot);

    // Upwards at once in eighths, rounded up: a unit that is too small makes leases that nothing fits.
    private static long Near(long mean, long bound) => mean + ((bound - mean + (bound > mean ? 7 : 0)) / 8);

    private void Roll(long now, long period)
    {
        if (now - _began >= period)
        {
            (_before, _calls, _began) = (now - _began >= 2 * period ? 0 : _calls, 0, now);
        }
    }
}
