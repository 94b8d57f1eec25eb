namespace Causeway.Shadow.Import;

/// <summary>A format with the places of its columns in one file.</summary>
internal abstract class BoundExport(ExportFormat format, ExportRecords records)
{
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);

    /// <summary>Columns that the format knows and the file has not: the first name of each.</summary>
    public IEnumerable<string> Missing => format.Columns.Where(names => Place(names) < 0).Select(names => names[0]);

    /// <summary>Whether the format makes nothing of a column of the file.</summary>
    public bool IsUnknown(string name) => !format.Columns.Concat(format.About).Append(format.Credits).Any(names => names.Any(known => ExportRecords.Bare(known) == ExportRecords.Bare(name)));

    /// <summary>Columns of the file that something is made of.</summary>
    public IEnumerable<int> Read => format.Columns.Concat(format.About).Append(format.Credits).SelectMany(names => names).Select(records.Find).Where(column => column >= 0);

    /// <summary>Reads the record.</summary>
    /// <param name="line">The line, when it is of inference and right.</param>
    /// <param name="problem">What is wrong with it; null: nothing.</param>
    /// <returns>False: it is not of inference, or wrong.</returns>
    public abstract bool TryRead(out UsageLine line, out string? problem);

    protected int Place(string[] names)
    {
        foreach (string name in names)
        {
            if (records.Find(name) is >= 0 and int column)
            {
                return column;
            }
        }

        return -1;
    }

    // The same few texts stand in every record; those that are kept are kept once, and none is longer than a name can be.
    protected string Pooled(string text)
    {
        text = text.Length > ImportLimits.MaxText ? text[..ImportLimits.MaxText] : text;
        if (_pool.TryGetValue(text, out string? same))
        {
            return same;
        }

        if (_pool.Count < ImportLimits.MaxPooled)
        {
            _pool.Add(text, text);
        }

        return text;
    }

    protected static string Said(string? text) => text is null ? "empty" : text.Length > 40 ? $"\"{text[..40]}…\"" : $"\"{text}\"";
}
