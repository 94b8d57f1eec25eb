namespace Causeway.Releases.Pins;

/// <summary>What is known of a model's identity and life on one platform.</summary>
public sealed record CatalogueModel
{
    /// <summary>The id as sent to the platform.</summary>
    public required string Id { get; init; }

    /// <summary>Who serves and bills it: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, …</summary>
    public required string Platform { get; init; }

    /// <summary>Whose weights they are.</summary>
    public required string Vendor { get; init; }

    /// <summary>The id names a moving target.</summary>
    public required bool IsAlias { get; init; }

    /// <summary>What an alias points at today; null: unknown, or no alias.</summary>
    public string? ResolvesTo { get; init; }

    /// <summary>Where it stands.</summary>
    public required ModelStatus Status { get; init; }

    /// <summary>When it came out.</summary>
    public DateOnly? Released { get; init; }

    /// <summary>The day it stops answering; null: none announced.</summary>
    public DateOnly? Retires { get; init; }

    /// <summary>The day before which it does not stop; null: not promised.</summary>
    public DateOnly? RetiresNotBefore { get; init; }

    /// <summary>Tokens of prompt and answer together; null: not published.</summary>
    public long? ContextWindow { get; init; }

    /// <summary>Tokens of the longest answer; null: not published.</summary>
    public long? MaxOutputTokens { get; init; }
}

/// <summary>Where a model stands in its vendor's life cycle.</summary>
public enum ModelStatus
{
    /// <summary>Offered without reservation.</summary>
    Active,

    /// <summary>Superseded, no end announced.</summary>
    Legacy,

    /// <summary>Its end is announced.</summary>
    Deprecated,

    /// <summary>May change or vanish at short notice.</summary>
    Preview,
}
