namespace Causeway.Configuration;

/// <summary>How long what is booked is kept.</summary>
internal sealed record RetentionConfiguration
{
    public static RetentionConfiguration Default { get; } = new();

    /// <summary>Older usage records are dropped; null: none is.</summary>
    public TimeSpan? Usage { get; init; }
}
