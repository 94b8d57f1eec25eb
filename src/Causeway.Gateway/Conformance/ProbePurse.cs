namespace Causeway.Gateway.Conformance;

/// <summary>What probes may still spend. Held before a call, settled after it, so that several providers at once cannot go beyond together.</summary>
internal sealed class ProbePurse(long maxNanoUsd)
{
    private readonly Lock _turn = new();
    private long _held;
    private long _spent;

    /// <summary>What was spent, nano-USD.</summary>
    public long Spent
    {
        get
        {
            lock (_turn)
            {
                return _spent;
            }
        }
    }

    /// <summary>Holds what a call may cost; false when that would be too much.</summary>
    public bool TryHold(long ceiling)
    {
        lock (_turn)
        {
            if (_spent + _held + ceiling > maxNanoUsd)
            {
                return false;
            }

            _held += ceiling;
            return true;
        }
    }

    /// <summary>Books what it did cost in place of what was held.</summary>
    public void Settle(long ceiling, long cost)
    {
        lock (_turn)
        {
            _held -= ceiling;
            _spent += cost;
        }
    }
}
