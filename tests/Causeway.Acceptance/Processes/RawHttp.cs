using System.Net.Sockets;
using System.Text;

namespace Causeway.Acceptance.Processes;

/// <summary>A client that sends exactly the bytes that it is given: no HTTP library mends them on the way.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends a whole conversation and reads until the server closes.</summary>
    /// <exception cref="OperationCanceledException">The server kept the connection open.</exception>
    public static async Task<RawAnswer> SendAsync(Uri address, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(bytes, patience.Token);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // A server that refuses may reset: it does not read what it refused.
        }

        return RawAnswer.Of(answer.ToArray());
    }

    /// <summary>A well formed POST of these bytes, with these header lines.</summary>
    public static Task<RawAnswer> PostAsync(Uri address, string target, byte[] body, params IEnumerable<string> headers) =>
        SendAsync(address, [.. Encoding.ASCII.GetBytes(string.Join("\r\n", [
            $"POST {target} HTTP/1.1",
            $"Host: {address.Authority}",
            "Content-Type: application/json",
            $"Content-Length: {body.Length}",
            "Connection: close",
            .. headers,
            "\r\n",
        ])), .. body]);
}

/// <summary>What came back until the server closed.</summary>
internal sealed record RawAnswer(string Head, byte[] Body)
{
    public int Status => int.Parse(Head.Split(' ')[1]);

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header's value; null when it is not there.</summary>
    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .SingleOrDefault();

    public static RawAnswer Of(byte[] bytes)
    {
        int end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        Assert.True(end > 0, $"This is no answer: {Encoding.UTF8.GetString(bytes)}");
        string head = Encoding.ASCII.GetString(bytes, 0, end);
        byte[] body = bytes[(end + 4)..];
        return new RawAnswer(head, head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase) ? Unchunked(body) : body);
    }

    private static byte[] Unchunked(byte[] chunked)
    {
        using var whole = new MemoryStream();
        for (int at = 0; ;)
        {
            int lineEnd = at + chunked.AsSpan(at).IndexOf("\r\n"u8);
            Assert.True(lineEnd >= at, "The chunks end early.");
            int size = Convert.ToInt32(Encoding.ASCII.GetString(chunked, at, lineEnd - at), 16);
            if (size == 0)
            {
                return whole.ToArray();
            }

            whole.Write(chunked, lineEnd + 2, size);
            at = lineEnd + 2 + size + 2;
        }
    }
}
