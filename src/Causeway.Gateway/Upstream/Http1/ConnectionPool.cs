using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>The idle connections to one origin; the one used last is used next. How many are in use is for those who ask to bound.</summary>
internal sealed class ConnectionPool(Origin origin, TimeProvider time) : IDisposable
{
    private readonly Lock _turn = new();
    private readonly List<Http1Connection> _idle = [];
    private bool _disposed;

    public Origin Origin { get; } = origin;

    /// <summary>Strings of heads that come again and again.</summary>
    public HeadStrings Strings { get; } = new();

    /// <summary>A connection that is still open and already listening; null: there is none.</summary>
    public Http1Connection? TryTake(CancellationToken cancellation)
    {
        while (Pop() is { } connection)
        {
            if (!IsOver(connection, time.GetTimestamp()) && connection.TryListen(cancellation))
            {
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }

    /// <summary>Makes a connection.</summary>
    /// <exception cref="HttpRequestException">The name does not resolve, nobody listens, or TLS does not come about.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or not made in time.</exception>
    public async Task<Http1Connection> DialAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return new Http1Connection(this, await OpenAsync(limit.Token), time.GetTimestamp());
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TaskCanceledException($"No connection within {timeout}.", new TimeoutException(null, late));
        }
    }

    /// <summary>Keeps a connection for the next request.</summary>
    public void Return(Http1Connection connection)
    {
        long now = connection.IdleSince = time.GetTimestamp();
        lock (_turn)
        {
            if (!_disposed && !IsOver(connection, now))
            {
                _idle.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Closes connections that nobody used for long, or that their server closed.</summary>
    public void Sweep()
    {
        long now = time.GetTimestamp();
        List<Http1Connection> over = [];
        lock (_turn)
        {
            _idle.RemoveAll(connection =>
            {
                bool isOver = IsOver(connection, now) || connection.HasNews;
                if (isOver)
                {
                    over.Add(connection);
                }

                return isOver;
            });
        }

        over.ForEach(static connection => connection.Dispose());
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _disposed = true;
            _idle.ForEach(static connection => connection.Dispose());
            _idle.Clear();
        }
    }

    private bool IsOver(Http1Connection connection, long now) =>
        time.GetElapsedTime(connection.Made, now) >= UpstreamSockets.ConnectionLifetime || time.GetElapsedTime(connection.IdleSince, now) >= IdleLimitOf(connection);

    // A server that says how long it waits may say less.
    private static TimeSpan IdleLimitOf(Http1Connection connection) =>
        connection.IdleLimit is { } limit && limit < UpstreamSockets.ConnectionIdle ? limit : UpstreamSockets.ConnectionIdle;

    private Http1Connection? Pop()
    {
        lock (_turn)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            Http1Connection connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return connection;
        }
    }

    private async Task<(Socket Socket, Stream Transport)> OpenAsync(CancellationToken cancellation)
    {
        Socket socket = await ConnectAsync(cancellation);
        var plain = new NetworkStream(socket, ownsSocket: true);
        return (socket, Origin.IsSecure ? await SecureAsync(plain, cancellation) : plain);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bool succeeded = false;
        try
        {
            await socket.ConnectAsync(Origin.Host, Origin.Port, cancellation);
            succeeded = true;
            return socket;
        }
        catch (SocketException failure)
        {
            throw failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                ? new HttpRequestException(HttpRequestError.NameResolutionError, $"{Origin.Host} does not resolve.", failure)
                : new HttpRequestException(HttpRequestError.ConnectionError, $"{Origin.Host}:{Origin.Port} takes no connection.", failure);
        }
        finally
        {
            if (!succeeded)
            {
                socket.Dispose();
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream plain, CancellationToken cancellation)
    {
        var secure = new SslStream(plain);
        bool succeeded = false;
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Origin.Host }, cancellation);
            succeeded = true;
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, $"No TLS with {Origin.Host}.", failure);
        }
        finally
        {
            if (!succeeded)
            {
                await secure.DisposeAsync();
            }
        }
    }
}
