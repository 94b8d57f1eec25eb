using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Acceptance.Processes;

/// <summary>
/// Stands between a process and a server on this machine. When a test says so it cuts the process off: what is open breaks, and nothing new comes through. Or it waits for the end of a certain
/// transaction, and from then on the process hears nothing any more. Or it has every answer take its time.
/// </summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile int _server;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private bool _isCut;
    private volatile LastWord? _lastWord;
    private long _delayTicks;

    /// <param name="server">The server's port.</param>
    public FaultProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where the process finds it, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How much longer than the server each answer takes.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

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

    /// <summary>Lets it through again, to another server: as the address of a cluster does, when a standby has taken over.</summary>
    /// <param name="server">Its port.</param>
    public void MendTo(int server)
    {
        _server = server;
        Mend();
    }

    /// <summary>Lets it through again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    /// <summary>Deaf from the commit on of a transaction in which the process says these words.</summary>
    /// <param name="words">Of a statement.</param>
    /// <param name="isDelivered">The server is given the commit; false: it never hears of it.</param>
    /// <returns>When the server was given it, or would have been.</returns>
    public Task<DateTimeOffset> DeafAfterCommitOf(string words, bool isDelivered)
    {
        LastWord last = new(Encoding.UTF8.GetBytes(words), isDelivered);
        _lastWord = last;
        return last.Said.Task;
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
                TellAsync(client.GetStream(), server.GetStream()),
                AnswerAsync(server.GetStream(), client.GetStream()));
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

    private async Task TellAsync(NetworkStream client, NetworkStream server)
    {
        byte[] said = new byte[64 * 1024];
        bool isTheOne = false;
        while (await client.ReadAsync(said, _over.Token) is > 0 and var read)
        {
            ReadOnlyMemory<byte> piece = said.AsMemory(0, read);
            if (_lastWord is { } last)
            {
                isTheOne |= piece.Span.IndexOf(last.Words) >= 0;
                if (isTheOne && piece.Span.IndexOf("COMMIT"u8) >= 0)
                {
                    last.IsSaid = true;
                    if (last.IsDelivered)
                    {
                        await server.WriteAsync(piece, _over.Token);
                    }

                    last.Said.TrySetResult(DateTimeOffset.UtcNow);
                    continue;
                }
            }

            await server.WriteAsync(piece, _over.Token);
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client)
    {
        byte[] said = new byte[64 * 1024];
        while (await server.ReadAsync(said, _over.Token) is > 0 and var read)
        {
            if (Delay is var delay && delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, _over.Token); // The fault itself.
            }

            if (_lastWord is not { IsSaid: true })
            {
                await client.WriteAsync(said.AsMemory(0, read), _over.Token);
            }
        }
    }

    private sealed class LastWord(byte[] words, bool isDelivered)
    {
        private volatile bool _isSaid;

        public byte[] Words => words;

        public bool IsDelivered => isDelivered;

        public TaskCompletionSource<DateTimeOffset> Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSaid
        {
            get => _isSaid;
            set => _isSaid = value;
        }
    }
}
