using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// Capability keys that were verified, by the SHA-256 of their whole text: a prefix would let one key pass for another (CVE-2026-35030). What was not asked for
/// while half of the room was filled anew is forgotten. Safe for many threads; a hit takes no lock.
/// </summary>
/// <param name="capacity">Tokens at most, 2 or more.</param>
public sealed class VerifiedTokens(int capacity)
{
    private readonly Lock _writing = new();
    private volatile ConcurrentDictionary<KeyHash, VerifiedToken> _recent = new();
    private volatile ConcurrentDictionary<KeyHash, VerifiedToken> _older = new();
    private long _revision;

    /// <summary>
    /// Counts prunings. It is read before revocation is looked at and handed to <see cref="Add"/>, so that a token which was verified while its revocation
    /// arrived is not kept.
    /// </summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>How many are kept.</summary>
    public int Count => _recent.Count + _older.Count;

    /// <summary>Finds a token.</summary>
    public bool TryGet(KeyHash key, [NotNullWhen(true)] out VerifiedToken? token)
    {
        if (_recent.TryGetValue(key, out token))
        {
            return true;
        }

        if (!_older.ContainsKey(key))
        {
            return false;
        }

        lock (_writing)
        {
            if (_older.TryRemove(key, out token))
            {
                Keep(key, token);
                return true;
            }

            return _recent.TryGetValue(key, out token);
        }
    }

    /// <summary>Keeps a token, unless something was pruned since <paramref name="revision"/> was read.</summary>
    /// <param name="key">The SHA-256 of its whole text.</param>
    /// <param name="token">What was verified.</param>
    /// <param name="revision"><see cref="Revision"/> as it was before revocation was looked at.</param>
    public void Add(KeyHash key, VerifiedToken token, long revision)
    {
        lock (_writing)
        {
            if (revision == _revision)
            {
                _older.TryRemove(key, out _);
                Keep(key, token);
            }
        }
    }

    /// <summary>Forgets all keys of a grant.</summary>
    public void Prune(GrantId grant) => Prune(token => token.Grant == grant);

    /// <summary>Forgets a key and all that was narrowed from it.</summary>
    public void Prune(KeyId key) => Prune(token => token.Key == key);

    /// <summary>Forgets a prefix and all that was narrowed from it.</summary>
    public void Prune(RevocationId id) => Prune(token => token.Prefixes.Contains(id));

    private void Prune(Func<VerifiedToken, bool> isRevoked)
    {
        lock (_writing)
        {
            Volatile.Write(ref _revision, _revision + 1);
            foreach (ConcurrentDictionary<KeyHash, VerifiedToken> generation in new[] { _recent, _older })
            {
                foreach ((KeyHash key, VerifiedToken token) in generation)
                {
                    if (isRevoked(token))
                    {
                        generation.TryRemove(key, out _);
                    }
                }
            }
        }
    }

    private void Keep(KeyHash key, VerifiedToken token)
    {
        if (_recent.Count >= capacity / 2)
        {
            _older = _recent;
            _recent = new ConcurrentDictionary<KeyHash, VerifiedToken>();
        }

        _recent[key] = token;
    }
}
