using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>An application's tokens at Microsoft Entra: client credentials (RFC 6749, section 4.4) for the scope of Azure's AI services.</summary>
internal sealed class EntraTokens(EntraApplication application, HttpMessageInvoker sockets, TimeProvider time) : TokenSource(sockets, time)
{
    private const string Scope = "https://cognitiveservices.azure.com/.default";

    public override string Place => $"the token endpoint {application.Authority.Host}";

    protected override HttpRequestMessage Request() => Form(
        new Uri(application.Authority, $"/{Uri.EscapeDataString(application.Tenant)}/oauth2/v2.0/token"),
        KeyValuePair.Create("grant_type", "client_credentials"),
        KeyValuePair.Create("client_id", application.ClientId),
        KeyValuePair.Create("client_secret", application.ClientSecret),
        KeyValuePair.Create("scope", Scope));
}
