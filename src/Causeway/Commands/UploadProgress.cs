using Causeway.Admin;
using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary>A file that is read to be sent, and says on a terminal how far that is, at most twice a second.</summary>
internal sealed class UploadProgress(Stream inner, long length, string name, TextWriter? terminal, TimeProvider time) : ForwardStream
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private long _read;
    private long _told = time.GetTimestamp();
    private bool _hasTold;

    public override long Length => length;

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        if (terminal is not null && ((_hasTold && read == 0) || time.GetElapsedTime(_told) >= s_pause))
        {
            (_told, _hasTold) = (time.GetTimestamp(), true);
            await terminal.WriteAsync($"\r{Printable.Of(name)}: {_read / Mebibyte:#,0} of {length / Mebibyte:#,0} MiB sent{(read == 0 ? "\n" : "")}");
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
