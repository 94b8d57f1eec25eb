using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Budgets.Runaway;

/// <summary>
/// All that is kept of what a run said: the first 16 bytes of an HMAC-SHA256. Equal fingerprints mean equal content, within one process;
/// without its key a fingerprint tells nothing, not even to somebody who guesses the content.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RunFingerprint(ulong High, ulong Low)
{
    /// <summary>Bytes of a fingerprint.</summary>
    public const int Length = 16;

    /// <summary>Takes the first 16 bytes of a keyed digest.</summary>
    public static RunFingerprint FromDigest(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));

    /// <summary>The fingerprint's bytes, to go into another one.</summary>
    /// <param name="into">16 bytes or more.</param>
    public void WriteTo(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, High);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], Low);
    }

    /// <summary>One fingerprint for this and then another. Both are keyed already, so mixing them needs no key.</summary>
    public RunFingerprint Then(RunFingerprint next) => new(
        (ulong.RotateLeft(High, 23) * 0x9E3779B97F4A7C15) ^ next.High,
        (ulong.RotateLeft(Low, 29) * 0xC2B2AE3D27D4EB4F) ^ next.Low);

    /// <inheritdoc/>
    public override string ToString() => "fingerprint"; // Nothing that could be compared across logs.
}

/// <summary>The key of a process's fingerprints. It lives as long as the process and is never stored, so fingerprints die with it.</summary>
public sealed class FingerprintKey
{
    private const int KeyBytes = 32;

    private readonly byte[] _key;

    /// <summary>A key of one's own choice, for tests that need the same fingerprints twice.</summary>
    public FingerprintKey(ReadOnlySpan<byte> key) => _key = key.ToArray();

    /// <summary>A new random key.</summary>
    public static FingerprintKey Random() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The fingerprint of bytes.</summary>
    public RunFingerprint Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, digest);
        return RunFingerprint.FromDigest(digest);
    }

    /// <summary>Begins a fingerprint of content that comes in pieces; <see cref="Finish"/> ends it.</summary>
    public IncrementalHash Begin() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);

    /// <summary>The fingerprint of what was appended; the hash is empty again afterwards.</summary>
    public static RunFingerprint Finish(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return RunFingerprint.FromDigest(digest);
    }
}
