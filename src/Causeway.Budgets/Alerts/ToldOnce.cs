using System.Runtime.InteropServices;

namespace Causeway.Budgets.Alerts;

/// <summary>Remembers what was told, so that it is told once in a period (of UTC). Thread-safe, and bounded: callers may name anything.</summary>
/// <param name="period">The period.</param>
/// <param name="most">Things that are told of in a period at most.</param>
public sealed class ToldOnce<TKey>(TimeSpan period, int most)
    where TKey : notnull
{
    private readonly Lock _turn = new();
    private readonly Dictionary<TKey, long> _periods = [];

    /// <summary>Takes what is to be told, or what was told before the process began.</summary>
    /// <param name="what">The thing.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    /// <returns>True: it is to be told.</returns>
    public bool Take(TKey what, long atMs)
    {
        long now = atMs / (long)period.TotalMilliseconds;
        lock (_turn)
        {
            if (_periods.Count >= most && !_periods.ContainsKey(what))
            {
                foreach (TKey over in _periods.Where(each => each.Value < now).Select(each => each.Key).ToArray())
                {
                    _periods.Remove(over);
                }

                if (_periods.Count >= most)
                {
                    return false;
                }
            }

            ref long told = ref CollectionsMarshal.GetValueRefOrAddDefault(_periods, what, out bool isKnown);
            if (isKnown && told >= now)
            {
                return false;
            }

            told = now;
            return true;
        }
    }
}
