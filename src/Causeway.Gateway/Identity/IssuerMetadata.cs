using System.Net;
using System.Text.Json;

namespace Causeway.Gateway.Identity;

/// <summary>What an issuer publishes of itself (OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 8628, section 4), as far as it is used.</summary>
/// <param name="Keys">Where its keys are.</param>
/// <param name="Authorization">Where a browser is sent to sign in; null: nowhere.</param>
/// <param name="Token">Where codes are redeemed; null: nowhere.</param>
/// <param name="Device">Where a device asks for a code; null: nowhere.</param>
/// <param name="UserInfo">Where it says more of somebody than a token does; null: nowhere.</param>
/// <param name="TakesBasic">A secret goes into the header, not into the form.</param>
/// <param name="SaysIssuer">It says in the answer of the authorization endpoint who it is (RFC 9207).</param>
internal sealed record IssuerMetadata(Uri Keys, Uri? Authorization, Uri? Token, Uri? Device, Uri? UserInfo, bool TakesBasic, bool SaysIssuer)
{
    private const int MaxUrlLength = 2048;

    /// <summary>Where the document of an issuer is.</summary>
    public static Uri PlaceOf(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>Reads the document.</summary>
    /// <returns>What it says, or what is wrong with it: exactly one of the two.</returns>
    public static (IssuerMetadata? Metadata, string? Problem) Parse(byte[] json, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "issuer") is not { } said)
            {
                return (null, "its discovery document names no issuer");
            }

            // Otherwise one tenant could answer for another (section 4.3).
            if (said != issuer)
            {
                return (null, "its discovery document is that of another issuer");
            }

            bool isPlainAllowed = new Uri(issuer).Scheme == Uri.UriSchemeHttp; // The configuration takes that on this machine only.
            return Address(root, "jwks_uri", isPlainAllowed) is not { } keys
                ? (null, "its discovery document has no jwks_uri that can be used")
                : (new IssuerMetadata(
                    keys,
                    Address(root, "authorization_endpoint", isPlainAllowed),
                    Address(root, "token_endpoint", isPlainAllowed),
                    Address(root, "device_authorization_endpoint", isPlainAllowed),
                    Address(root, "userinfo_endpoint", isPlainAllowed),
                    TakesBasicOf(root),
                    root.TryGetProperty("authorization_response_iss_parameter_supported", out JsonElement says) && says.ValueKind == JsonValueKind.True), null);
        }
        catch (JsonException)
        {
            return (null, "its discovery document is not JSON");
        }
    }

    // Left out, the header is what it takes.
    private static bool TakesBasicOf(JsonElement root) =>
        !root.TryGetProperty("token_endpoint_auth_methods_supported", out JsonElement methods) || methods.ValueKind != JsonValueKind.Array
        || methods.EnumerateArray().Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("client_secret_basic"))
        || !methods.EnumerateArray().Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("client_secret_post"));

    private static Uri? Address(JsonElement root, string name, bool isPlainAllowed) =>
        Text(root, name) is { Length: <= MaxUrlLength } text && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (isPlainAllowed && address.Scheme == Uri.UriSchemeHttp && IsHere(address)))
            ? address
            : null;

    private static bool IsHere(Uri address) => address.Host == "localhost" || (IPAddress.TryParse(address.DnsSafeHost, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
