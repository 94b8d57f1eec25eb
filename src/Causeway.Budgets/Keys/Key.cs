using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys;

/// <summary>A key as it is kept: everything but the secret.</summary>
public sealed record Key
{
    /// <summary>Its name.</summary>
    public required KeyId Id { get; init; }

    /// <summary>The digest of the secret.</summary>
    public required KeyHash Hash { get; init; }

    /// <summary>The first characters of the secret, for recognition in lists.</summary>
    public required string Shown { get; init; }

    /// <summary>Whose requests it makes.</summary>
    public required Attribution Attribution { get; init; }

    /// <summary>The grant that it speaks for; null: the default grant of its team.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>A capability key (<c>cw1_</c>), which its holder can narrow; otherwise an opaque one (<c>cw0_</c>).</summary>
    public bool IsCapability { get; init; }

    /// <summary>Who made it, by the name of an operator; null: it is not known. Who made a key cannot approve what it asks for.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused, UTC; null: never by age.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is refused, UTC; null: it is not revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What the key is worth at a moment.</summary>
    public KeyState StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? KeyState.Revoked
        : ExpiresAt <= now ? KeyState.Expired
        : KeyState.Active;
}

/// <summary>What a known key is worth.</summary>
public enum KeyState
{
    /// <summary>It speaks.</summary>
    Active,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was taken back.</summary>
    Revoked,
}
