using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Causeway.Releases.Releases;

/// <summary>Names a release by what is in it: <c>rel_</c> and the SHA-256 of its canonical JSON as 64 lower-case hex digits.</summary>
/// <param name="High">The first 16 bytes of the digest, big-endian.</param>
/// <param name="Low">The last 16 bytes.</param>
public readonly record struct ReleaseId(UInt128 High, UInt128 Low)
{
    /// <summary>How every id begins.</summary>
    public const string Prefix = "rel_";

    /// <summary>Bytes of the digest.</summary>
    public const int Length = 32;

    /// <summary>The id of a release with this canonical JSON.</summary>
    public static ReleaseId Of(ReadOnlySpan<byte> canonicalJson)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(canonicalJson, digest);
        return FromDigest(digest);
    }

    /// <summary>Takes a digest as a store kept it.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ReleaseId FromDigest(ReadOnlySpan<byte> digest) => digest.Length == Length
        ? new ReleaseId(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]))
        : throw new ArgumentException($"A release's digest has {Length} bytes.", nameof(digest));

    /// <summary>Reads a whole id, as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReleaseId id)
    {
        bool isWhole = ReleaseIdRange.TryParse(text, out ReleaseIdRange range) && range.Least == range.Most;
        id = isWhole ? range.Least : default;
        return isWhole;
    }

    /// <summary>The digest's bytes, for a store. They sort as the ids do.</summary>
    public byte[] ToDigest()
    {
        byte[] digest = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(digest, High);
        BinaryPrimitives.WriteUInt128BigEndian(digest.AsSpan(16), Low);
        return digest;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{High:x32}{Low:x32}");
}
