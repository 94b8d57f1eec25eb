using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Causeway.Shadow.Import;

/// <summary>What a file says, read but not yet taken into the books.</summary>
/// <param name="Format">What it is.</param>
/// <param name="Digest">SHA-256 of its bytes as they came.</param>
/// <param name="Lines">What it says, added up.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Other">Those that are not of inference.</param>
/// <param name="RejectedCount">Those that are wrong.</param>
/// <param name="Rejected">The first of those, with their lines.</param>
/// <param name="Missing">Columns that were expected and are not there.</param>
/// <param name="Unknown">Columns that nothing is made of.</param>
public sealed record ImportFile(
    ExportFormat Format,
    byte[] Digest,
    IReadOnlyList<UsageLine> Lines,
    long Records,
    long Other,
    long RejectedCount,
    IReadOnlyList<RejectedRecord> Rejected,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unknown)
{
    /// <summary>Reads a file to its end: CSV, JSON or JSON Lines, as it is or packed with gzip. Needs memory for its lines, not for its records.</summary>
    /// <param name="input">The file.</param>
    /// <param name="asked">What is known of it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImportException">It is no export that is known, or cannot be read to its end.</exception>
    public static async Task<ImportFile> ReadAsync(Stream input, ImportAsked asked, CancellationToken cancellation)
    {
        await using var digested = new DigestingStream(input);
        using ExportRecords records = await OpenAsync(digested, cancellation);
        await records.OpenAsync(cancellation);
        ExportFormat format = asked.Format is not { } given
            ? ExportFormats.All.FirstOrDefault(known => known.Recognises(records)) ?? throw Unrecognised(records)
            : given.Recognises(records) ? given : throw new ImportException(1, $"has not the columns of {given.Name} ({string.Join(", or ", given.Marks.Select(set => string.Join(" and ", set)))}); it has {Listed(records.Names)}");
        BoundExport bound = format.IsLog ? new BoundLog(format, records, asked.Account, asked.File, asked.ExcludedClients) : new BoundFormat(format, records, asked.Account);
        Dictionary<UsageKey, UsageSum> sums = [];
        List<RejectedRecord> rejected = [];
        (long read, long other, long wrong) = (0, 0, 0);
        try
        {
            while (await records.NextAsync(cancellation))
            {
                read++;
                if (bound.TryRead(out UsageLine line, out string? problem))
                {
                    Add(sums, line, records.Line);
                }
                else if (problem is null)
                {
                    other++;
                }
                else if (wrong++ < ImportLimits.MaxRejected)
                {
                    rejected.Add(new RejectedRecord(records.Line, problem));
                }
            }
        }
        catch (InvalidDataException failure)
        {
            throw new ImportException(records.Line, $"cannot be unpacked: {failure.Message}");
        }

        return new ImportFile(
            format, await digested.DigestAsync(cancellation), [.. sums.Select(pair => new UsageLine(pair.Key, pair.Value))], read, other, wrong, rejected, [.. bound.Missing], [.. records.Names.Where(bound.IsUnknown).Take(100)]);
    }

    private static void Add(Dictionary<UsageKey, UsageSum> sums, in UsageLine line, long at)
    {
        ref UsageSum sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, line.Key, out bool exists);
        if (!exists && sums.Count > ImportLimits.MaxLines)
        {
            throw new ImportException(at, $"is one too many: the file tells more than {ImportLimits.MaxLines} combinations of day, project, key, model and item apart. Import shorter spans");
        }

        try
        {
            sum = exists ? sum + line.Sum : line.Sum;
        }
        catch (OverflowException)
        {
            throw new ImportException(at, "makes a sum that is more than can be counted");
        }
    }

    private static async Task<ExportRecords> OpenAsync(DigestingStream input, CancellationToken cancellation)
    {
        await input.PeekAsync(cancellation);
        if (input.Head.StartsWith("PAR1"u8))
        {
            throw new ImportException(1, "is Parquet, which is not read. Export CSV or JSON, packed with gzip if it is large");
        }

        if (!input.Head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return Reading(input.Head, new BoundedStream(input));
        }

        var unpacked = new DigestingStream(new BoundedStream(new GZipStream(input, CompressionMode.Decompress)));
        try
        {
            await unpacked.PeekAsync(cancellation);
        }
        catch (InvalidDataException failure)
        {
            throw new ImportException(1, $"cannot be unpacked: {failure.Message}");
        }

        return Reading(unpacked.Head, unpacked);
    }

    private static ExportRecords Reading(ReadOnlySpan<byte> head, Stream input)
    {
        head = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        head = head.TrimStart(" \t\r\n"u8);
        return head.Length > 0 && head[0] is (byte)'{' or (byte)'[' && LineRecords.FormOf(head) is null ? new JsonRecords(input)
            : LineRecords.FormOf(head) is { } form ? new LineRecords(input, form)
            : new CsvRecords(input);
    }

    private static ImportException Unrecognised(ExportRecords records) => new(
        records.Line, $"has columns of no export that is known: {Listed(records.Names)}. Known are {string.Join(", ", ExportFormats.All.Select(format => format.Name))}");

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(12).Select(name => name.Length > 40 ? name[..40] : name)) + (names.Count > 12 ? ", …" : "");
}

/// <summary>A record that cannot be taken.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record RejectedRecord(long Line, string Problem);
