using System.Buffers.Text;
using System.Text.Json;

namespace Causeway.Gateway.Identity;

/// <summary>What a signed token says before anything of it is known to be true: read to find the key, believed in nothing.</summary>
/// <param name="Algorithm">How it says that it was signed.</param>
/// <param name="KeyId">Which key it names; null: none.</param>
/// <param name="Type">What it says that it is; null: nothing.</param>
/// <param name="Issuer">Who it says made it.</param>
/// <param name="Claims">All that it claims.</param>
internal sealed record TokenHeader(string Algorithm, string? KeyId, string? Type, string Issuer, JsonElement Claims)
{
    /// <summary>A longer token is refused unread.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxKeyIdLength = 256;
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Takes a token apart (RFC 7515, compact form).</summary>
    /// <returns>The parts, or why it is no token: exactly one of the two.</returns>
    public static (TokenHeader? Header, TokenFault? Fault) Parse(string token)
    {
        if (token.Length > MaxLength)
        {
            return (null, TokenFault.Malformed($"is longer than {MaxLength / 1024} KiB"));
        }

        string[] parts = token.Split('.');
        if (parts.Length != 3 || Object(parts[0]) is not { } header || Object(parts[1]) is not { } claims)
        {
            return (null, TokenFault.Malformed("is not a signed JWT: three parts in base64url, the first two JSON objects that name nothing twice"));
        }

        // A header that must be understood and is not known here (RFC 7515, section 4.1.11).
        if (header.TryGetProperty("crit", out _))
        {
            return (null, TokenFault.Malformed("asks for extensions that are not known here"));
        }

        return Text(header, "alg") is not { } algorithm || Text(claims, "iss") is not { } issuer
            ? (null, TokenFault.Malformed("names no algorithm or no issuer"))
            : Text(header, "kid") is { Length: > MaxKeyIdLength }
            ? (null, TokenFault.Malformed("names a key by more than 256 characters"))
            : (new TokenHeader(algorithm, Text(header, "kid"), Text(header, "typ"), issuer, claims), null);
    }

    private static JsonElement? Object(string part)
    {
        if (part.Length == 0 || !Base64Url.IsValid(part))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), s_strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException) // The second: a name that cannot be read.
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) => ClaimText.Read(element, name);
}
