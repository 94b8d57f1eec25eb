using System.Collections.Concurrent;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>
/// HTTP/1.1 to providers: one request at a time on each connection, connections kept and used again. Does what <see cref="SocketsHttpHandler"/> does with the
/// settings of <see cref="UpstreamSockets"/>, with a third of the garbage (docs/decisions/0025).
/// </summary>
/// <remarks>
/// Sends only bodies of <see cref="SplicedContent"/>. Throws what that handler throws: <see cref="HttpRequestException"/> with its error until the head of a
/// response is there, <see cref="HttpIOException"/> and <see cref="IOException"/> from the body, <see cref="OperationCanceledException"/> also for a connection that is not made in time.
/// </remarks>
internal sealed class Http1Handler : HttpMessageHandler
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<Origin, ConnectionPool> _pools = new();
    private readonly TimeSpan _connectTimeout;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private Destination? _last;

    /// <param name="connectTimeout">How long a connection, with its TLS, may take to be made.</param>
    /// <param name="time">The clock that connections age by.</param>
    public Http1Handler(TimeSpan connectTimeout, TimeProvider time)
    {
        (_connectTimeout, _time) = (connectTimeout, time);
        _sweeper = time.CreateTimer(static handler => ((Http1Handler)handler!).Sweep(), this, s_sweep, s_sweep);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Destination to = DestinationOf(request.RequestUri!);
        return to.Pool.TryTake(cancellationToken) is { } connection ? connection.ExchangeAsync(request, to.Path, cancellationToken) : DialAsync(to, request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sweeper.Dispose();
            foreach (ConnectionPool pool in _pools.Values)
            {
                pool.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> DialAsync(Destination to, HttpRequestMessage request, CancellationToken cancellation)
    {
        Http1Connection connection = await to.Pool.DialAsync(_connectTimeout, cancellation);
        connection.Listen(cancellation);
        return await connection.ExchangeAsync(request, to.Path, cancellation);
    }

    // A provider has one origin, or a few where agreements name regional hosts, and mostly the same path: its address is read once.
    private Destination DestinationOf(Uri address)
    {
        Destination? last = _last;
        if (last is not null && ReferenceEquals(last.Address, address))
        {
            return last;
        }

        return _last = new Destination(address, _pools.GetOrAdd(Origin.Of(address), static (origin, time) => new ConnectionPool(origin, time), _time), address.PathAndQuery);
    }

    private void Sweep()
    {
        foreach (ConnectionPool pool in _pools.Values)
        {
            pool.Sweep();
        }
    }

    private sealed record Destination(Uri Address, ConnectionPool Pool, string Path);
}
