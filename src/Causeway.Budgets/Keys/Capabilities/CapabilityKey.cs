using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>Makes capability keys. Their text is a secret.</summary>
public static class CapabilityKey
{
    /// <summary>Makes a key from nothing.</summary>
    /// <param name="master">The master key; it goes into the text by its number.</param>
    /// <param name="grant">The grant that the key speaks for.</param>
    /// <param name="keyGen">The generation of the grant's keys.</param>
    /// <param name="key">The key's id.</param>
    /// <param name="issuedAt">When it is made; kept to the second.</param>
    /// <param name="caveats">What it is restricted to, in this order: an <c>exp</c> before what it bounds, <c>no_further</c> last.</param>
    /// <exception cref="ArgumentException">Caveats that no key can have in this order or number.</exception>
    public static string Mint(MasterKey master, GrantId grant, uint keyGen, KeyId key, DateTimeOffset issuedAt, params IReadOnlyList<Caveat> caveats)
    {
        Span<byte> head = stackalloc byte[CapabilityToken.HeadLength];
        head[0] = CapabilityToken.Version;
        BinaryPrimitives.WriteUInt16BigEndian(head[1..], master.Kid);
        grant.Value.TryWriteBytes(head[3..], bigEndian: true, out _);
        key.Value.TryWriteBytes(head[19..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(head[35..], checked((uint)issuedAt.ToUnixTimeSeconds()));

        Span<byte> step = stackalloc byte[CapabilityToken.TagLength];
        CapabilityChain.Begin(master.Secret, grant, keyGen, head, step);
        (string? text, CapabilityFault fault) = Extend(head, step, caveats);
        CryptographicOperations.ZeroMemory(step);
        return text ?? throw new ArgumentException($"No key can have these caveats in this order: {fault.Code()}.", nameof(caveats));
    }

    /// <summary>Appends caveats to what a token is made of. Needs no secret but the token.</summary>
    /// <returns>The text, or why no key can have the caveats: exactly one of the two.</returns>
    internal static (string? Text, CapabilityFault Fault) Extend(ReadOnlySpan<byte> body, ReadOnlySpan<byte> tag, IReadOnlyList<Caveat> caveats)
    {
        int length = body.Length + caveats.Sum(caveat => caveat.Length) + tag.Length;
        if (length > CapabilityToken.MaxBytes)
        {
            return (null, CapabilityFault.TooLarge);
        }

        Span<byte> bytes = stackalloc byte[length];
        body.CopyTo(bytes);
        Span<byte> step = bytes[^tag.Length..];
        tag.CopyTo(step);
        int at = body.Length;
        foreach (Caveat caveat in caveats)
        {
            Span<byte> written = bytes.Slice(at, caveat.Length);
            caveat.Write(written);
            CapabilityChain.Append(step, written, step);
            at += written.Length;
        }

        CapabilityFault fault = CaveatReader.Check(bytes[CapabilityToken.HeadLength..at]);
        return fault == CapabilityFault.None
            ? (KeyChecksum.Append(CapabilityToken.Prefix + Base64Url.EncodeToString(bytes)), fault)
            : (null, fault);
    }
}
