using System.Security.Cryptography;

namespace Causeway.Shadow.Import;

/// <summary>A stream that is read once, whose first bytes can be looked at before and whose digest is known at its end.</summary>
internal sealed class DigestingStream(Stream inner) : ForwardStream
{
    private const int HeadBytes = 4 * 1024;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _head = [];
    private int _taken;

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public async Task PeekAsync(CancellationToken cancellation)
    {
        byte[] head = new byte[HeadBytes];
        int length = await inner.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellation);
        _head = head[..length];
        _hash.AppendData(_head);
    }

    /// <summary>Reads what is left, and tells the digest of all.</summary>
    public async Task<byte[]> DigestAsync(CancellationToken cancellation)
    {
        byte[] rest = new byte[64 * 1024];
        while (await ReadAsync(rest, cancellation) > 0)
        {
        }

        return _hash.GetCurrentHash();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_taken < _head.Length)
        {
            int count = Math.Min(buffer.Length, _head.Length - _taken);
            _head.AsMemory(_taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }

        int read = await inner.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream that ends with an error when it is longer than a file may be: of a few bytes gzip makes many.</summary>
internal sealed class BoundedStream(Stream inner) : ForwardStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read > ImportLimits.MaxBytes ? throw new ImportException(1, $"begins a file of more than {ImportLimits.MaxBytes >> 30} GiB. Import shorter spans") : read;
    }
}
