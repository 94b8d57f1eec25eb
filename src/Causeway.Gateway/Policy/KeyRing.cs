using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Causeway.Budgets.Keys;

namespace Causeway.Gateway.Policy;

/// <summary>
/// Every key by its digest and by its id, revoked and expired ones too, so that they are told apart from unknown ones. Entries are replaced one by
/// one and shared by all revisions: a million keys are not copied for the sake of one.
/// </summary>
public sealed class KeyRing
{
    private readonly ConcurrentDictionary<KeyHash, Key> _byHash;
    private readonly ConcurrentDictionary<KeyId, Key> _byId;

    /// <summary>An empty ring.</summary>
    public KeyRing()
        : this(0)
    {
    }

    private KeyRing(int capacity)
    {
        _byHash = new ConcurrentDictionary<KeyHash, Key>(Environment.ProcessorCount, Math.Max(31, capacity));
        _byId = new ConcurrentDictionary<KeyId, Key>(Environment.ProcessorCount, Math.Max(31, capacity));
    }

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Key> All => _byId.Values;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>The key whose secret has this digest.</summary>
    public bool TryGetValue(KeyHash hash, [NotNullWhen(true)] out Key? key) => _byHash.TryGetValue(hash, out key);

    /// <summary>The same, or null.</summary>
    public Key? Find(KeyHash hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>The key of that name, or null.</summary>
    public Key? Find(KeyId id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a key or replaces it. A revocation is never taken back by an older state that comes late.</summary>
    internal void Put(Key key)
    {
        Key held = _byId.AddOrUpdate(key.Id, key, (_, before) => before.RevokedAt is not null && key.RevokedAt is null ? before : key);
        _byHash[held.Hash] = held;
    }

    /// <summary>A ring of these keys, made at once: a million take less than adding them one by one.</summary>
    internal static KeyRing Of(IEnumerable<Key> keys)
    {
        IReadOnlyCollection<Key> all = keys as IReadOnlyCollection<Key> ?? [.. keys];
        KeyRing ring = new(all.Count);
        foreach (Key key in all)
        {
            ring._byId[key.Id] = key;
            ring._byHash[key.Hash] = key;
        }

        return ring;
    }
}
