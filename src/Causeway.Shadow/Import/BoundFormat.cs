namespace Causeway.Shadow.Import;

/// <summary>A format with the places of its columns in one file.</summary>
internal sealed class BoundFormat : BoundExport
{
    private readonly ExportFormat _format;
    private readonly ExportRecords _records;
    private readonly string _account;
    private readonly int[] _text;
    private readonly int[] _input;
    private readonly int[] _about;
    private readonly (int Time, int Time2, int Requests, int CacheRead, int Output, int Cost, int Credits) _at;
    private readonly decimal _scale;

    public BoundFormat(ExportFormat format, ExportRecords records, string account)
        : base(format, records)
    {
        _format = format;
        _records = records;
        _account = account;
        _text = [.. ((IEnumerable<string[]>)[format.Provider, format.Account, format.Project, format.Key, format.User, format.Model, format.Region, format.Item, format.Currency]).Select(Place)];
        _input = [.. format.Input.Select(Place).Where(column => column >= 0)];
        _about = [.. format.About.Select(Place).Where(column => column >= 0)];
        _at = (Place(format.Time), Place([.. format.Time.Skip(1)]), Place(format.Requests), Place(format.CacheRead), Place(format.Output), Place(format.Cost), Place(format.Credits));
        _scale = format.CostInHundredths.Any(name => records.Find(name) == _at.Cost && _at.Cost >= 0) ? 0.01m : 1m;
    }

    public override bool TryRead(out UsageLine line, out string? problem)
    {
        line = default;
        problem = null;
        if (!IsInference())
        {
            return false;
        }

        bool comma = _records.HasDecimalComma;
        string? moment = _records.Value(_at.Time) ?? _records.Value(_at.Time2);
        if (!ExportValues.TryTime(moment, out DateTimeOffset time))
        {
            problem = $"{_format.Time[0]} is {Said(moment)}, which is no time";
            return false;
        }

        long input = 0;
        foreach (int part in _input)
        {
            if (!ExportValues.TryCount(_records.Value(part), comma, out long count))
            {
                problem = $"{_records.Names.ElementAtOrDefault(part)} is {Said(_records.Value(part))}, which is no count";
                return false;
            }

            input += count;
        }

        if (!TryCount(_at.Requests, _format.Requests, out long requests, out problem) || !TryCount(_at.CacheRead, _format.CacheRead, out long cached, out problem) || !TryCount(_at.Output, _format.Output, out long output, out problem))
        {
            return false;
        }

        long? cost = null;
        if (_format.Cost.Length > 0)
        {
            long credits = 0;
            if (!ExportValues.TryNano(_records.Value(_at.Cost), comma, _scale, out long nano) || (_records.Value(_at.Credits) is { } off && !ExportValues.TryNano(off, comma, 1, out credits)))
            {
                problem = $"{_format.Cost[0]} is {Said(_records.Value(_at.Cost))}, which is no amount";
                return false;
            }

            cost = nano + credits;
        }

        string item = Text(7);
        string model = Text(5);
        if (_format.ItemHasModel && model.Length == 0 && item.IndexOf(',') is > 0 and int end)
        {
            model = Pooled(item[..end]);
        }

        string account = Text(1);
        line = new UsageLine(
            new UsageKey(
                DateOnly.FromDateTime(time.UtcDateTime), _format.Vendor ?? Pooled(ExportFormats.VendorOf(Text(0))), account.Length > 0 ? account : _account, Text(2), Text(3), Text(4), model, Text(6), item,
                cost is null ? "" : Text(8) is { Length: > 0 } currency ? Pooled(currency.ToUpperInvariant()) : "USD"),
            new UsageSum(requests, input, cached, output, 0, cost));
        return true;
    }

    private bool TryCount(int column, string[] names, out long count, out string? problem)
    {
        problem = null;
        if (ExportValues.TryCount(_records.Value(column), _records.HasDecimalComma, out count))
        {
            return true;
        }

        problem = $"{names[0]} is {Said(_records.Value(column))}, which is no count";
        return false;
    }

    private bool IsInference()
    {
        if (_format.Inference.Length == 0)
        {
            return true;
        }

        foreach (int column in _about)
        {
            if (_records.Value(column) is { } text && _format.Inference.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    private string Text(int field) => _records.Value(_text[field]) is { } text ? Pooled(text) : "";
}
