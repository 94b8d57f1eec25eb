using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>What is known of a capability key whose tag was verified. Holds no secret. Immutable.</summary>
public sealed class VerifiedToken
{
    private readonly RevocationId[] _prefixes;

    private VerifiedToken(CapabilityToken token, uint keyGen, RevocationId[] prefixes)
    {
        Kid = token.Kid;
        Grant = token.Grant;
        Key = token.Key;
        KeyGen = keyGen;
        IssuedAt = token.IssuedAt;
        Restrictions = Restrictions.Of(token, prefixes);
        _prefixes = prefixes;
    }

    /// <summary>The number of the master key.</summary>
    public ushort Kid { get; }

    /// <summary>The grant that it speaks for.</summary>
    public GrantId Grant { get; }

    /// <summary>The key that it is or was narrowed from.</summary>
    public KeyId Key { get; }

    /// <summary>The generation of the grant's keys that it was verified against. Where the grant has gone on to another it holds no longer.</summary>
    public uint KeyGen { get; }

    /// <summary>When the key was made, to the second.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>What it may do.</summary>
    public Restrictions Restrictions { get; }

    /// <summary>The id of each prefix, that without a caveat first: where one of them is revoked, this key is.</summary>
    public IReadOnlyList<RevocationId> Prefixes => _prefixes;

    /// <summary>Names this key itself.</summary>
    public RevocationId Id => _prefixes[^1];

    internal ReadOnlySpan<RevocationId> PrefixSpan => _prefixes;

    internal static VerifiedToken Of(CapabilityToken token, uint keyGen, ReadOnlySpan<RevocationId> prefixes) => new(token, keyGen, prefixes.ToArray());
}
