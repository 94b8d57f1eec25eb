using System.Collections.Concurrent;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Revoked prefixes in memory. A revocation holds for whoever asks after it was put in. Safe for many threads; asking takes no lock.</summary>
public sealed class RevokedPrefixes
{
    private readonly ConcurrentDictionary<RevocationId, Revocation> _byId = new();

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Revocation> All => _byId.Values;

    /// <summary>Puts a revocation in, or in place of the one of the same prefix.</summary>
    public void Put(Revocation revocation) => _byId[revocation.Id] = revocation;

    /// <summary>Takes out those that are over: the keys' own ends refuse them by now.</summary>
    public void Prune(DateTimeOffset now)
    {
        foreach ((RevocationId id, Revocation kept) in _byId)
        {
            if (kept.IsOverAt(now))
            {
                _byId.TryRemove(id, out _);
            }
        }
    }

    /// <summary>The revocation that ends a key, of itself or of one on its way; null: none.</summary>
    public Revocation? Of(VerifiedToken token)
    {
        if (_byId.IsEmpty)
        {
            return null;
        }

        foreach (RevocationId prefix in token.PrefixSpan)
        {
            if (_byId.TryGetValue(prefix, out Revocation? revocation))
            {
                return revocation;
            }
        }

        return null;
    }
}
