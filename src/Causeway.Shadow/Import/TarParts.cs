using System.Text;

namespace Causeway.Shadow.Import;

/// <summary>The files of an archive as tar writes it (POSIX ustar), one after another. What is no file, and what begins with a point or an underscore, is passed over.</summary>
/// <param name="archive">The archive.</param>
internal sealed class TarParts(Stream archive) : IDisposable
{
    private const int BlockBytes = 512;
    private const int MagicAt = 257;
    private readonly byte[] _header = new byte[BlockBytes];
    private PartStream _content = new(archive, 0);
    private long _padding;

    /// <summary>What the file holds.</summary>
    public Stream Content => _content;

    /// <summary>Whether an archive begins so.</summary>
    public static bool IsTar(ReadOnlySpan<byte> head) => head.Length >= BlockBytes && head[MagicAt..].StartsWith("ustar"u8);

    /// <summary>Goes to the next file.</summary>
    /// <returns>Its name; null: there is none.</returns>
    /// <exception cref="ImportException">The archive is damaged.</exception>
    public async ValueTask<string?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _content.EndAsync(_padding, cancellation);
            _padding = 0;
            int read = await archive.ReadAtLeastAsync(_header, BlockBytes, throwOnEndOfStream: false, cancellation);
            if (read == 0 || (read == BlockBytes && !_header.AsSpan().ContainsAnyExcept((byte)0)))
            {
                return null;
            }

            if (read < BlockBytes || !IsTar(_header) || !TrySize(_header.AsSpan(124, 12), out long size))
            {
                throw new ImportException(1, "begins an archive (tar) that is damaged");
            }

            _content = new PartStream(archive, size);
            _padding = (BlockBytes - (size % BlockBytes)) % BlockBytes;
            string name = Text(_header.AsSpan(0, 100));
            name = name[(name.LastIndexOf('/') + 1)..];
            if (_header[156] is 0 or (byte)'0' && size > 0 && name.Length > 0 && name[0] is not ('.' or '_'))
            {
                return name;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.IndexOf((byte)0) is >= 0 and int end ? bytes[..end] : bytes);

    // Octal digits; what is larger than eleven of them is larger than a file may be.
    private static bool TrySize(ReadOnlySpan<byte> bytes, out long size)
    {
        size = 0;
        foreach (byte one in bytes.Trim(" \0"u8))
        {
            if (one is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            size = (size * 8) + (one - '0');
        }

        return true;
    }

    /// <summary>The next bytes of a stream, as many as are said.</summary>
    private sealed class PartStream(Stream inner, long left) : ForwardStream
    {
        private long _left = left;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 || buffer.Length == 0)
            {
                return 0;
            }

            int read = await inner.ReadAsync(buffer[..(int)Math.Min(_left, buffer.Length)], cancellationToken);
            _left -= read;
            return read > 0 ? read : throw new ImportException(1, "begins an archive (tar) that breaks off");
        }

        // What nobody read of it, and what fills its last block.
        public async ValueTask EndAsync(long padding, CancellationToken cancellation)
        {
            _left += padding;
            byte[] rest = _left == 0 ? [] : new byte[64 * 1024];
            while (_left > 0 && await ReadAsync(rest, cancellation) > 0)
            {
            }
        }
    }
}
