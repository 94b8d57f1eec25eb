namespace Causeway.Contracts.Conformance;

/// <summary>What came of one probe's call.</summary>
/// <param name="Kind">In one word.</param>
public sealed record ProbeReply(ProbeReplyKind Kind)
{
    /// <summary>The answer's text, UTF-8, unescaped; empty: none.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The provider says that the answer was cut.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The provider says that the model, or a filter, declined.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The model called a tool in place of an answer.</summary>
    public bool IsToolCall { get; init; }

    /// <summary>The HTTP status; 0: there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>The provider's code or type of its error; null: none.</summary>
    public string? Code { get; init; }

    /// <summary>The provider's words where it refused, or what went wrong; null: nothing did.</summary>
    public string? Message { get; init; }

    /// <summary>How long the call took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Input tokens that the provider read from a cache.</summary>
    public long CacheReadTokens { get; init; }

    /// <summary>The second call of <see cref="ProbeShape.Twice"/>; null: there was none.</summary>
    public ProbeReply? Again { get; init; }

    /// <summary>SHA-256 of what the reply looks like, never of a value, hex; null: there was none.</summary>
    public string? Digest() => ReplyShape.Digest(this);
}

/// <summary>What came of a call.</summary>
public enum ProbeReplyKind
{
    /// <summary>An answer.</summary>
    Answered,

    /// <summary>The provider did not take the request as it is (400, 422).</summary>
    Rejected,

    /// <summary>No answer for another reason: not reached, overloaded, no right, not sent.</summary>
    Failed,
}

/// <summary>What a probe showed.</summary>
/// <param name="Verdict">In one word.</param>
/// <param name="Detail">What was seen, at most 256 characters; null: nothing beyond the verdict.</param>
public sealed record ProbeFinding(ProbeVerdict Verdict, string? Detail);
