namespace Causeway.Wire;

/// <summary>Which headers travel between a caller and a provider of the same protocol. Whatever is not named stays behind.</summary>
/// <remarks>
/// Never forwarded: credentials, cookies, hop-by-hop headers, whatever chooses the account that is billed (organisation, project, workspace)
/// or hides usage (<c>x-goog-fieldmask</c>). Accept, user agent, length and encoding are the gateway's own affair.
/// </remarks>
public static class ProtocolHeaders
{
    /// <summary>Whether a caller's header goes to the provider.</summary>
    public static bool ForwardsRequest(Protocol protocol, string name) => WireFormat.Of(protocol).Headers.ForwardsRequest(name);

    /// <summary>Whether a provider's header goes to the caller.</summary>
    public static bool ReturnsResponse(Protocol protocol, string name) => WireFormat.Of(protocol).Headers.ReturnsResponse(name);

    /// <summary>The header that carries the provider's key.</summary>
    public static string KeyHeader(Protocol protocol) => WireFormat.Of(protocol).Headers.KeyHeader;

    /// <summary>The value of <see cref="KeyHeader"/> for a secret.</summary>
    public static string KeyValue(Protocol protocol, string secret) => WireFormat.Of(protocol).Headers.KeyScheme + secret;

    /// <summary>The header in which the protocol's SDKs look for a request's id; null: its vendor has none.</summary>
    public static string? RequestId(Protocol protocol) => WireFormat.Of(protocol).Headers.RequestId;

    /// <summary>Headers that the provider requires, to be sent when the caller sent none of that name.</summary>
    public static (string Name, string Value)[] RequiredDefaults(Protocol protocol) => WireFormat.Of(protocol).Headers.Defaults;
}
