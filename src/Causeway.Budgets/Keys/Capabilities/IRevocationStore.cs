namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Where revoked prefixes of capability keys are kept until they are over by themselves. Every method is one transaction and safe to call from many threads.</summary>
public interface IRevocationStore
{
    /// <summary>
    /// Keeps a revocation, and drops those that are over by then. Of one prefix the first stands, but for its end: of two the later is kept, since an end
    /// that was stated too early would let the key live again. Returns after the commit.
    /// </summary>
    /// <returns>The revocation as it is now kept.</returns>
    Task<Revocation> RevokeAsync(Revocation revocation, CancellationToken cancellation);

    /// <summary>Every revocation that is not over at a moment, in no order.</summary>
    Task<IReadOnlyList<Revocation>> ListAsync(DateTimeOffset now, CancellationToken cancellation);
}
