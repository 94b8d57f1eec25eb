using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// The chain of HMAC-SHA256 under a capability key (macaroons: Birgisson et al., NDSS 2014). Each step is keyed by the one before, so whoever holds
/// a step can append and nobody can take away. Every step is a secret: who knows an earlier one can drop what follows it. Allocates nothing.
/// </summary>
internal static class CapabilityChain
{
    /// <summary>Bytes of a step; the last step is the tag.</summary>
    public const int StepLength = HMACSHA256.HashSizeInBytes;

    /// <summary>The first step: <c>HMAC(K, head)</c>, where K is the key of a grant's generation.</summary>
    public static void Begin(ReadOnlySpan<byte> master, GrantId grant, uint keyGen, ReadOnlySpan<byte> head, Span<byte> step)
    {
        Span<byte> key = stackalloc byte[StepLength];
        DeriveKey(master, grant, keyGen, key);
        HMACSHA256.HashData(key, head, step);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The next step: <c>HMAC(before, caveat)</c>, type and length included. <paramref name="step"/> may be <paramref name="before"/>.</summary>
    public static void Append(ReadOnlySpan<byte> before, ReadOnlySpan<byte> caveat, Span<byte> step)
    {
        Span<byte> next = stackalloc byte[StepLength]; // The hash must not be written over its own key.
        HMACSHA256.HashData(before, caveat, next);
        next.CopyTo(step);
        CryptographicOperations.ZeroMemory(next);
    }

    /// <summary>What may be known of a step: <c>HMAC(step, 0x00 ‖ "rid")</c>, cut to 16 bytes. No caveat has type 0.</summary>
    public static RevocationId RevocationIdOf(ReadOnlySpan<byte> step)
    {
        Span<byte> id = stackalloc byte[StepLength];
        HMACSHA256.HashData(step, "\0rid"u8, id);
        return RevocationId.Read(id);
    }

    // HKDF-SHA256 (RFC 5869) without salt and with one block of output, of which the class of that name would allocate.
    private static void DeriveKey(ReadOnlySpan<byte> master, GrantId grant, uint keyGen, Span<byte> key)
    {
        ReadOnlySpan<byte> label = "cw-cap"u8;
        Span<byte> info = stackalloc byte[label.Length + 16 + sizeof(uint) + 1];
        label.CopyTo(info);
        grant.Value.TryWriteBytes(info[label.Length..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(info[(label.Length + 16)..], keyGen);
        info[^1] = 1; // The number of the block.

        Span<byte> extracted = stackalloc byte[StepLength];
        Span<byte> salt = stackalloc byte[StepLength];
        salt.Clear();
        HMACSHA256.HashData(salt, master, extracted);
        HMACSHA256.HashData(extracted, info, key);
        CryptographicOperations.ZeroMemory(extracted);
    }
}
