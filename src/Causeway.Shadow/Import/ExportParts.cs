using System.IO.Compression;
using System.Runtime.CompilerServices;
using Causeway.Shadow.Import.Parquet;

namespace Causeway.Shadow.Import;

/// <summary>A part of an export.</summary>
/// <param name="Name">Its name; null: the export is one file.</param>
/// <param name="Records">What it holds.</param>
internal sealed record ExportPart(string? Name, ExportRecords Records)
{
    /// <summary>Says which part a failure is of.</summary>
    public ImportException Named(ImportException failure) => Name is null ? failure : Named(Name, failure);

    /// <summary>The same of a part that could not be opened.</summary>
    public static ImportException Named(string name, ImportException failure) => new(failure.Line, $"of {name} {failure.Message}");
}

/// <summary>Opens what comes: by its first bytes it is told apart, not by its name.</summary>
internal static class ExportParts
{
    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    /// <summary>Opens one part after another. Each is read to its end before the next is asked for.</summary>
    /// <param name="input">What comes.</param>
    /// <param name="spool">Makes a place for a part that cannot be read forward.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ImportException">It cannot be opened.</exception>
    public static async IAsyncEnumerable<ExportPart> ReadAsync(DigestingStream input, Func<Stream> spool, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await input.PeekAsync(cancellation);
        if (!TarParts.IsTar(input.Head))
        {
            yield return new ExportPart(null, await OpenAsync(input, spool, cancellation));
            yield break;
        }

        using TarParts parts = new(new BoundedStream(input));
        for (int count = 1; await parts.NextAsync(cancellation) is { } name; count++)
        {
            if (count > ImportLimits.MaxParts)
            {
                throw new ImportException(1, $"begins an archive of more than {ImportLimits.MaxParts:#,0} files. Import shorter spans");
            }

            DigestingStream part = new(parts.Content);
            await part.PeekAsync(cancellation);
            ExportRecords records;
            try
            {
                records = await OpenAsync(part, spool, cancellation);
            }
            catch (ImportException failure)
            {
                throw ExportPart.Named(name, failure);
            }

            yield return new ExportPart(name, records);
        }
    }

    private static async Task<ExportRecords> OpenAsync(DigestingStream input, Func<Stream> spool, CancellationToken cancellation)
    {
        if (!input.Head.StartsWith(Gzip))
        {
            return await ReadingAsync(input.Head.ToArray(), new BoundedStream(input), spool, cancellation);
        }

        var unpacked = new DigestingStream(new BoundedStream(new GZipStream(input, CompressionMode.Decompress)));
        try
        {
            await unpacked.PeekAsync(cancellation);
            return await ReadingAsync(unpacked.Head.ToArray(), unpacked, spool, cancellation);
        }
        catch (InvalidDataException failure)
        {
            throw new ImportException(1, $"cannot be unpacked: {failure.Message}");
        }
    }

    private static async Task<ExportRecords> ReadingAsync(byte[] head, Stream input, Func<Stream> spool, CancellationToken cancellation)
    {
        if (head.AsSpan().StartsWith(ParquetRecords.Mark))
        {
            return new ParquetRecords(await SpooledAsync(input, spool, cancellation));
        }

        return head.AsSpan().StartsWith("PARE"u8) ? throw new ImportException(1, "begins an encrypted Parquet file, which is not read. Export it without encryption") : Reading(head, input);
    }

    // What describes a Parquet file stands at its end: it is kept until it is read.
    private static async Task<Stream> SpooledAsync(Stream input, Func<Stream> spool, CancellationToken cancellation)
    {
        Stream place;
        try
        {
            place = spool();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unkept(failure);
        }

        try
        {
            byte[] buffer = new byte[128 * 1024];
            for (int read; (read = await input.ReadAsync(buffer, cancellation)) > 0;)
            {
                if (place.Length + read > ImportLimits.MaxSpooled)
                {
                    throw new ImportException(1, $"begins a Parquet file of more than {ImportLimits.MaxSpooled >> 30} GiB. Import shorter spans, or the parts of it");
                }

                try
                {
                    await place.WriteAsync(buffer.AsMemory(0, read), cancellation);
                }
                catch (IOException failure)
                {
                    throw Unkept(failure);
                }
            }

            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    private static ImportException Unkept(Exception failure) => new(1, $"begins a Parquet file that cannot be kept while it is read: {failure.Message.TrimEnd('.')}. Give the server's temporary folder (TMPDIR) more room");

    private static ExportRecords Reading(ReadOnlySpan<byte> head, Stream input)
    {
        head = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        head = head.TrimStart(" \t\r\n"u8);
        return head.Length > 0 && head[0] is (byte)'{' or (byte)'[' && LineRecords.FormOf(head) is null ? new JsonRecords(input)
            : LineRecords.FormOf(head) is { } form ? new LineRecords(input, form)
            : new CsvRecords(input);
    }
}
