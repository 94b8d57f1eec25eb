using System.Text;

namespace Causeway.Shadow.Import;

/// <summary>Records of logs that are lines of text: Squid's own form, Envoy's default form, Zeek's columns.</summary>
public sealed class LineRecords(Stream input, LineForm form) : ExportRecords
{
    private const string ZeekFields = "#fields\t";
    private static readonly string[] s_squid = ["time", "elapsed", "client", "code", "bytes", "method", "url", "user", "peer", "type"];
    private static readonly string[] s_envoy =
        ["start_time", "request", "response_code", "response_flags", "bytes_received", "bytes_sent", "duration", "upstream_time", "x_forwarded_for", "user_agent", "request_id", "authority", "upstream_host"];

    private readonly StreamReader _reader = new(input, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
    private string _text = "";
    private Range[] _fields = new Range[64];
    private int _count;
    private long _line;

    /// <summary>The form that the first bytes of a log have; null: none of these.</summary>
    public static LineForm? FormOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("#separator"u8) || head.StartsWith("#fields"u8))
        {
            return LineForm.Zeek;
        }

        string first = Encoding.UTF8.GetString(head[..Math.Max(0, head.IndexOf((byte)'\n'))]);
        var ranges = new Range[16];
        if (first.StartsWith("[20", StringComparison.Ordinal) && first.Contains("] \"", StringComparison.Ordinal))
        {
            return LineForm.Envoy;
        }

        int fields = Split(first, ranges);
        return fields >= 9 && first[ranges[3]].Contains('/', StringComparison.Ordinal) && first[ranges[0]].Contains('.', StringComparison.Ordinal) && double.TryParse(first[ranges[0]], System.Globalization.CultureInfo.InvariantCulture, out _)
            ? LineForm.Squid
            : null;
    }

    /// <inheritdoc/>
    public override async ValueTask OpenAsync(CancellationToken cancellation)
    {
        if (form != LineForm.Zeek)
        {
            SetNames(form == LineForm.Squid ? s_squid : s_envoy);
            return;
        }

        while (await LineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(ZeekFields, StringComparison.Ordinal))
            {
                SetNames(line[ZeekFields.Length..].Split('\t'));
                return;
            }
        }

        throw new ImportException(_line, "ends before #fields");
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        while (await LineAsync(cancellation) is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            (_text, Line) = (line, _line);
            _count = form switch
            {
                LineForm.Zeek => line.AsSpan().Split(_fields, '\t'),
                LineForm.Squid => Split(line, _fields),
                _ => Quoted(line, _fields),
            };
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string? Value(int column)
    {
        if (column < 0 || column >= _count)
        {
            return null;
        }

        string value = _text[_fields[column]];
        return value is "" or "-" or "(empty)" ? null : value;
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    private async ValueTask<string?> LineAsync(CancellationToken cancellation)
    {
        string? line = await _reader.ReadLineAsync(cancellation);
        _line++;
        if (line?.Length > MaxRecordBytes)
        {
            throw new ImportException(_line, $"is longer than {MaxRecordBytes / 1024} KiB");
        }

        if (_fields.Length < Names.Count)
        {
            Array.Resize(ref _fields, Names.Count + 1);
        }

        return line;
    }

    private static int Split(string line, Range[] fields) => line.AsSpan().SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries);

    // Fields between blanks; brackets and quotes hold blanks together.
    private static int Quoted(string line, Range[] fields)
    {
        int count = 0;
        for (int at = 0; at < line.Length && count < fields.Length; at++)
        {
            if (line[at] == ' ')
            {
                continue;
            }

            char close = line[at] switch { '[' => ']', '"' => '"', _ => ' ' };
            int start = close == ' ' ? at : at + 1;
            int end = line.IndexOf(close, start);
            end = end < 0 ? line.Length : end;
            fields[count++] = start..end;
            at = close == ' ' ? end - 1 : end;
        }

        return count;
    }
}

/// <summary>A form of log lines.</summary>
public enum LineForm
{
    /// <summary>Squid's native access log.</summary>
    Squid,

    /// <summary>Envoy's default access log.</summary>
    Envoy,

    /// <summary>Zeek's tab-separated columns.</summary>
    Zeek,
}
