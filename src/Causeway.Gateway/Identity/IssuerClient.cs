using System.Net;
using System.Text.Json;

namespace Causeway.Gateway.Identity;

/// <summary>Signs people in at one issuer: by the browser (RFC 6749, section 4.1, with PKCE, RFC 7636) or by another device (RFC 8628).</summary>
internal sealed class IssuerClient(Issuer issuer, IssuerKeys keys, IssuerHttp http)
{
    private const int MaxCodeLength = 4096;
    private const int LongestDeviceLifeSeconds = 1800;

    /// <summary>Where a browser is sent.</summary>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be asked, or does not offer it.</exception>
    public async Task<Uri> AuthorizationAsync(SignInRequest request, CancellationToken cancellation)
    {
        Uri endpoint = (await MetadataAsync(cancellation)).Authorization ?? throw Missing("authorization_endpoint");
        (string Name, string Value)[] asked =
        [
            ("response_type", "code"), ("client_id", issuer.ClientId!), ("redirect_uri", request.RedirectUri), ("scope", request.Scope), ("state", request.State),
            ("nonce", request.Nonce), ("code_challenge", request.Challenge), ("code_challenge_method", "S256"),
        ];
        string query = string.Join('&', asked.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));
        return new Uri(endpoint.AbsoluteUri + (endpoint.Query.Length > 0 ? "&" : "?") + query);
    }

    /// <summary>Whether an answer of the authorization endpoint names another issuer, or none although this one always says who it is (RFC 9207, section 2.4).</summary>
    public async Task<bool> IsOfAnotherAsync(string? said, CancellationToken cancellation) =>
        said is null ? (await MetadataAsync(cancellation)).SaysIssuer : said != issuer.Url;

    /// <summary>Redeems the code of an authorization.</summary>
    /// <returns>The ID token, or the issuer's word for its no: exactly one of the two.</returns>
    public Task<(IssuedTokens? Tokens, string? Refusal)> RedeemAsync(string code, string redirectUri, string verifier, CancellationToken cancellation) => TokenAsync(
        [
            KeyValuePair.Create("grant_type", "authorization_code"), KeyValuePair.Create("code", code), KeyValuePair.Create("redirect_uri", redirectUri),
            KeyValuePair.Create("code_verifier", verifier),
        ],
        cancellation);

    /// <summary>Asks for the codes of a sign-in by another device.</summary>
    /// <returns>The codes, or the issuer's word for its no: exactly one of the two.</returns>
    public async Task<(DeviceCodes? Codes, string? Refusal)> StartDeviceAsync(string scope, CancellationToken cancellation)
    {
        IssuerMetadata metadata = await MetadataAsync(cancellation);
        (HttpStatusCode status, byte[] body) = await http.PostAsync(
            metadata.Device ?? throw Missing("device_authorization_endpoint"), metadata.TakesBasic, [KeyValuePair.Create("scope", scope)], cancellation);
        using JsonDocument answer = Parse(body);
        JsonElement root = answer.RootElement;
        if (status != HttpStatusCode.OK)
        {
            return (null, Refusal(root, status));
        }

        return Text(root, "device_code") is { Length: > 0 and <= MaxCodeLength } device && Text(root, "user_code") is { Length: > 0 and <= 64 } user
            && Text(root, "verification_uri") is { } place && IsWeb(place) && Number(root, "expires_in") is > 0 and var life
                ? (new DeviceCodes(
                    device, user, place, Text(root, "verification_uri_complete") is { } whole && IsWeb(whole) ? whole : null,
                    TimeSpan.FromSeconds(Math.Min(life, LongestDeviceLifeSeconds)), TimeSpan.FromSeconds(Math.Clamp(Number(root, "interval") ?? 5, 1, 60))), null)
                : throw new IssuerUnavailableException(issuer.Name, "its answer to a device lacks a code, an address or an end");
    }

    /// <summary>Asks whether the person has signed in meanwhile.</summary>
    /// <returns>The ID token, or the issuer's word: <c>authorization_pending</c>, <c>slow_down</c>, <c>access_denied</c>, <c>expired_token</c> or another. Exactly one of the two.</returns>
    public Task<(IssuedTokens? Tokens, string? Refusal)> PollDeviceAsync(string deviceCode, CancellationToken cancellation) => TokenAsync(
        [KeyValuePair.Create("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), KeyValuePair.Create("device_code", deviceCode)], cancellation);

    private async Task<(IssuedTokens? Tokens, string? Refusal)> TokenAsync(IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation)
    {
        IssuerMetadata metadata = await MetadataAsync(cancellation);
        (HttpStatusCode status, byte[] body) = await http.PostAsync(metadata.Token ?? throw Missing("token_endpoint"), metadata.TakesBasic, form, cancellation);
        using JsonDocument answer = Parse(body);
        return status != HttpStatusCode.OK ? (null, Refusal(answer.RootElement, status))
            : Text(answer.RootElement, "id_token") is { } token ? (new IssuedTokens(token, Text(answer.RootElement, "access_token")), null)
            : throw new IssuerUnavailableException(issuer.Name, "it gave no ID token; is \"openid\" among the scopes?");
    }

    /// <summary>What the issuer says of somebody beside the ID token (OpenID Connect Core 1.0, section 5.3): some put groups and addresses there alone.</summary>
    /// <param name="accessToken">The token that came with the ID token.</param>
    /// <param name="subject">Of whom it must speak.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Null: it offers nothing of the kind, or signs it, which is not read here.</returns>
    /// <exception cref="IssuerUnavailableException">It could not be asked, or spoke of somebody else.</exception>
    public async Task<JsonElement?> UserInfoAsync(string accessToken, string subject, CancellationToken cancellation)
    {
        if ((await MetadataAsync(cancellation)).UserInfo is not { } endpoint || accessToken.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return null;
        }

        byte[] body = await http.GetAsync(endpoint, cancellation, accessToken);
        if (body is not [(byte)'{', ..])
        {
            return null;
        }

        using JsonDocument answer = Parse(body);
        return Text(answer.RootElement, "sub") == subject ? answer.RootElement.Clone() : throw new IssuerUnavailableException(issuer.Name, "what it says of somebody is of somebody else");
    }

    private async ValueTask<IssuerMetadata> MetadataAsync(CancellationToken cancellation) =>
        (await keys.GetAsync(missing: null, cancellation)).Metadata ?? throw new IssuerUnavailableException(issuer.Name, "its keys come from a file, so nobody signs in by it");

    private IssuerUnavailableException Missing(string endpoint) => new(issuer.Name, $"it offers no {endpoint}");

    private JsonDocument Parse(byte[] body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
        }

        throw new IssuerUnavailableException(issuer.Name, "what it answers is no JSON object");
    }

    // A word of a fixed alphabet (RFC 6749, section 5.2): what it says beyond is not repeated.
    private static string Refusal(JsonElement root, HttpStatusCode status) =>
        Text(root, "error") is { Length: > 0 and <= 64 } word && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? word : $"status_{(int)status}";

    private static bool IsWeb(string text) => text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out int number) ? number : null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}

