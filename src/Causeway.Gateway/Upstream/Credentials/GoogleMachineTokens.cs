using System.Net;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>The tokens of the machine's own account. The header keeps a request that was tricked onto this address from being answered.</summary>
internal sealed class GoogleMachineTokens(GoogleMachine machine, HttpMessageInvoker sockets, TimeProvider time) : TokenSource(sockets, time)
{
    private const string Path = "/computeMetadata/v1/instance/service-accounts/default/token";

    public override string Place => $"the metadata server {machine.MetadataServer.Host}";

    protected override HttpRequestMessage Request()
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(machine.MetadataServer, Path)) { Version = HttpVersion.Version11 };
        message.Headers.TryAddWithoutValidation("Metadata-Flavor", "Google");
        return message;
    }
}
