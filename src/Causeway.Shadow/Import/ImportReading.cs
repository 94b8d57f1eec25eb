using System.Runtime.InteropServices;

namespace Causeway.Shadow.Import;

/// <summary>Adds up what the parts of an export say. All are of one format.</summary>
/// <param name="asked">What is known of it.</param>
internal sealed class ImportReading(ImportAsked asked)
{
    private readonly Dictionary<UsageKey, UsageSum> _sums = [];
    private readonly List<RejectedRecord> _rejected = [];
    private readonly HashSet<string> _missing = [];
    private readonly HashSet<string> _unknown = [];
    private ExportFormat? _format = asked.Format;
    private long _records;
    private long _other;
    private long _wrong;

    /// <summary>Reads a part to its end.</summary>
    /// <param name="part">Its name, where there are several.</param>
    /// <param name="records">Its records.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task ReadAsync(string? part, ExportRecords records, CancellationToken cancellation)
    {
        await records.OpenAsync(cancellation);
        ExportFormat format = FormatOf(records);
        BoundExport bound = format.IsLog ? new BoundLog(format, records, asked.Account, asked.File, asked.ExcludedClients) : new BoundFormat(format, records, asked.Account);
        records.Reads(bound.Read);
        while (await records.NextAsync(cancellation))
        {
            _records++;
            if (bound.TryRead(out UsageLine line, out string? problem))
            {
                Add(line, records.Line);
            }
            else if (problem is null)
            {
                _other++;
            }
            else if (_wrong++ < ImportLimits.MaxRejected)
            {
                _rejected.Add(new RejectedRecord(records.Line, part is null ? problem : $"{part}: {problem}"));
            }
        }

        _missing.UnionWith(bound.Missing);
        _unknown.UnionWith(records.Names.Where(bound.IsUnknown));
    }

    /// <summary>What all of them say.</summary>
    /// <param name="digest">SHA-256 of the bytes as they came.</param>
    public ImportFile End(byte[] digest) => new(
        _format ?? throw new ImportException(1, "holds no part that could be read"), digest, [.. _sums.Select(pair => new UsageLine(pair.Key, pair.Value))], _records, _other, _wrong, _rejected, [.. _missing], [.. _unknown.Take(100)]);

    private ExportFormat FormatOf(ExportRecords records)
    {
        _format ??= ExportFormats.All.FirstOrDefault(known => known.Recognises(records)) ?? throw Unrecognised(records);
        return _format.Recognises(records)
            ? _format
            : throw new ImportException(records.Line, $"has not the columns of {_format.Name} ({string.Join(", or ", _format.Marks.Select(set => string.Join(" and ", set)))}); it has {Listed(records.Names)}");
    }

    private void Add(in UsageLine line, long at)
    {
        ref UsageSum sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, line.Key, out bool exists);
        if (!exists && _sums.Count > ImportLimits.MaxLines)
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

    private static ImportException Unrecognised(ExportRecords records) => new(
        records.Line, $"has columns of no export that is known: {Listed(records.Names)}. Known are {string.Join(", ", ExportFormats.All.Select(format => format.Name))}");

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(12).Select(name => name.Length > 40 ? name[..40] : name)) + (names.Count > 12 ? ", …" : "");
}
