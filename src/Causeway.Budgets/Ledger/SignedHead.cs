using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Ledger;

/// <summary>An entry of the ledger by its place and hash: with it, all before it.</summary>
/// <param name="Seq">Its place, from 1 on; 0: nothing was written yet.</param>
/// <param name="Hash">Its hash, 32 bytes; of nothing that of the origin.</param>
public sealed record LedgerHead(long Seq, byte[] Hash);

/// <summary>
/// What the ledger's head was at a moment, signed with a master key, which is not in the store: whoever writes a new chain there, or puts an older one back, cannot
/// make one that fits. As text <c>cwh1_</c> and 82 bytes in base64url: the number of the master key (2), place (8), Unix milliseconds (8), hash (32) and
/// HMAC-SHA256 over these (32), numbers big-endian. No secret is in it.
/// </summary>
public sealed partial record SignedHead
{
    /// <summary>What the text begins with.</summary>
    public const string Prefix = "cwh1_";

    private const int SignedLength = 2 + 8 + 8 + 32;
    private const int TagLength = 32;
    private static readonly int s_textLength = Base64Url.GetEncodedLength(SignedLength + TagLength);

    private readonly byte[] _bytes;

    private SignedHead(byte[] bytes) => _bytes = bytes;

    /// <summary>The number of the master key that it is signed with.</summary>
    public ushort Kid => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>The entry.</summary>
    public LedgerHead Head => new(BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(2)), _bytes[18..SignedLength]);

    /// <summary>When it was the last one.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(10)), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>Signs the head.</summary>
    public static SignedHead Of(LedgerHead head, DateTimeOffset at, MasterKeys keys)
    {
        byte[] bytes = new byte[SignedLength + TagLength];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, keys.Current.Kid);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), head.Seq);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(10), at.ToUnixTimeMilliseconds());
        head.Hash.CopyTo(bytes, 18);
        Tag(keys.Current, bytes).CopyTo(bytes, SignedLength);
        return new SignedHead(bytes);
    }

    /// <summary>Reads the text form; null: it is none.</summary>
    public static SignedHead? Parse(string text) =>
        text.Length == Prefix.Length + s_textLength && text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length))
            ? new SignedHead(Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)))
            : null;

    /// <summary>The heads that stand in a text of whatever kind: a log, lines of JSON, a list.</summary>
    public static IEnumerable<SignedHead> In(string text) => Shape().Matches(text).Select(match => Parse(match.Value)).OfType<SignedHead>();

    /// <summary>What is wrong with it, given what the ledger has in that place; null: nothing.</summary>
    /// <param name="kept">The entry in its place; null: there is none.</param>
    /// <param name="last">The place of the last entry that there is.</param>
    /// <param name="keys">The master keys that are live.</param>
    public string? Problem(LedgerHead? kept, long last, MasterKeys keys) =>
        keys.Find(Kid) is not { } key ? $"It is signed with master key {Kid}, which is not live any more: it can prove nothing."
        : !CryptographicOperations.FixedTimeEquals(Tag(key, _bytes), _bytes.AsSpan(SignedLength)) ? "It was not signed by this deployment, or was changed."
        : kept is null && last < Head.Seq ? $"Entries {last + 1} to {Head.Seq} are missing, which were there at {At:u}: an older ledger was put back, or its end was cut off."
        : kept is null ? $"Entry {Head.Seq} is missing, which was there at {At:u}."
        : !kept.Hash.AsSpan().SequenceEqual(Head.Hash) ? $"Entry {Head.Seq} is another one than at {At:u}, or one before it is: the ledger was written anew."
        : null;

    /// <inheritdoc/>
    public bool Equals(SignedHead? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(SignedLength));

    /// <summary>The text form.</summary>
    public override string ToString() => Prefix + Base64Url.EncodeToString(_bytes);

    // A key of its own: what is signed here can never be taken for a capability key's tag.
    private static byte[] Tag(MasterKey key, byte[] bytes) =>
        HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret.ToArray(), 32, info: "cw-head"u8.ToArray()), bytes.AsSpan(0, SignedLength));

    [GeneratedRegex("cwh1_[A-Za-z0-9_-]{110}", RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
