using System.Runtime.InteropServices;

namespace Causeway.Budgets.Alerts;

/// <summary>Remembers of which models a mismatch of usage was told: once a provider, model and day (UTC). Thread-safe, and bounded.</summary>
public sealed class MismatchBook
{
    /// <summary>Models that are told of in a day at most: callers may name any.</summary>
    public const int MaxModels = 1_024;

    private const long DayMs = 24 * 3_600_000L;
    private readonly Lock _turn = new();
    private readonly Dictionary<(string Provider, string Model), long> _days = [];

    /// <summary>Takes a mismatch, or one that was told before the process began.</summary>
    /// <returns>True: it is to be told.</returns>
    public bool Take(string provider, string model, long atMs)
    {
        long day = atMs / DayMs;
        lock (_turn)
        {
            if (_days.Count >= MaxModels && !_days.ContainsKey((provider, model)))
            {
                foreach ((string, string) over in _days.Where(each => each.Value < day).Select(each => each.Key).ToArray())
                {
                    _days.Remove(over);
                }

                if (_days.Count >= MaxModels)
                {
                    return false;
                }
            }

            ref long told = ref CollectionsMarshal.GetValueRefOrAddDefault(_days, (provider, model), out bool isKnown);
            if (isKnown && told >= day)
            {
                return false;
            }

            told = day;
            return true;
        }
    }
}
