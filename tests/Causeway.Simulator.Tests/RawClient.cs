using System.Net.Sockets;
using System.Text;

namespace Causeway.Simulator.Tests;

/// <summary>Sees what arrives and how the connection ends, below any HTTP library.</summary>
internal static class RawClient
{
    public static async Task<RawReply> SendAsync(Uri address, string path, string body)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Sim.Token);
        enough.CancelAfter(TimeSpan.FromSeconds(30));
        using TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port, enough.Token);
        NetworkStream stream = client.GetStream();
        byte[] payload = Encoding.UTF8.GetBytes(body);
        string head = $"POST {path} HTTP/1.1\r\nhost: sim\r\nauthorization: Bearer k\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: {payload.Length}\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. payload], enough.Token);
        using MemoryStream received = new();
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                int read = await stream.ReadAsync(buffer, enough.Token);
                if (read == 0)
                {
                    return new RawReply(received.ToArray(), WasReset: false);
                }

                received.Write(buffer, 0, read);
            }
        }
        catch (IOException broken) when (broken.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return new RawReply(received.ToArray(), WasReset: true);
        }
    }
}

internal sealed record RawReply(byte[] Bytes, bool WasReset)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string Head => Text[..Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];

    /// <summary>What the chunked body says, as far as it came; the terminator is told apart.</summary>
    public (byte[] Body, bool Terminated) Dechunk()
    {
        int at = Bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        List<byte> body = [];
        while (at < Bytes.Length)
        {
            int line = Bytes.AsSpan(at).IndexOf("\r\n"u8);
            int size = Convert.ToInt32(Encoding.ASCII.GetString(Bytes, at, line), 16);
            if (size == 0)
            {
                return ([.. body], true);
            }

            body.AddRange(Bytes.AsSpan(at + line + 2, size));
            at += line + 2 + size + 2;
        }

        return ([.. body], false);
    }
}
