using System.Text;
using Causeway.Shadow.Detect;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Stands between an answer and its caller, and puts back what was taken out of the request. Of a stream of events it sees whole events, since a placeholder may come in
/// pieces, one to an event; of anything else the bytes.
/// </summary>
internal sealed class RestoringStream(HttpResponse response, Stream inner, Redaction redaction) : Stream
{
    private const int MaxEventBytes = 16 * 1024 * 1024;
    private readonly Restoration _plain = new(redaction);
    private readonly EventRestoration _events = new(redaction);
    private readonly MemoryStream _waiting = new();
    private bool? _isEvents;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Stands between from now on. What is told of the answer's length is told before anything was put back, so it is left out.</summary>
    public static RestoringStream Place(HttpContext context, Redaction redaction)
    {
        HttpResponse response = context.Response;
        var restoring = new RestoringStream(response, response.Body, redaction);
        response.Body = restoring;
        response.OnStarting(static state =>
        {
            ((HttpResponse)state).ContentLength = null;
            return Task.CompletedTask;
        }, response);
        return restoring;
    }

    /// <summary>Says what still waits: the answer has ended.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        try
        {
            await response.BodyWriter.FlushAsync(cancellation);
            byte[] rest = _isEvents == true ? [.. _events.End(), .. _waiting.ToArray()] : Encoding.Latin1.GetBytes(_plain.End());
            _waiting.SetLength(0);
            if (rest.Length > 0)
            {
                await inner.WriteAsync(rest, cancellation);
            }

            await inner.FlushAsync(cancellation);
        }
        catch (Exception failure) when (cancellation.IsCancellationRequested && failure is OperationCanceledException or IOException)
        {
            // The caller left with the last of it: how the call itself ended is told already.
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _isEvents ??= response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
        byte[] said = _isEvents.Value ? Events(buffer.Span) : Plain(buffer.Span);
        if (said.Length > 0)
        {
            await inner.WriteAsync(said, cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("It is written without blocking only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is written without blocking only.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _waiting.Dispose();
        base.Dispose(disposing);
    }

    // Placeholders and what they stand for are ASCII without a character that JSON escapes: one character for each byte will do.
    private byte[] Plain(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetBytes(_plain.Push(Encoding.Latin1.GetString(bytes)));

    private byte[] Events(ReadOnlySpan<byte> bytes)
    {
        _waiting.Write(bytes);
        if (_waiting.Length > MaxEventBytes)
        {
            throw new InvalidDataException($"An event is larger than {MaxEventBytes >> 20} MiB.");
        }

        ReadOnlySpan<byte> all = _waiting.GetBuffer().AsSpan(0, (int)_waiting.Length);
        using var said = new MemoryStream();
        int at = 0;
        while (EndOf(all[at..]) is > 0 and int length)
        {
            _events.Take(all.Slice(at, length), said);
            at += length;
        }

        byte[] rest = all[at..].ToArray();
        _waiting.SetLength(0);
        _waiting.Write(rest);
        return said.ToArray();
    }

    // An event ends with an empty line.
    private static int EndOf(ReadOnlySpan<byte> bytes)
    {
        int lf = bytes.IndexOf("\n\n"u8);
        int crlf = bytes.IndexOf("\n\r\n"u8);
        return lf >= 0 && (crlf < 0 || lf < crlf) ? lf + 2 : crlf >= 0 ? crlf + 3 : -1;
    }
}
