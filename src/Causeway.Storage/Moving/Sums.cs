namespace Causeway.Storage.Moving;

/// <summary>The ten sums of a total: what was added less what was taken away.</summary>
internal struct Sums
{
    public long Requests;
    public long Failures;
    public long Unpriced;
    public long Estimated;
    public long Input;
    public long CacheRead;
    public long CacheWrite;
    public long Output;
    public long Reasoning;
    public long Cost;

    public readonly bool IsEven => (Requests | Failures | Unpriced | Estimated | Input | CacheRead | CacheWrite | Output | Reasoning | Cost) == 0;

    /// <summary>Takes away the sums of a row that begin at a place.</summary>
    public void Take(Cell[] row, int first) => Add(row, first, -1);

    /// <summary>Adds the sums of a row that begin at a place.</summary>
    public void Add(Cell[] row, int first, int sign = 1)
    {
        Requests += sign * row[first].Number;
        Failures += sign * row[first + 1].Number;
        Unpriced += sign * row[first + 2].Number;
        Estimated += sign * row[first + 3].Number;
        Input += sign * row[first + 4].Number;
        CacheRead += sign * row[first + 5].Number;
        CacheWrite += sign * row[first + 6].Number;
        Output += sign * row[first + 7].Number;
        Reasoning += sign * row[first + 8].Number;
        Cost += sign * row[first + 9].Number;
    }

    /// <summary>What is left over, for people: rows say that much more (or, negative, less) than the total.</summary>
    public override readonly string ToString()
    {
        (string Name, long Value)[] all =
        [
            ("requests", Requests), ("failures", Failures), ("unpriced requests", Unpriced), ("estimated requests", Estimated), ("input tokens", Input), ("cache read tokens", CacheRead),
            ("cache write tokens", CacheWrite), ("output tokens", Output), ("reasoning tokens", Reasoning), ("nano-USD", Cost),
        ];
        return "the rows say " + string.Join(", ", all.Where(sum => sum.Value != 0).Select(sum => $"{Math.Abs(sum.Value)} {sum.Name} {(sum.Value > 0 ? "more" : "less")}"));
    }
}
