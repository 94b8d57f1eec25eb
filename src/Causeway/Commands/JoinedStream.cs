using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary>Pieces behind one another, each opened when it is its turn.</summary>
/// <param name="pieces">What opens them.</param>
/// <param name="length">Bytes of all.</param>
internal sealed class JoinedStream(IReadOnlyList<Func<Stream>> pieces, long length) : ForwardStream
{
    private Stream? _piece;
    private int _next;

    public override long Length => length;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _piece?.Dispose();
        }

        base.Dispose(disposing);
    }
}
