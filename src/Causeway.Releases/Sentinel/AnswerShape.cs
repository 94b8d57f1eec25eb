namespace Causeway.Releases.Sentinel;

/// <summary>How answers looked from outside: counts alone, nothing of what they said.</summary>
public sealed record AnswerShape
{
    /// <summary>In how many ways an answer can end.</summary>
    public const int WaysToEnd = (int)AnswerEnding.Other + 1;

    /// <summary>Answers by how they ended, in the order of <see cref="AnswerEnding"/>.</summary>
    public IReadOnlyList<int> Endings { get; init; } = new int[WaysToEnd];

    /// <summary>Output tokens of answers whose provider counted them.</summary>
    public Histogram Lengths { get; init; } = Histogram.Empty;

    /// <summary>Milliseconds to the first byte of streams.</summary>
    public Histogram FirstBytes { get; init; } = Histogram.Empty;

    /// <summary>Milliseconds to the end of answers that are no streams.</summary>
    public Histogram Durations { get; init; } = Histogram.Empty;

    /// <summary>One of no answers.</summary>
    public static AnswerShape Empty { get; } = new();

    /// <summary>Answers.</summary>
    public int Answers => Endings.Sum();

    /// <summary>Both.</summary>
    public AnswerShape Plus(AnswerShape other) => new()
    {
        Endings = [.. Endings.Zip(other.Endings, (own, others) => own + others)],
        Lengths = Lengths.Plus(other.Lengths),
        FirstBytes = FirstBytes.Plus(other.FirstBytes),
        Durations = Durations.Plus(other.Durations),
    };

    /// <summary>The part of the answers that ended so, 0 to 1.</summary>
    public double ShareOf(AnswerEnding ending) => Answers == 0 ? 0 : (double)Endings[(int)ending] / Answers;
}

/// <summary>How an answer ended. The numbers are kept: they never change.</summary>
public enum AnswerEnding
{
    /// <summary>The model was done.</summary>
    Stop = 0,

    /// <summary>It called a tool.</summary>
    ToolUse = 1,

    /// <summary>It was cut at a cap.</summary>
    Length = 2,

    /// <summary>It refused, or a filter did.</summary>
    Refusal = 3,

    /// <summary>Another way, or none that was said.</summary>
    Other = 4,
}
