namespace Causeway.Budgets.Keys;

/// <summary>Where keys, teams and features are kept. Every method is one transaction and safe to call from many threads.</summary>
public interface IKeyStore
{
    /// <summary>Adds a key, and its team and feature where they are new. Returns after the commit.</summary>
    Task AddAsync(Key key, CancellationToken cancellation);

    /// <summary>Revokes a key. The first revocation's time stands; revoking again changes nothing.</summary>
    /// <returns>The key as it now is, or null when there is none of that name.</returns>
    Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>One key, or null when there is none of that name.</summary>
    Task<Key?> FindAsync(KeyId id, CancellationToken cancellation);

    /// <summary>Every key, oldest first, revoked and expired ones too.</summary>
    Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation);
}
