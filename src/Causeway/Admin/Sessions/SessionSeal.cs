using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Admin.Sessions;

/// <summary>
/// Sessions of browsers as sealed text: who it is and until when, under a secret of the deployment, so that every instance that shares the store opens what any
/// of them made and nothing has to be kept. The digest of the token or key that was signed in with is sealed in as well: a token that is replaced, an
/// operator that is taken out, or a key that is over or revoked, by itself, by what names its text or with its grant, ends the sessions that came of it.
/// </summary>
internal sealed class SessionSeal(MasterKeys masters, AdminCredential credential, KeyStanding keys, TimeProvider time)
{
    /// <summary>How long a session lasts. It is not renewed: whoever works on signs in again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    // v1.EXPIRES.NONCE.NAME.SEAL, all but the number in base64url.
    private const string Version = "v1";
    private const int MaxLength = 1024;
    private readonly IReadOnlyList<byte[]> _secrets = masters.DeriveAll("causeway console sessions");

    /// <summary>Makes a session for someone whose token or key the gate has seen.</summary>
    /// <returns>The sealed text, and when it ends.</returns>
    public (string Text, DateTimeOffset Ends) Make(string name)
    {
        DateTimeOffset ends = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        string content = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version}.{ends.ToUnixTimeSeconds()}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(name))}");
        KeyHash token = SecretOf(name)?.Secret ?? throw new InvalidOperationException("Whoever signs in has a token.");
        return ($"{content}.{Base64Url.EncodeToString(Seal(_secrets[0], content, token))}", ends);
    }

    /// <summary>Who a session belongs to.</summary>
    /// <returns>Null: it is not one of this deployment, was altered, is over, or its token is no longer good.</returns>
    public Session? Open(string text)
    {
        if (text.Length > MaxLength || text.Split('.') is not [Version, var expires, _, var encoded, var seal]
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || Decode(encoded) is not { } name || Decode(seal) is not { } sealedWith
            || SecretOf(Encoding.UTF8.GetString(name)) is not var (token, key))
        {
            return null;
        }

        string content = text[..text.LastIndexOf('.')];
        DateTimeOffset ends = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return _secrets.Any(secret => CryptographicOperations.FixedTimeEquals(Seal(secret, content, token), sealedWith)) && time.GetUtcNow() < ends
            ? new Session(Encoding.UTF8.GetString(name), ends, key)
            : null;
    }

    // What a name signs in with: an operator's token, or a key that speaks still.
    private (KeyHash Secret, Key? Key)? SecretOf(string name) =>
        credential.TokenOf(name) is { } token ? (token, null)
        : KeyId.TryParse(name, out KeyId id) && keys.Find(id) is { } key ? (key.Hash, key)
        : null;

    private static byte[] Seal(byte[] secret, string content, KeyHash token) =>
        HMACSHA256.HashData(secret, (byte[])[.. token.ToDigest(), .. Encoding.UTF8.GetBytes(content)]);

    private static byte[]? Decode(string text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}

/// <summary>A browser that is signed in.</summary>
/// <param name="Name">An operator's name, <see cref="Actor.Administrator"/>, or a key's id.</param>
/// <param name="Ends">When it ends by itself.</param>
/// <param name="Key">The key that was signed in with; null: a token was.</param>
internal sealed record Session(string Name, DateTimeOffset Ends, Key? Key = null);
