using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Gateway.Tests.House;

/// <summary>An upstream in the test's own hand: what arrives, what is answered and when the gateway hangs up are all signals.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<RawConnection, Task> _answer;
    private readonly Task _owner;
    private readonly List<Task> _served = [];
    private int _connections;

    private RawUpstream(Func<RawConnection, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _owner = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Connections that were made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers every connection's first request.</summary>
    public static RawUpstream Start(Func<RawConnection, Task> answer) => new(answer);

    /// <summary>Answers with these bytes and hangs up.</summary>
    public static RawUpstream Start(string reply) => new(connection => connection.WriteAsync(reply));

    public async ValueTask DisposeAsync()
    {
        // The owner ends before the listener does: it may be between two connections, and a stopped listener takes none.
        await _end.CancelAsync();
        await _owner;
        _listener.Stop();
        await Task.WhenAll(_served);
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                _served.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using RawConnection connection = new(socket, _end.Token);
        try
        {
            await connection.ReadRequestAsync();
            await _answer(connection);
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or SocketException)
        {
            // The gateway hung up, or the test is over.
        }
    }
}

/// <summary>One connection of the gateway.</summary>
internal sealed class RawConnection(Socket socket, CancellationToken end) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <summary>The request's head as it came.</summary>
    public string Head { get; private set; } = "";

    /// <summary>The request's body as it came; empty when it has none.</summary>
    public string Body { get; private set; } = "";

    public CancellationToken End => end;

    public async Task ReadRequestAsync()
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await _stream.ReadAsync(one, end) == 0)
            {
                throw new IOException("closed before a request");
            }

            head.Append((char)one[0]);
        }

        Head = head.ToString();
        byte[] body = new byte[int.Parse(Header("content-length") ?? "0", System.Globalization.CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(body, end);
        Body = Encoding.UTF8.GetString(body);
    }

    /// <summary>A header's value; null when it did not come.</summary>
    public string? Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Answers with a whole JSON document and asks for no second request.</summary>
    public Task AnswerAsync(string json, int status = 200) =>
        WriteAsync($"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(json)}\r\nconnection: close\r\n\r\n{json}");

    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), end);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, end);

    /// <summary>Ends when the gateway closes or resets the connection.</summary>
    public async Task UntilClosedAsync()
    {
        byte[] rest = new byte[1024];
        try
        {
            while (await _stream.ReadAsync(rest, end) > 0)
            {
                // Nothing more is expected of it.
            }
        }
        catch (IOException)
        {
            // Reset is closed too.
        }
    }

    public void Dispose() => _stream.Dispose();
}
