using System.Numerics;

namespace Causeway.Releases.Sentinel;

/// <summary>Counts of sizes, each step a quarter of a doubling: what is compared are orders of size, and a change of one in a hundred does not matter.</summary>
/// <param name="First">The first step that was counted.</param>
/// <param name="Counts">How many in it and in those that follow; empty: none.</param>
public sealed record Histogram(int First, IReadOnlyList<int> Counts)
{
    /// <summary>Steps of a doubling.</summary>
    public const int PerDoubling = 4;

    /// <summary>Steps in all: nothing, then 1 up to 2^18 (262,144 tokens; four minutes in milliseconds) and whatever is more.</summary>
    public const int Steps = 1 + (18 * PerDoubling) + 1;

    /// <summary>One of nothing.</summary>
    public static Histogram Empty { get; } = new(0, []);

    /// <summary>How many were counted.</summary>
    public int Total => Counts.Sum();

    /// <summary>The step that a size belongs to, 0 to <see cref="Steps"/> less one.</summary>
    public static int StepOf(long size)
    {
        if (size <= 0)
        {
            return 0;
        }

        int doublings = BitOperations.Log2((ulong)size);
        return Math.Min(Steps - 1, 1 + (doublings * PerDoubling) + (int)(PerDoubling * Math.Log2(size / (double)(1L << doublings))));
    }

    /// <summary>The least size of a step.</summary>
    public static double SizeOf(int step) => step == 0 ? 0 : Math.Pow(2, (step - 1) / (double)PerDoubling);

    /// <summary>One of counts of every step.</summary>
    public static Histogram Of(ReadOnlySpan<int> steps)
    {
        int first = steps.IndexOfAnyExcept(0);
        return first < 0 ? Empty : new Histogram(first, steps[first..(steps.LastIndexOfAnyExcept(0) + 1)].ToArray());
    }

    /// <summary>Both.</summary>
    public Histogram Plus(Histogram other)
    {
        Span<int> steps = stackalloc int[Steps];
        AddTo(steps);
        other.AddTo(steps);
        return Of(steps);
    }

    /// <summary>How far the sizes of another lie from these on average, in doublings: the area between both cumulated shares. 0 where one of them counted nothing.</summary>
    public double DoublingsTo(Histogram other)
    {
        (int own, int others) = (Total, other.Total);
        if (own == 0 || others == 0)
        {
            return 0;
        }

        Span<int> mine = stackalloc int[Steps];
        Span<int> theirs = stackalloc int[Steps];
        AddTo(mine);
        other.AddTo(theirs);
        (double area, double gap) = (0, 0);
        for (int i = 0; i < Steps; i++)
        {
            gap += ((double)mine[i] / own) - ((double)theirs[i] / others);
            area += Math.Abs(gap);
        }

        return area / PerDoubling;
    }

    /// <summary>The size that half of them do not reach; 0: nothing was counted.</summary>
    public double Median()
    {
        double half = Total / 2.0;
        for (int i = 0; i < Counts.Count; i++)
        {
            if (Counts[i] >= half && Counts[i] > 0)
            {
                double low = SizeOf(First + i);
                return low + ((SizeOf(First + i + 1) - low) * half / Counts[i]);
            }

            half -= Counts[i];
        }

        return 0;
    }

    private void AddTo(Span<int> steps)
    {
        for (int i = 0; i < Counts.Count && First + i < Steps; i++)
        {
            steps[First + i] += Counts[i];
        }
    }
}
