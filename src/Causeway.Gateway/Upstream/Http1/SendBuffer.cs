using System.Buffers;
using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>Gathers what is sent, so that a small request is one write and a large one few; what is larger than the buffer is sent from where it is.</summary>
internal sealed class SendBuffer : IDisposable
{
    private const int Size = 16 * 1024;
    private const int MaxHead = 256 * 1024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Size);
    private int _length;

    /// <summary>Of a head, which is whole before anything is sent.</summary>
    /// <exception cref="HttpRequestException">The head is larger than any server takes.</exception>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Of a head: text that is ASCII already.</summary>
    public void Ascii(string text)
    {
        _ = Encoding.ASCII.GetBytes(text, Room(text.Length));
        _length += text.Length;
    }

    /// <summary>Sends what was gathered and a body.</summary>
    public async ValueTask SendAsync(Stream transport, SplicedBody? body, CancellationToken cancellation)
    {
        for (int i = 0; i < (body?.SegmentCount ?? 0); i++)
        {
            ReadOnlyMemory<byte> segment = body!.Segment(i);
            if (segment.Length > _bytes.Length - _length)
            {
                await FlushAsync(transport, cancellation);
            }

            if (segment.Length > _bytes.Length)
            {
                await transport.WriteAsync(segment, cancellation);
            }
            else
            {
                segment.Span.CopyTo(_bytes.AsSpan(_length));
                _length += segment.Length;
            }
        }

        await FlushAsync(transport, cancellation);
    }

    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private ValueTask FlushAsync(Stream transport, CancellationToken cancellation)
    {
        int length = _length;
        _length = 0;
        return length == 0 ? ValueTask.CompletedTask : transport.WriteAsync(_bytes.AsMemory(0, length), cancellation);
    }

    private Span<byte> Room(int length)
    {
        if (_length + length > _bytes.Length)
        {
            Grow(_length + length);
        }

        return _bytes.AsSpan(_length);
    }

    private void Grow(int needed)
    {
        if (needed > MaxHead)
        {
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The head of the request is too large.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
