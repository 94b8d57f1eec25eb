using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Budgets.Keys;

/// <summary>
/// The SHA-256 of a whole key, the only form in which a key is kept. A random 256-bit secret needs no slow hash, and
/// the whole digest is the look-up key: a prefix of it would let two keys share an identity.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct KeyHash : IEquatable<KeyHash>
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private KeyHash(ReadOnlySpan<byte> digest)
    {
        _a = BinaryPrimitives.ReadUInt64LittleEndian(digest);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]);
        _c = BinaryPrimitives.ReadUInt64LittleEndian(digest[16..]);
        _d = BinaryPrimitives.ReadUInt64LittleEndian(digest[24..]);
    }

    /// <summary>Hashes a key as it was presented.</summary>
    public static KeyHash Of(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(key, digest);
        return new KeyHash(digest);
    }

    /// <summary>Takes a digest as a store kept it.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static KeyHash FromDigest(ReadOnlySpan<byte> digest) => digest.Length == Length
        ? new KeyHash(digest)
        : throw new ArgumentException($"A key's digest has {Length} bytes.", nameof(digest));

    /// <summary>The digest's bytes, for a store.</summary>
    public byte[] ToDigest()
    {
        byte[] digest = new byte[Length];
        BinaryPrimitives.WriteUInt64LittleEndian(digest, _a);
        BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8), _b);
        BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(16), _c);
        BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(24), _d);
        return digest;
    }

    /// <summary>Compares in constant time.</summary>
    public bool Equals(KeyHash other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _a.GetHashCode(); // A digest is uniform already.

    /// <summary>Never the digest: it would identify a key in a log.</summary>
    public override string ToString() => "sha256:…";

    /// <summary>Equal digests.</summary>
    public static bool operator ==(KeyHash left, KeyHash right) => left.Equals(right);

    /// <summary>Different digests.</summary>
    public static bool operator !=(KeyHash left, KeyHash right) => !left.Equals(right);
}
