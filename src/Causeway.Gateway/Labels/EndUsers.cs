using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Gateway.Labels;

/// <summary>What is booked of the end users that callers name. Their names are personal data: they can be kept as they are, as a digest, or not at all.</summary>
public sealed class EndUsers
{
    private const string DigestPrefix = "eu_";
    private const int DigestBytes = 16;
    private readonly byte[]? _key;
    private readonly bool _isBooked;

    private EndUsers(bool isBooked, byte[]? key) => (_isBooked, _key) = (isBooked, key);

    /// <summary>Booked as they are written.</summary>
    public static EndUsers Kept { get; } = new(true, null);

    /// <summary>Not booked.</summary>
    public static EndUsers Dropped { get; } = new(false, null);

    /// <summary>Booked as <c>eu_</c> and 128 bits of an HMAC-SHA-256 in base64url: one person is one word, and the word says nothing of the person to who has not the key.</summary>
    public static EndUsers Hashed(byte[] key) => new(true, key);

    /// <summary>What is booked of a name; null: nothing.</summary>
    public string? Booked(string name)
    {
        if (!_isBooked || _key is null)
        {
            return _isBooked ? name : null;
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name), digest);
        return DigestPrefix + Base64Url.EncodeToString(digest[..DigestBytes]);
    }
}
