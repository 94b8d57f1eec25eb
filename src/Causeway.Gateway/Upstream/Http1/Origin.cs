namespace Causeway.Gateway.Upstream.Http1;

/// <summary>Whom connections are made to.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="IsSecure">With TLS.</param>
internal sealed record Origin(string Host, int Port, bool IsSecure)
{
    public static Origin Of(Uri address) => new(address.IdnHost, address.Port, address.Scheme == Uri.UriSchemeHttps);
}
