using System.Globalization;

namespace Causeway.Shadow.Import;

/// <summary>A log with the places of its columns in one file: calls to vendors' hosts, or look-ups of their names, counted by day, host, client and what the client calls itself.</summary>
internal sealed class BoundLog : BoundExport
{
    private readonly ExportFormat _format;
    private readonly ExportRecords _records;
    private readonly string _account;
    private readonly string _file;
    private readonly IReadOnlySet<string> _excluded;
    private readonly int[] _bytes;
    private readonly (int Time, int Host, int Client, int Agent) _at;
    private readonly Dictionary<string, string?> _vendors = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="format">The log.</param>
    /// <param name="records">Its records.</param>
    /// <param name="account">Where it was written: a proxy's or resolver's name.</param>
    /// <param name="file">The name of the file: lines of one file take the place of those that a file of this name gave before.</param>
    /// <param name="excluded">Clients that are Causeway itself.</param>
    public BoundLog(ExportFormat format, ExportRecords records, string account, string file, IReadOnlySet<string> excluded)
        : base(format, records)
    {
        (_format, _records, _account, _file, _excluded) = (format, records, account, file, excluded);
        _bytes = [.. format.Bytes.Select(Place).Where(column => column >= 0)];
        _at = (Place(format.Time), Place(format.Item), Place(format.User), Place(format.Key));
    }

    public override bool TryRead(out UsageLine line, out string? problem)
    {
        line = default;
        problem = null;
        string? host = HostOf(_records.Value(_at.Host));
        string client = AddressOf(_records.Value(_at.Client) ?? "");
        if (host is null || VendorHosts.Shipped.VendorOf(host, _vendors) is not { } vendor || _excluded.Contains(client))
        {
            return false;
        }

        string? moment = _records.Value(_at.Time);
        if (!TryTime(moment, out DateTimeOffset time))
        {
            problem = $"{_format.Time[0]} is {Said(moment)}, which is no time";
            return false;
        }

        long bytes = 0;
        foreach (int column in _bytes)
        {
            bytes += ExportValues.TryCount(_records.Value(column), false, out long count) ? Math.Min(count, long.MaxValue / 4) : 0;
        }

        string agent = _records.Value(_at.Agent) is { } said ? Pooled(said.Split(' ')[0]) : "";
        line = new UsageLine(
            new UsageKey(DateOnly.FromDateTime(time.UtcDateTime), vendor, _account, _file, agent, Pooled(client), "", "", Pooled(host.ToLowerInvariant()), ""),
            new UsageSum(1, 0, 0, 0, bytes, null));
        return true;
    }

    // A name, a name with a port, an address of a page, or a name with a dot at its end.
    private static string? HostOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        ReadOnlySpan<char> host = scheme < 0 ? text : text.AsSpan(scheme + 3);
        int end = host.IndexOfAny('/', ':', '?');
        host = (end < 0 ? host : host[..end]).TrimEnd('.');
        return host.Length is > 0 and < 254 ? host.ToString() : null;
    }

    // 10.0.0.5:49152 is 10.0.0.5; an address of IPv6 has more than one colon.
    private static string AddressOf(string text) => text.Count(one => one == ':') == 1 ? text[..text.IndexOf(':', StringComparison.Ordinal)] : text;

    private static bool TryTime(string? text, out DateTimeOffset time)
    {
        // Squid and Zeek write seconds with decimals.
        if (text is not null && text.Contains('.', StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < 253_402_300_799m)
        {
            time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
            return true;
        }

        return ExportValues.TryTime(text, out time);
    }
}
