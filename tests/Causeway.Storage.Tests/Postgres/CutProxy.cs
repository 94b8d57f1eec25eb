using System.Net;
using System.Net.Sockets;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>
/// Stands between a store and its server, and cuts every connection at the moment that a test chooses: when the answer to a commit comes back, so that
/// it came to pass and nobody was told; or when the commit is sent, so that it did not.
/// </summary>
internal sealed class CutProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _end = new();
    private int _answers = int.MaxValue;
    private int _questions = int.MaxValue;

    public CutProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts the next commit's answer off.</summary>
    public void CutAnswerToCommit() => Volatile.Write(ref _answers, 0);

    /// <summary>Cuts the next commit off before the server sees it.</summary>
    public void CutCommit() => Volatile.Write(ref _questions, 0);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = RelayAsync(client);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (TcpClient server = new())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), () => IsDue(ref _questions), "COMMIT"u8.ToArray()),
                    CopyAsync(server.GetStream(), client.GetStream(), () => IsDue(ref _answers), "C\0\0\0\u000bCOMMIT\0"u8.ToArray()));
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException)
            {
                // The test is over.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Func<bool> isDue, byte[] sign)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and int length)
            {
                if (buffer.AsSpan(0, length).IndexOf(sign) >= 0 && isDue())
                {
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // One end is gone: so is the other, in a moment.
        }
    }

    private static bool IsDue(ref int counter) => Interlocked.CompareExchange(ref counter, int.MaxValue, 0) == 0;
}
