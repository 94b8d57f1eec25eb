using System.IO.Compression;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Faults;

/// <summary>Well-formed HTTP.</summary>
internal sealed class KestrelOutlet(HttpContext context, BodyEncoding? encoding) : IOutlet
{
    private readonly Stack<GZipStream> _compressors = new();
    private Stream _body = context.Response.Body;
    private bool _bodiless;

    public async Task HeadAsync(ReplyHead head, CancellationToken gone)
    {
        HttpResponse response = context.Response;
        response.StatusCode = head.Status;
        _bodiless = head.Status is 204 or 205 or 304;
        foreach (KeyValuePair<string, string> header in head.Headers)
        {
            response.Headers[header.Key] = header.Value;
        }

        if (encoding is { } how)
        {
            response.Headers.ContentEncoding = how == BodyEncoding.GzipTwice ? "gzip, gzip" : "gzip";
        }

        for (int i = encoding switch { BodyEncoding.Gzip => 1, BodyEncoding.GzipTwice => 2, _ => 0 }; i > 0; i--)
        {
            GZipStream compressor = new(_body, CompressionLevel.Fastest, leaveOpen: true);
            _compressors.Push(compressor);
            _body = compressor;
        }

        if (_compressors.Count == 0 && !_bodiless)
        {
            response.ContentLength = head.Length;
        }

        if (head.Early)
        {
            await response.StartAsync(gone);
            await response.Body.FlushAsync(gone);
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        if (_bodiless)
        {
            return;
        }

        await _body.WriteAsync(bytes, gone);
        await _body.FlushAsync(gone);
    }

    public async Task EndAsync(CancellationToken gone)
    {
        while (_compressors.TryPop(out GZipStream? compressor))
        {
            await compressor.DisposeAsync();
        }

        await context.Response.CompleteAsync();
    }

    public void Reset() => context.Abort();

    public Task FinishAsync(CancellationToken gone)
    {
        // Kestrel has no way to close without ending the body; a script that wants one takes the socket.
        throw new InvalidOperationException("FIN needs the socket outlet");
    }
}
