namespace Causeway.Releases.Guards;

/// <summary>What is usual for base, taken from its first answers beside a rollout and then left as it is: what drifts with the day may not move the line.</summary>
internal sealed class FrozenBaseline
{
    /// <summary>Answers that it is taken from.</summary>
    public const int Size = 200;

    private readonly long[] _values = new long[Size];
    private int _count;

    /// <summary>It is taken.</summary>
    public bool IsFrozen => _count == Size;

    /// <summary>Answers that are still wanted.</summary>
    public int Missing => Size - _count;

    /// <summary>Above it: 5 of 100.</summary>
    public long High { get; private set; }

    /// <summary>Below it: 2.5 of 100.</summary>
    public long Low { get; private set; }

    /// <summary>Above it: 2.5 of 100.</summary>
    public long Highest { get; private set; }

    /// <summary>An answer of base's.</summary>
    public void Add(long value)
    {
        if (IsFrozen)
        {
            return;
        }

        _values[_count++] = value;
        if (IsFrozen)
        {
            long[] sorted = [.. _values.Order()];
            (Low, High, Highest) = (sorted[(int)(Size * 0.025)], sorted[(int)(Size * 0.95)], sorted[(int)(Size * 0.975)]);
        }
    }
}
