using System.Net;
using System.Net.Sockets;

namespace Causeway.Acceptance.Processes;

/// <summary>Stands between a process and a server on this machine, and cuts the process off when a test says so: what is open breaks, and nothing new comes through.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private bool _isCut;

    /// <param name="server">The server's port.</param>
    public FaultProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where the process finds it, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts the process off.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(connection => connection.Dispose());
            _open.Clear();
        }
    }

    /// <summary>Lets it through again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        Cut();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_over.Token);
                _ = RelayAsync(client);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient server = new();
        lock (_gate)
        {
            if (_isCut)
            {
                client.Dispose();
                return;
            }

            _open.AddRange([client, server]);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _over.Token);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), _over.Token),
                server.GetStream().CopyToAsync(client.GetStream(), _over.Token));
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or IOException or SocketException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
        }
    }
}
