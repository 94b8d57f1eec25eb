namespace Causeway.Wire.Batches;

/// <summary>What a batch says of itself: when it is taken, and whenever it is looked at.</summary>
/// <param name="Id">Its id: letters, figures, <c>-</c> and <c>_</c>, so that it is safe in a path.</param>
/// <param name="HasEnded">Every request of it came to something; its results can be read.</param>
public sealed record BatchObject(string Id, bool HasEnded)
{
    /// <summary>Characters of an id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The most that is read of one when it is taken: the vendors' have about a thousand bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>What each of its requests asks for.</summary>
    public required Operation Operation { get; init; }

    /// <summary>How many requests it has; null: it does not say.</summary>
    public long? Requests { get; init; }

    /// <summary>How many of them were answered; null: it does not say, and then each has its line.</summary>
    public long? Answered { get; init; }

    /// <summary>What became of requests that have no line in the results; null: each has one.</summary>
    public BatchOutcome? Unlisted { get; init; }

    /// <summary>How long the provider may take for it; null: it does not say.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Where its results are read, one after the other: paths as its protocol's own platform has them. Empty before it has ended.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>Whether a text can be the id of a batch or a file, and stand in a path.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
