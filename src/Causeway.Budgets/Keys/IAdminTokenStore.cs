namespace Causeway.Budgets.Keys;

/// <summary>Where the digest of a generated administrator token is kept, for deployments whose configuration names none.</summary>
public interface IAdminTokenStore
{
    /// <summary>The digest, or null when none was generated yet.</summary>
    Task<KeyHash?> FindAsync(CancellationToken cancellation);

    /// <summary>Keeps a digest in place of any earlier one.</summary>
    Task ReplaceAsync(KeyHash token, CancellationToken cancellation);
}
