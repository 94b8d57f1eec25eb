using System.Runtime.CompilerServices;
using Causeway.Wire.Http1;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>
/// A response's body, read from the socket straight into the reader's memory, where the chunks' framing is taken out: no copy, no buffer and, once warm, no allocation
/// while it is waited for. The connection is free again when the last byte was read; disposed of before, it is closed, which every server understands as a cancellation.
/// </summary>
internal sealed class Http1Body : Stream
{
    private Http1Connection? _connection;
    private BodyLength _length;
    private ChunkedDecoder _chunks;
    private long _left;
    private bool _keeps;
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Begins behind a head.</summary>
    /// <param name="connection">Where the body comes from.</param>
    /// <param name="length">How its end is told.</param>
    /// <param name="count">Bytes of a counted one.</param>
    /// <param name="keeps">Whether another response may follow on the connection.</param>
    /// <param name="start">Where the body begins in what was received with the head.</param>
    /// <param name="end">Where that ends.</param>
    public void Begin(Http1Connection connection, BodyLength length, long count, bool keeps, int start, int end)
    {
        (_connection, _length, _left, _keeps, _start, _end) = (connection, length, count, keeps, start, end);
        if (length == BodyLength.None)
        {
            _keeps &= start == end;
            End();
        }
        else if (start == end)
        {
            connection.ReturnHead();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_connection is { } connection && !buffer.IsEmpty)
        {
            if (_start == _end)
            {
                return ReceiveAsync(connection, buffer, cancellationToken);
            }

            if (TakeEarly(connection, buffer.Span) is > 0 and int taken)
            {
                return new ValueTask<int>(taken);
            }
        }

        return new ValueTask<int>(0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing on this path blocks.");

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
            _keeps = false;
            End();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Http1Connection connection, Memory<byte> buffer, CancellationToken cancellation)
    {
        bool succeeded = false;
        try
        {
            int taken = 0;
            while (taken == 0 && _connection is not null)
            {
                Memory<byte> room = _length == BodyLength.Counted && _left < buffer.Length ? buffer[..(int)_left] : buffer;
                int read = await connection.ReadAsync(room, cancellation);
                taken = read > 0 ? Take(room.Span[..read]) : Closed();
            }

            succeeded = true;
            return taken;
        }
        finally
        {
            if (!succeeded)
            {
                Dispose();
            }
        }
    }

    private int TakeEarly(Http1Connection connection, Span<byte> room)
    {
        int count = Math.Min(room.Length, _end - _start);
        if (_length == BodyLength.Counted)
        {
            count = (int)Math.Min(count, _left);
            _keeps &= _left >= _end - _start;
        }

        connection.Early.Slice(_start, count).CopyTo(room);
        _start += count;
        int taken = Take(room[..count]);
        if (_start == _end && _connection is not null)
        {
            connection.ReturnHead();
        }

        return taken;
    }

    private int Take(Span<byte> bytes)
    {
        switch (_length)
        {
            case BodyLength.Chunked:
                if (!_chunks.TryDecode(bytes, out int length))
                {
                    throw new HttpIOException(HttpRequestError.InvalidResponse, "The body's chunks are broken.");
                }

                if (_chunks.IsEnded)
                {
                    _keeps &= _chunks.Surplus == 0 && _start == _end;
                    End();
                }

                return length;
            case BodyLength.Counted:
                if ((_left -= bytes.Length) == 0)
                {
                    End();
                }

                return bytes.Length;
            default:
                return bytes.Length;
        }
    }

    private int Closed()
    {
        if (_length != BodyLength.UntilClose)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection ended within the body.");
        }

        _keeps = false;
        End();
        return 0;
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
        {
            return;
        }

        if (_keeps)
        {
            connection.Release();
        }
        else
        {
            connection.Dispose();
        }
    }
}