/// <summary>A sign-in by the browser.</summary>
/// <param name="RedirectUri">Where the issuer sends the browser back to.</param>
/// <param name="Scope">What is asked for, with spaces between.</param>
/// <param name="State">What the answer must repeat.</param>
/// <param name="Nonce">What the ID token must repeat.</param>
/// <param name="Challenge">The SHA-256 of the verifier, in base64url.</param>
public sealed record SignInRequest(string RedirectUri, string Scope, string State, string Nonce, string Challenge);

/// <summary>What an issuer hands out at a sign-in; secrets.</summary>
/// <param name="IdToken">What it says of the person, unchecked.</param>
/// <param name="AccessToken">What more is asked with; null: nothing.</param>
public sealed record IssuedTokens(string IdToken, string? AccessToken)
{
    /// <summary>Never the tokens.</summary>
    public override string ToString() => "tokens";
}

/// <summary>The codes of a sign-in by another device.</summary>
/// <param name="DeviceCode">What is asked with; a secret.</param>
/// <param name="UserCode">What the person types.</param>
/// <param name="VerificationUri">Where.</param>
/// <param name="VerificationUriComplete">The same with the code in it; null: there is none.</param>
/// <param name="ExpiresIn">How long the codes live.</param>
/// <param name="Interval">How often may be asked.</param>
public sealed record DeviceCodes(string DeviceCode, string UserCode, string VerificationUri, string? VerificationUriComplete, TimeSpan ExpiresIn, TimeSpan Interval);
