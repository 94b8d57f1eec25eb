using System.Net;
using Causeway.Gateway.Upstream.Http1;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// How this process speaks to the world outside. Safe by default: no redirects, no cookies, no decompression, no proxy unless configured,
/// names looked up again every two minutes.
/// </summary>
internal static class UpstreamSockets
{
    // reliability-security.md of the design's catalogue, 2.1: the framework's defaults are infinite or on.
    /// <summary>After so long a connection is not used again: names are looked up anew.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>After so long without a request a connection is closed.</summary>
    public static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(60);

    /// <summary>The most that the head of a response may have.</summary>
    public const int MaxHeadKiB = 64;

    /// <summary>Connections for inference. None is made yet.</summary>
    /// <param name="proxy">Null: providers are called straight, by the client that costs least.</param>
    /// <param name="connectTimeout">How long a connection may take to be made.</param>
    /// <param name="time">The clock that connections age by.</param>
    public static HttpMessageInvoker OpenForInference(Uri? proxy, TimeSpan connectTimeout, TimeProvider time) =>
        proxy is null ? new HttpMessageInvoker(new Http1Handler(connectTimeout, time)) : Open(proxy, connectTimeout);

    /// <summary>A pool of connections. None is made yet.</summary>
    public static HttpMessageInvoker Open(Uri? proxy, TimeSpan connectTimeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = proxy is not null,
        Proxy = proxy is null ? null : new WebProxy(proxy),
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        PooledConnectionIdleTimeout = ConnectionIdle,
        MaxResponseHeadersLength = MaxHeadKiB,
        ActivityHeadersPropagator = null,
    });
}
