using System.Buffers;

namespace Causeway.Gateway.Flow;

/// <summary>A body in pooled memory that grows as bytes arrive, not as its length is announced.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstRent = 64 * 1024;
    private byte[]? _bytes;

    public PooledBody(int announced) => _bytes = ArrayPool<byte>.Shared.Rent(Math.Clamp(announced, 1024, FirstRent));

    /// <summary>A body of bytes that are there.</summary>
    public static PooledBody Of(byte[] bytes)
    {
        var body = new PooledBody(bytes.Length);
        body.Append(new ReadOnlySequence<byte>(bytes));
        return body;
    }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Append(in ReadOnlySequence<byte> more)
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        int needed = Length + (int)more.Length;
        if (needed > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        more.CopyTo(_bytes.AsSpan(Length));
        Length = needed;
    }

    public void Dispose()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
