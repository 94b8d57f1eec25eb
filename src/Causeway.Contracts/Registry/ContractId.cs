using System.Security.Cryptography;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Registry;

/// <summary><c>ctr_</c> and 64 lower-case hex digits: SHA-256 of a schema and a policy together.</summary>
/// <param name="Text">The text form.</param>
public readonly record struct ContractId(string Text)
{
    /// <summary>How every id begins.</summary>
    public const string Prefix = "ctr_";

    /// <summary>Bytes of the digest.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The id of this content.</summary>
    /// <remarks>A line feed stands between the two texts: the compact JSON of a schema holds none, so no other pair of texts has the same bytes.</remarks>
    public static ContractId Of(JsonSchema schema, ContractPolicy policy)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(schema.Text.Span);
        hash.AppendData("\n"u8);
        hash.AppendData(PolicyJson.Write(policy));
        return FromDigest(hash.GetHashAndReset());
    }

    /// <summary>Takes a digest as a store kept it.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ContractId FromDigest(ReadOnlySpan<byte> digest) => digest.Length == Length
        ? new ContractId(Prefix + Convert.ToHexStringLower(digest))
        : throw new ArgumentException($"A contract's digest has {Length} bytes.", nameof(digest));

    /// <summary>The digest's bytes, for a store.</summary>
    public byte[] ToDigest() => Convert.FromHexString(Text.AsSpan(Prefix.Length));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
