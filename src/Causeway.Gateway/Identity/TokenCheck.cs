using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Gateway.Identity;

/// <summary>
/// Whether a token says what its issuer said, to us, now. The key decides which algorithm may have been used; issuer and audience are compared to
/// the character; an end is required, and clocks may differ by a minute (RFC 7519, RFC 8725, OpenID Connect Core 1.0, section 3.1.3.7).
/// </summary>
internal static class TokenCheck
{
    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private const int MaxSubjectLength = 512;
    private static readonly JsonWebTokenHandler s_handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = TokenHeader.MaxLength };

    /// <summary>The keys that may have signed a token; empty: none among these.</summary>
    public static IReadOnlyList<JsonWebKey> KeysFor(TokenHeader header, IEnumerable<JsonWebKey> keys) =>
        [.. keys.Where(key => (header.KeyId is null || key.Kid == header.KeyId) && KeyAlgorithms.Of(key).Contains(header.Algorithm))];

    /// <summary>Checks it.</summary>
    /// <param name="token">The whole text.</param>
    /// <param name="header">The same, taken apart.</param>
    /// <param name="issuer">Who is to have made it.</param>
    /// <param name="keys">With one of these keys, each of which allows the algorithm that the token names; one or more.</param>
    /// <param name="use">What for.</param>
    /// <param name="nonce">What it must repeat of the request that it answers; null: nothing was asked for.</param>
    /// <param name="now">The moment.</param>
    /// <returns>What it says, or why it is not taken: exactly one of the two.</returns>
    public static async Task<(Attestation? Attestation, TokenFault? Fault)> RunAsync(
        string token, TokenHeader header, Issuer issuer, IReadOnlyList<JsonWebKey> keys, TokenUse use, string? nonce, DateTimeOffset now)
    {
        if (await SignatureAsync(token, header, issuer, keys, use) is { } unsigned)
        {
            return (null, unsigned);
        }

        // From here on the issuer is known to have said it.
        JsonElement claims = header.Claims;
        DateTimeOffset? expires = Moment(claims, "exp");
        DateTimeOffset? issued = Moment(claims, "iat");
        string? subject = Text(claims, "sub");
        TokenFault? fault =
            expires is null ? TokenFault.Malformed("has no end (exp)")
            : now - Skew >= expires ? new TokenFault("token_expired", $"The token ended at {expires:u}; it is {now:u} here.")
            : Moment(claims, "nbf") > now + Skew ? new TokenFault("token_early", $"The token does not hold yet; it is {now:u} here.")
            : issued > now + Skew ? new TokenFault("token_early", $"The token was made in the future, at {issued:u}; it is {now:u} here.")
            : issued is null && use == TokenUse.SignIn ? TokenFault.Malformed("does not say when it was made (iat)")
            : subject is null or "" || subject.Length > MaxSubjectLength ? TokenFault.Malformed($"names nobody (sub), or by more than {MaxSubjectLength} characters")
            : use == TokenUse.SignIn && IsForAnotherParty(claims, issuer) ? new TokenFault("token_audience", $"The token was made for another party than {issuer.ClientId} (azp).")
            : nonce is not null && Text(claims, "nonce") != nonce ? new TokenFault("token_nonce", "The token answers another sign-in than this one (nonce).")
            : null;
        return fault is null ? (new Attestation(issuer, subject!, claims, issued ?? now, expires!.Value), null) : (null, fault);
    }

    private static async Task<TokenFault?> SignatureAsync(string token, TokenHeader header, Issuer issuer, IReadOnlyList<JsonWebKey> keys, TokenUse use)
    {
        if (!IsOfType(header.Type, use))
        {
            return TokenFault.Malformed("is of another type (typ) than what is asked for");
        }

        TokenValidationResult result = await s_handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = [header.Algorithm], // The keys are those that allow it.
            ValidIssuer = issuer.Url,
            ValidAudience = use == TokenUse.SignIn ? issuer.ClientId : issuer.Audience,
            ValidateLifetime = false, // Ours is the clock: see above.
            RequireExpirationTime = false,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        });
        return result.IsValid ? null : result.Exception switch
        {
            SecurityTokenInvalidAudienceException => new TokenFault("token_audience", $"The token was made for somebody else; it must be for \"{(use == TokenUse.SignIn ? issuer.ClientId : issuer.Audience)}\" (aud)."),
            SecurityTokenInvalidIssuerException => new TokenFault("token_issuer", "The token is of another issuer."),
            SecurityTokenInvalidAlgorithmException => new TokenFault("token_algorithm", "The token was signed in a way that its key does not allow."),
            SecurityTokenMalformedException or ArgumentException => TokenFault.Malformed("has a claim that is not of its type"),
            _ => new TokenFault("token_signature", "The token was not signed by its issuer, or was changed since."),
        };
    }

    // RFC 8725, section 3.11: one kind of token must not pass for another.
    private static bool IsOfType(string? type, TokenUse use) =>
        type is null || type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || (use == TokenUse.Exchange && (type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase)));

    private static bool IsForAnotherParty(JsonElement claims, Issuer issuer) =>
        claims.TryGetProperty("azp", out JsonElement party)
            ? ClaimText.Read(party) is not { } name || name != issuer.ClientId
            : claims.TryGetProperty("aud", out JsonElement audiences) && audiences.ValueKind == JsonValueKind.Array && audiences.GetArrayLength() > 1;

    // A NumericDate may have a fraction.
    private static DateTimeOffset? Moment(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement at) && at.ValueKind == JsonValueKind.Number && at.TryGetDouble(out double seconds) && seconds is >= 0 and < 253_402_300_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(seconds))
            : null;

    private static string? Text(JsonElement element, string name) => ClaimText.Read(element, name);
}
