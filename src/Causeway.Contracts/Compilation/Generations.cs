using System.Collections.Concurrent;

namespace Causeway.Contracts.Compilation;

/// <summary>
/// Values by key, of which the older half is forgotten when there are too many. What is found in the older half joins the younger one, so that what is in
/// use stays, and nothing has to be written down on a hit. Safe to use from many threads.
/// </summary>
/// <param name="capacity">How many values at most; at least 1.</param>
/// <param name="maxWeight">How much they may weigh together.</param>
internal sealed class Generations<TKey, TValue>(int capacity, long maxWeight)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>The value of a key; null: it is not there, or no longer.</summary>
    public TValue? Find(TKey key)
    {
        if (_young.Entries.TryGetValue(key, out Entry? entry))
        {
            return entry.Value;
        }

        return _old.Entries.TryGetValue(key, out entry) ? Add(key, entry.Value, entry.Weight) : null;
    }

    /// <summary>Keeps a value, unless it alone weighs more than a quarter of everything.</summary>
    /// <returns>The value, or the one that is there already.</returns>
    public TValue Add(TKey key, TValue value, long weight)
    {
        if (weight > maxWeight / 4)
        {
            return value;
        }

        Generation young = _young;
        if (young.Entries.Count >= Math.Max(capacity / 2, 1) || young.Weight + weight > maxWeight / 2)
        {
            young = Turn(young);
        }

        Entry entry = new(value, weight);
        Entry kept = young.Entries.GetOrAdd(key, entry);
        if (ReferenceEquals(kept, entry))
        {
            young.Grow(weight);
        }

        return kept.Value;
    }

    private Generation Turn(Generation full)
    {
        lock (_turning)
        {
            if (ReferenceEquals(_young, full))
            {
                (_old, _young) = (full, new Generation());
            }

            return _young;
        }
    }

    private sealed record Entry(TValue Value, long Weight);

    private sealed class Generation
    {
        private long _weight;

        public ConcurrentDictionary<TKey, Entry> Entries { get; } = new();

        public long Weight => Interlocked.Read(ref _weight);

        public void Grow(long weight) => Interlocked.Add(ref _weight, weight);
    }
}
