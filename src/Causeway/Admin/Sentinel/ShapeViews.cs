using System.ComponentModel;
using Causeway.Releases.Sentinel;

namespace Causeway.Admin.Sentinel;

/// <summary>How a pin answered one release.</summary>
internal sealed record PinShapeView(
    string Release,
    [property: Description("Since when answers are counted, for the baseline where there is none yet, else for the next comparison.")] DateTimeOffset Since,
    [property: Description("Answers since then.")] int Answers,
    [property: Description("So many are needed, and as much time as docs say.")] int Needed,
    [property: Description("When its first answers were frozen as what is compared with; null: they were not yet.")] DateTimeOffset? FrozenAt,
    [property: Description("How those looked; null: they are not frozen yet.")] AnswerShapeView? Baseline,
    [property: Description("When it was compared last; null: it was not.")] DateTimeOffset? ComparedAt,
    [property: Description("How the answers looked that were compared last; null: none were.")] AnswerShapeView? Last,
    [property: Description("In what these differ from the baseline; empty: in nothing that counts.")] IReadOnlyList<string> Differences)
{
    public static PinShapeView Of(PinShape shape) => new(
        shape.Release,
        shape.Since,
        shape.Filling.Answers,
        ShapeRules.Least,
        shape.FrozenAt,
        AnswerShapeView.Of(shape.Baseline),
        shape.LastAt,
        AnswerShapeView.Of(shape.Last),
        shape.Differences);
}

/// <summary>How answers looked: counts alone.</summary>
internal sealed record AnswerShapeView(
    int Answers,
    [property: Description("By how they ended.")] AnswerEndingsView Endings,
    [property: Description("Output tokens, of answers whose provider counted them.")] IReadOnlyList<SizeStepView> Lengths,
    [property: Description("Milliseconds to the first byte of streams.")] IReadOnlyList<SizeStepView> FirstBytes,
    [property: Description("Milliseconds to the end of answers that are no streams.")] IReadOnlyList<SizeStepView> Durations)
{
    public static AnswerShapeView? Of(AnswerShape? shape) => shape is null ? null : new(
        shape.Answers,
        new AnswerEndingsView(
            shape.Endings[(int)AnswerEnding.Stop],
            shape.Endings[(int)AnswerEnding.ToolUse],
            shape.Endings[(int)AnswerEnding.Length],
            shape.Endings[(int)AnswerEnding.Refusal],
            shape.Endings[(int)AnswerEnding.Other]),
        Steps(shape.Lengths),
        Steps(shape.FirstBytes),
        Steps(shape.Durations));

    private static SizeStepView[] Steps(Histogram sizes) => [.. sizes.Counts.Select((count, i) => new SizeStepView(Math.Round(Histogram.SizeOf(sizes.First + i), 1), count))];
}

/// <summary>Answers by how they ended.</summary>
internal sealed record AnswerEndingsView(
    [property: Description("The model was done.")] int Stop,
    [property: Description("It called a tool.")] int ToolUse,
    [property: Description("It was cut at a cap.")] int Length,
    [property: Description("It refused, or a filter did.")] int Refusal,
    [property: Description("Another way, or none that was said.")] int Other);

/// <summary>How many were of a size.</summary>
internal sealed record SizeStepView([property: Description("From this size on, up to the next step, a quarter of a doubling further.")] double From, int Count);
