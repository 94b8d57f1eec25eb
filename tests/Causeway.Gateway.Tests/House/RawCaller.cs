using System.Net.Sockets;
using System.Text;

namespace Causeway.Gateway.Tests.House;

/// <summary>A caller below any HTTP library: sends what no library would, reads only when told, leaves as it likes.</summary>
internal sealed class RawCaller : IAsyncDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawCaller> ConnectAsync(Uri address, int? receiveBuffer = null)
    {
        RawCaller caller = new();
        if (receiveBuffer is { } bytes)
        {
            caller._socket.ReceiveBufferSize = bytes;
        }

        await caller._socket.ConnectAsync(address.Host, address.Port, GatewayHouse.Token);
        return caller;
    }

    /// <summary>The bytes of a request with a key as the vendor's SDK sends it.</summary>
    public static string Request(Saying saying, string key, string moreHeaders = "") => string.Concat(
        $"POST {saying.Path} HTTP/1.1\r\nhost: gateway\r\nx-api-key: {key}\r\n{moreHeaders}",
        $"content-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(saying.Body)}\r\n\r\n{saying.Body}");

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text), GatewayHouse.Token);

    /// <summary>Reads until the text holds this, and returns it all.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        StringBuilder read = new();
        byte[] buffer = new byte[4096];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            int length = await _socket.ReceiveAsync(buffer, GatewayHouse.Token).AsTask().Soon();
            Assert.True(length > 0, $"closed before \"{text}\": {read}");
            read.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        return read.ToString();
    }

    /// <summary>Reads so many bytes, or to the end where that comes first.</summary>
    public async Task ReadBytesAsync(int bytes)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (bytes > 0 && await _socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length)), GatewayHouse.Token).AsTask().Soon() is > 0 and int length)
            {
                bytes -= length;
            }
        }
        catch (SocketException)
        {
            // Hung up on.
        }
    }

    /// <summary>Reads until the end or until it has had enough.</summary>
    public async Task ReadUntilCancelledAsync(CancellationToken enough)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, enough) > 0)
            {
                // What it says does not matter.
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            // Had enough, or was hung up on.
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>What came, and whether the connection ended in a reset.</returns>
    public async Task<(string Text, bool Reset)> ReadToEndAsync()
    {
        StringBuilder read = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, GatewayHouse.Token).AsTask().Soon() is > 0 and int length)
            {
                read.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }

            return (read.ToString(), false);
        }
        catch (SocketException)
        {
            return (read.ToString(), true);
        }
    }

    /// <summary>Leaves without a word.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>Closes its own side; still reads.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
