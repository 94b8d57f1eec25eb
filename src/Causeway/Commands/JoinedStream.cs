namespace Causeway.Commands;

/// <summary>Pieces behind one another, each opened when it is its turn.</summary>
/// <param name="pieces">What opens them.</param>
/// <param name="length">Bytes of all.</param>
internal sealed class JoinedStream(IReadOnlyList<Func<Stream>> pieces, long length) : Stream
{
    private Stream? _piece;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece is not null || _next < pieces.Count)
        {
            _piece ??= pieces[_next++]();
            int read = await _piece.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                return read;
            }

            await _piece.DisposeAsync();
            _piece = null;
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read without blocking only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _piece?.Dispose();
        }

        base.Dispose(disposing);
    }
}
