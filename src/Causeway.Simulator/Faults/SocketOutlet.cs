using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Causeway.Simulator.Faults;

/// <summary>Writes past Kestrel, straight to the connection's socket, where cut and broken replies are byte-exact.</summary>
/// <remarks>
/// Kestrel has read the whole request and written nothing of a response, so its side of the socket rests; it keeps reading, which is how
/// we learn that the client left. The connection never serves a second request: it ends in FIN or RST.
/// </remarks>
internal sealed class SocketOutlet(HttpContext context, Behaviour then, TimeProvider time) : IOutlet
{
    /// <summary>How long a client may take to close its side after our FIN.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = context.Features.Get<IConnectionSocketFeature>()?.Socket
        ?? throw new InvalidOperationException("The simulator listens on sockets only");

    private bool _chunked;

    public async Task HeadAsync(ReplyHead head, CancellationToken gone)
    {
        _chunked = head.Length is null;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {head.Status} {ReasonPhrases.GetReasonPhrase(head.Status)}\r\n");
        foreach (KeyValuePair<string, string> header in head.Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Key}: {header.Value}\r\n");
        }

        text.Append(_chunked
            ? "transfer-encoding: chunked\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"content-length: {Math.Max(0, head.Length!.Value + (then.ContentLengthDelta ?? 0))}\r\n"));
        await SendHeadAsync(text, gone);
        for (int i = 0; i < (then.ExtraHeaders ?? 0); i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"x-fill-{i}: filler\r\n");
            if (text.Length > 32_000)
            {
                await SendHeadAsync(text, gone);
            }
        }

        text.Append("\r\n");
        await SendHeadAsync(text, gone);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (!_chunked)
        {
            await SendAsync(bytes, gone);
            return;
        }

        string size = then.BrokenChunking is true ? "zz" : bytes.Length.ToString("x", CultureInfo.InvariantCulture);
        await SendAsync((byte[])[.. Encoding.ASCII.GetBytes(size), .. "\r\n"u8, .. bytes.Span, .. "\r\n"u8], gone);
    }

    public async Task EndAsync(CancellationToken gone)
    {
        if (_chunked)
        {
            await SendAsync("0\r\n\r\n"u8.ToArray(), gone);
        }

        await FinishAsync(gone);
    }

    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        context.Abort();
    }

    public async Task FinishAsync(CancellationToken gone)
    {
        _socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(ClosingTime, time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    /// <summary>Bytes that are no HTTP of ours.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, SocketFlags.None, gone);
            bytes = bytes[sent..];
        }
    }

    private async Task SendHeadAsync(StringBuilder text, CancellationToken gone)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        if (then.HeadGapMs is not { } gap)
        {
            await SendAsync(bytes, gone);
            return;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            await SendAsync(bytes.AsMemory(i, 1), gone);
            await Task.Delay(TimeSpan.FromMilliseconds(gap), time, gone);
        }
    }
}
