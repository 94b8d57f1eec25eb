using System.Net.Http.Headers;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>Remembers the headers of the last answer, which the .NET SDKs do not show of a stream.</summary>
internal sealed class HeardHeaders() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    private HttpResponseHeaders? _last;

    public string Request => One("x-causeway-request");

    public string ServedBy => One("x-causeway-served-by");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        _last = response.Headers;
        return response;
    }

    private string One(string name) => _last!.GetValues(name).Single();
}
