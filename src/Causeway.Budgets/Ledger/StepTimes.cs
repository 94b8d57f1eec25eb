using System.Runtime.CompilerServices;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// When each step of a request began, in microseconds from its arrival. A value of fixed size, so that the data path allocates nothing for it; a step that
/// begins more than 71 minutes after the arrival is said to begin then.
/// </summary>
public struct StepTimes : IEquatable<StepTimes>
{
    /// <summary>How many steps there are.</summary>
    public const int Most = (int)RequestStep.Settle + 1;

    private Marks _marks;

    /// <summary>Those of a request that arrives: its first step begins with it, so that the steps together are its whole time.</summary>
    public static StepTimes FromArrival
    {
        get
        {
            StepTimes steps = default;
            steps.Begin(RequestStep.Identify, TimeSpan.Zero);
            return steps;
        }
    }

    /// <summary>Nothing is known: the record is older than steps are, or was not made by a caller's request.</summary>
    public readonly bool IsEmpty => !((ReadOnlySpan<uint>)_marks).ContainsAnyExcept(0u);

    /// <summary>A step begins. Of one that begins again the first time stands: what it does anew is part of the step in which it does.</summary>
    /// <param name="step">Which.</param>
    /// <param name="elapsed">Since the request's arrival.</param>
    public void Begin(RequestStep step, TimeSpan elapsed)
    {
        ref uint mark = ref _marks[(int)step];
        if (mark == 0)
        {
            mark = (uint)Math.Clamp((elapsed.Ticks / TimeSpan.TicksPerMicrosecond) + 1, 1, uint.MaxValue);
        }
    }

    /// <summary>From the request's arrival to the beginning of a step; null: it was not taken.</summary>
    public readonly TimeSpan? BeginOf(RequestStep step) => _marks[(int)step] is > 0 and var mark ? TimeSpan.FromMicroseconds(mark - 1L) : null;

    /// <summary>The steps that were taken, in the order of their beginnings. The last one lasts until the request's end.</summary>
    /// <param name="total">From the request's arrival to its end.</param>
    public readonly IReadOnlyList<StepTime> Until(TimeSpan total)
    {
        List<StepTime> steps = [];
        for (RequestStep step = RequestStep.Identify; (int)step < Most; step++)
        {
            if (BeginOf(step) is { } begin)
            {
                steps.Add(new StepTime(step, begin, default));
            }
        }

        StepTime[] ordered = [.. steps.OrderBy(step => step.Offset)]; // Stable: what began in the same microsecond stays in its order.
        for (int i = 0; i < ordered.Length; i++)
        {
            TimeSpan end = i + 1 < ordered.Length ? ordered[i + 1].Offset : total;
            ordered[i] = ordered[i] with { Duration = end > ordered[i].Offset ? end - ordered[i].Offset : TimeSpan.Zero };
        }

        return ordered;
    }

    /// <inheritdoc/>
    public readonly bool Equals(StepTimes other) => ((ReadOnlySpan<uint>)_marks).SequenceEqual(other._marks);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is StepTimes other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        foreach (uint mark in _marks)
        {
            hash.Add(mark);
        }

        return hash.ToHashCode();
    }

    /// <summary>The same steps began at the same times.</summary>
    public static bool operator ==(StepTimes left, StepTimes right) => left.Equals(right);

    /// <summary>They did not.</summary>
    public static bool operator !=(StepTimes left, StepTimes right) => !left.Equals(right);

    // Each one more than the microseconds; 0: not begun.
    [InlineArray(Most)]
    private struct Marks
    {
#pragma warning disable IDE0044, IDE0051, CA1823 // The array's first element: the compiler's own.
        private uint _first;
#pragma warning restore IDE0044, IDE0051, CA1823
    }
}
