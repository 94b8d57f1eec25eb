using System.IO.Compression;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>A page, unpacked.</summary>
/// <param name="Header">What it says of itself.</param>
/// <param name="Bytes">Its levels and values.</param>
internal sealed record ParquetPage(PageHeader Header, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads pages from their places in a file. No more of them is held at a time than <see cref="MaxHeld"/>.</summary>
/// <param name="file">The file, which can be read anywhere.</param>
internal sealed class ParquetPages(Stream file)
{
    /// <summary>Bytes of a page, packed and not.</summary>
    public const int MaxPage = 64 * 1024 * 1024;

    /// <summary>Values of a page.</summary>
    public const int MaxValues = 8 * 1024 * 1024;

    /// <summary>Bytes of all pages and dictionaries that are held at a time.</summary>
    public const long MaxHeld = 256L * 1024 * 1024;

    private const int FirstHeader = 16 * 1024;
    private const int MaxHeader = 4 * 1024 * 1024;

    private long _held;

    /// <summary>Counts what is held.</summary>
    /// <param name="bytes">Bytes more; below 0: fewer.</param>
    /// <exception cref="InvalidDataException">That is more than is held at a time.</exception>
    public void Hold(long bytes)
    {
        _held += bytes;
        if (_held > MaxHeld)
        {
            throw new InvalidDataException($"its pages need more than {MaxHeld >> 20} MiB at a time. Write it with smaller row groups or pages");
        }
    }

    /// <summary>Reads a page.</summary>
    /// <param name="leaf">Its column.</param>
    /// <param name="codec">How it is packed.</param>
    /// <param name="place">Where it begins; then where it ends.</param>
    /// <param name="end">Where the column's pages end.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async ValueTask<(ParquetPage Page, long Next)> ReadAsync(ParquetLeaf leaf, Codec codec, long place, long end, CancellationToken cancellation)
    {
        (PageHeader header, int length) = await HeaderAsync(leaf, place, end, cancellation);
        if (header.Packed > end - place - length || header.Packed > MaxPage || header.Unpacked > MaxPage || header.Values > MaxValues)
        {
            throw new InvalidDataException($"a page of column {leaf.Name} is larger than its column, or than {MaxPage >> 20} MiB or {MaxValues:#,0} values. Write it with smaller pages");
        }

        byte[] packed = new byte[header.Packed];
        await FillAsync(place + length, packed, cancellation);
        if (header.Checksum is { } checksum && Crc32.Of(packed) != checksum)
        {
            throw new InvalidDataException($"a page of column {leaf.Name} is damaged: its checksum is another");
        }

        return (new ParquetPage(header, Unpack(leaf, codec, header, packed)), place + length + header.Packed);
    }

    /// <summary>Reads bytes from a place.</summary>
    public async ValueTask FillAsync(long place, Memory<byte> bytes, CancellationToken cancellation)
    {
        file.Position = place;
        try
        {
            await file.ReadExactlyAsync(bytes, cancellation);
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("it breaks off", end);
        }
    }

    private async ValueTask<(PageHeader Header, int Length)> HeaderAsync(ParquetLeaf leaf, long place, long end, CancellationToken cancellation)
    {
        for (int size = FirstHeader; ; size *= 16)
        {
            byte[] bytes = new byte[Math.Max(0, Math.Min(size, Math.Min(end, file.Length) - place))];
            await FillAsync(place, bytes, cancellation);
            try
            {
                return PageHeader.Read(bytes);
            }
            catch (ThriftEndException) when (bytes.Length == size && size < MaxHeader)
            {
                // Statistics make it long.
            }
            catch (ThriftEndException broken)
            {
                throw new InvalidDataException($"a page of column {leaf.Name} breaks off", broken);
            }
        }
    }

    private static ReadOnlyMemory<byte> Unpack(ParquetLeaf leaf, Codec codec, PageHeader header, byte[] packed)
    {
        if (codec == Codec.None || !header.IsPacked)
        {
            return packed;
        }

        // Levels of the second kind of page are never packed.
        int levels = header.LevelBytes;
        if (levels > packed.Length || levels > header.Unpacked)
        {
            throw new InvalidDataException($"a page of column {leaf.Name} is damaged");
        }

        byte[] bytes = new byte[header.Unpacked];
        packed.AsSpan(0, levels).CopyTo(bytes);
        Span<byte> values = bytes.AsSpan(levels);
        switch (codec)
        {
            case Codec.Snappy:
                Snappy.Unpack(packed.AsSpan(levels), values);
                break;
            case Codec.Gzip:
                using (GZipStream gzip = new(new MemoryStream(packed, levels, packed.Length - levels), CompressionMode.Decompress))
                {
                    if (gzip.ReadAtLeast(values, values.Length, throwOnEndOfStream: false) < values.Length || gzip.ReadByte() >= 0)
                    {
                        throw new InvalidDataException($"a page of column {leaf.Name} has not the length that it says");
                    }
                }

                break;
            case Codec.Brotli:
                if (!BrotliDecoder.TryDecompress(packed.AsSpan(levels), values, out int written) || written != values.Length)
                {
                    throw new InvalidDataException($"a page of column {leaf.Name} has not the length that it says");
                }

                break;
            default:
                throw new InvalidDataException($"column {leaf.Name} is packed with {Name(codec)}, which is not read. Write it with Snappy, gzip, Brotli, or not packed");
        }

        return bytes;
    }

    private static string Name(Codec codec) => codec switch
    {
        Codec.Lzo => "LZO",
        Codec.Lz4 or Codec.Lz4Raw => "LZ4",
        Codec.Zstd => "Zstandard",
        _ => $"codec {(int)codec}",
    };
}
