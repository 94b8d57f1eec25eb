namespace Causeway.Gateway.Upstream;

/// <summary>
/// Keeps retries to a tenth of the calls of the last ten seconds, so that a provider in trouble is not buried by those who try
/// again. A few are always allowed, or a quiet gateway could never retry at all.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const int Seconds = 10;
    private const int AlwaysAllowed = 10;
    private readonly Lock _turn = new();
    private readonly int[] _calls = new int[Seconds];
    private readonly int[] _retries = new int[Seconds];
    private long _second;

    public void CountCall()
    {
        lock (_turn)
        {
            _calls[Slot()]++;
        }
    }

    /// <summary>Takes one retry out of the budget, or returns false.</summary>
    public bool TryTake()
    {
        lock (_turn)
        {
            int slot = Slot();
            if (_retries.Sum() >= Math.Max(AlwaysAllowed, _calls.Sum() / 10))
            {
                return false;
            }

            _retries[slot]++;
            return true;
        }
    }

    private int Slot()
    {
        long now = time.GetTimestamp() / time.TimestampFrequency;
        for (long passed = Math.Max(_second + 1, now - Seconds + 1); passed <= now; passed++)
        {
            _calls[passed % Seconds] = 0;
            _retries[passed % Seconds] = 0;
        }

        _second = Math.Max(_second, now);
        return (int)(now % Seconds);
    }
}
