using System.Net;
using Causeway.Gateway.Policy;
using Causeway.Wire;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// The connections to one provider. Safe by default: no redirects, no cookies, no decompression, no proxy unless configured,
/// names looked up again every two minutes, and the key only ever goes to the origin that it was configured with.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    // reliability-security.md of the design's catalogue, 2.1: the framework's defaults are infinite or on.
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_connectionIdle = TimeSpan.FromSeconds(60);
    private const int MaxResponseHeadersKiB = 64;

    private readonly HttpMessageInvoker _invoker;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly (string Name, string Value)[] _requiredDefaults;
    private readonly Protocol _protocol;

    /// <summary>Prepares connections; none is made yet.</summary>
    public UpstreamClient(Provider provider)
    {
        Endpoint = provider.Endpoint.AbsoluteUri.TrimEnd('/');
        _protocol = provider.Protocol;
        _headers =
        [
            .. provider.Key is { Length: > 0 } key ? [KeyValuePair.Create(ProtocolHeaders.KeyHeader(provider.Protocol), ProtocolHeaders.KeyValue(provider.Protocol, key))] : Array.Empty<KeyValuePair<string, string>>(),
            .. provider.Headers,
            KeyValuePair.Create("User-Agent", "causeway"),
            KeyValuePair.Create("Accept-Encoding", "identity"),
        ];
        _requiredDefaults = ProtocolHeaders.RequiredDefaults(provider.Protocol);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = provider.Proxy is not null,
            Proxy = provider.Proxy is null ? null : new WebProxy(provider.Proxy),
            ConnectTimeout = provider.Timeouts.Connect,
            PooledConnectionLifetime = s_connectionLifetime,
            PooledConnectionIdleTimeout = s_connectionIdle,
            MaxResponseHeadersLength = MaxResponseHeadersKiB,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Where paths are appended; no slash at the end.</summary>
    public string Endpoint { get; }

    /// <summary>A request to a path below the endpoint, with the provider's own headers and no others yet.</summary>
    public HttpRequestMessage Create(HttpMethod method, string pathAndQuery)
    {
        // HTTP/1.1: one request per connection at a time keeps a stalled stream from stalling its neighbours.
        var message = new HttpRequestMessage(method, new Uri(Endpoint + pathAndQuery)) { Version = HttpVersion.Version11 };
        foreach (KeyValuePair<string, string> header in _headers)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return message;
    }

    /// <summary>Adds what the protocol demands and the caller did not send.</summary>
    public void AddMissing(HttpRequestMessage message)
    {
        foreach ((string name, string value) in _requiredDefaults)
        {
            if (!message.Headers.NonValidated.Contains(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>Sends, and returns when the response's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation) => _invoker.SendAsync(message, cancellation);

    /// <summary>Asks the provider which models it serves. Bounded to 8 MiB.</summary>
    /// <returns>Status and body; the body is empty unless the status is 200.</returns>
    /// <exception cref="HttpRequestException">It could not be reached or broke off.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> GetModelsAsync(CancellationToken cancellation)
    {
        const int MaxBytes = 8 * 1024 * 1024;
        using HttpRequestMessage message = Create(HttpMethod.Get, UpstreamPath.Models(_protocol));
        AddMissing(message);
        using HttpResponseMessage response = await SendAsync(message, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (response.StatusCode, []);
        }

        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellation);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();
}
