using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// A capability key that was taken apart: <c>cw1_</c>, base64url of body and tag, <c>_</c>, CRC-32. The body is
/// <c>version(1) kid(2) grant(16) nonce(16) issued(4)</c> and caveats of <c>type(1) length(2) value</c>, numbers big-endian. What is taken apart is not
/// verified yet. Looks into the buffer that was given and allocates nothing.
/// </summary>
public readonly ref struct CapabilityToken
{
    /// <summary>How a capability key begins.</summary>
    public const string Prefix = "cw1_";

    /// <summary>Bytes of body and tag at most: the size of the buffer that parsing asks for.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Caveats at most.</summary>
    public const int MaxCaveats = 16;

    /// <summary>Characters at most: prefix, 1,024 bytes in base64url, underscore, 8.</summary>
    public const int MaxTextLength = 4 + 1366 + KeyChecksum.Length;

    /// <summary>What a key's time may be off by: clocks differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    internal const byte Version = 1;
    internal const int HeadLength = 1 + 2 + 16 + 16 + 4;
    internal const int TagLength = CapabilityChain.StepLength;

    private static readonly SearchValues<byte> s_alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly ReadOnlySpan<byte> _bytes;

    private CapabilityToken(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The number of the master key that it was made under.</summary>
    public ushort Kid => BinaryPrimitives.ReadUInt16BigEndian(_bytes[1..]);

    /// <summary>The grant that it speaks for.</summary>
    public GrantId Grant => new(new Guid(_bytes.Slice(3, 16), bigEndian: true));

    /// <summary>The key that it is or was narrowed from: the nonce of the format.</summary>
    public KeyId Key => new(new Guid(_bytes.Slice(19, 16), bigEndian: true));

    /// <summary>When that key was made, to the second.</summary>
    public DateTimeOffset IssuedAt => Caveat.ReadMoment(_bytes.Slice(35, 4));

    /// <summary>Names it and all that is narrowed from it. Follows from the tag, verified or not.</summary>
    public RevocationId Id => CapabilityChain.RevocationIdOf(Tag);

    /// <summary>Its caveats, in their order.</summary>
    public CaveatReader Caveats => new(_bytes[HeadLength..^TagLength]);

    internal ReadOnlySpan<byte> Body => _bytes[..^TagLength];

    internal ReadOnlySpan<byte> Tag => _bytes[^TagLength..];

    /// <summary>Takes a key apart. What is too large, unknown or not in its only form is refused here, before any cryptography.</summary>
    /// <param name="text">The key as it was presented.</param>
    /// <param name="buffer"><see cref="MaxBytes"/> or more; holds the token for as long as it is used, a secret like the text.</param>
    /// <param name="token">The token, when there is no fault.</param>
    public static CapabilityFault TryParse(ReadOnlySpan<byte> text, Span<byte> buffer, out CapabilityToken token)
    {
        token = default;
        if (!text.StartsWith("cw1_"u8))
        {
            return CapabilityFault.Malformed;
        }

        if (text.Length > MaxTextLength)
        {
            return CapabilityFault.TooLarge;
        }

        if (!KeyChecksum.Holds(text) || !TryDecode(text[Prefix.Length..^KeyChecksum.Length], buffer, out int length)
            || length < HeadLength + TagLength || buffer[0] != Version)
        {
            return CapabilityFault.Malformed;
        }

        CapabilityFault fault = CaveatReader.Check(buffer[HeadLength..(length - TagLength)]);
        token = fault == CapabilityFault.None ? new CapabilityToken(buffer[..length]) : default;
        return fault;
    }

    /// <summary>Whether the token was made under a master key, for a generation of its grant's keys, and only narrowed since.</summary>
    /// <param name="master">The master key that <see cref="Kid"/> names; null: none that is live.</param>
    /// <param name="keyGen">The generation of the grant's keys.</param>
    /// <returns><see cref="CapabilityFault.None"/> or <see cref="CapabilityFault.BadTag"/>. Times and revocation are not looked at.</returns>
    public CapabilityFault Verify(MasterKey? master, uint keyGen)
    {
        Span<byte> step = stackalloc byte[TagLength];
        return Verify(master, keyGen, step, []);
    }

    /// <summary>As above; a token that holds is also read as a whole, which allocates.</summary>
    public CapabilityFault Verify(MasterKey? master, uint keyGen, out VerifiedToken? verified)
    {
        Span<byte> step = stackalloc byte[TagLength];
        Span<RevocationId> prefixes = stackalloc RevocationId[MaxCaveats + 1];
        CapabilityFault fault = Verify(master, keyGen, step, prefixes);
        verified = fault == CapabilityFault.None ? VerifiedToken.Of(this, keyGen, prefixes[..(Caveats.Count() + 1)]) : null;
        return fault;
    }

    // The tag is looked at once, at the end and in constant time: a comparison on the way would tell how far a forgery holds.
    private CapabilityFault Verify(MasterKey? master, uint keyGen, Span<byte> step, Span<RevocationId> prefixes)
    {
        if (master is null || master.Kid != Kid)
        {
            return CapabilityFault.BadTag;
        }

        CapabilityChain.Begin(master.Secret, Grant, keyGen, _bytes[..HeadLength], step);
        int index = 0;
        Note(step, prefixes, index);
        foreach (CaveatReader.Entry caveat in Caveats)
        {
            CapabilityChain.Append(step, caveat.Bytes, step);
            Note(step, prefixes, ++index);
        }

        bool holds = CryptographicOperations.FixedTimeEquals(step, Tag);
        CryptographicOperations.ZeroMemory(step);
        return holds ? CapabilityFault.None : CapabilityFault.BadTag;
    }

    private static void Note(ReadOnlySpan<byte> step, Span<RevocationId> prefixes, int index)
    {
        if (!prefixes.IsEmpty)
        {
            prefixes[index] = CapabilityChain.RevocationIdOf(step);
        }
    }

    // The decoder skips white space and takes padding and loose bits at the end; a key is written in one way only.
    private static bool TryDecode(ReadOnlySpan<byte> encoded, Span<byte> buffer, out int length)
    {
        length = 0;
        if (encoded.ContainsAnyExcept(s_alphabet) || encoded.Length % 4 == 1
            || Base64Url.DecodeFromUtf8(encoded, buffer, out _, out length) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> last = stackalloc byte[4];
        int tail = length % 3;
        return tail == 0 || (Base64Url.EncodeToUtf8(buffer[(length - tail)..length], last) is int written && encoded.EndsWith(last[..written]));
    }
}
