namespace Causeway.Releases.Sentinel;

/// <summary>How a pin answered one release: what was frozen, and what came since. Immutable.</summary>
/// <param name="Release">The release's digest, as it is written.</param>
/// <param name="Since">Since when <paramref name="Filling"/> is counted, UTC.</param>
/// <param name="Filling">Answers since then.</param>
public sealed record PinShape(string Release, DateTimeOffset Since, AnswerShape Filling)
{
    /// <summary>How it answered at first, which is never changed; null: there were too few answers yet, or they came in too short a time.</summary>
    public AnswerShape? Baseline { get; init; }

    /// <summary>When that was frozen, UTC; null: it was not.</summary>
    public DateTimeOffset? FrozenAt { get; init; }

    /// <summary>The last full window of answers; null: none is full yet.</summary>
    public AnswerShape? Last { get; init; }

    /// <summary>When it was full, UTC.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>In what it differs from the baseline, each in words and numbers; empty: in nothing.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>How many windows in a row said the same as the last: that answers differ, or that they do not.</summary>
    public int InARow { get; init; }
}

/// <summary>That answers look otherwise than they did.</summary>
/// <param name="At">Since when it is known, UTC.</param>
/// <param name="Release">For which release.</param>
/// <param name="Evidence">In words and numbers.</param>
public sealed record ShapeChange(DateTimeOffset At, string Release, string Evidence);
