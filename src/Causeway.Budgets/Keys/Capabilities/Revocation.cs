using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>A prefix of capability keys that is refused, and with it every key that was narrowed from it. Holds no secret.</summary>
/// <param name="Id">Names the prefix.</param>
/// <param name="RevokedAt">Since when, UTC.</param>
/// <param name="RevokedBy">Who did it: the name of an operator.</param>
public sealed record Revocation(RevocationId Id, DateTimeOffset RevokedAt, string RevokedBy)
{
    /// <summary>The key that it was narrowed from, as whoever revoked it said; null: it was not said.</summary>
    public KeyId? Key { get; init; }

    /// <summary>That key's grant; null: the key is not known.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>Why; null: it was not said.</summary>
    public string? Reason { get; init; }

    /// <summary>When the prefix is over by itself, UTC, without skew: from then on nothing has to be kept. Null: it is kept for good.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The prefix is over by its own word, whatever clock it is judged by.</summary>
    public bool IsOverAt(DateTimeOffset now) => ExpiresAt + CapabilityToken.Skew <= now;
}
