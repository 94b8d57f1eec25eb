using System.Text;

namespace Causeway.Shadow.Import;

/// <summary>Records of a file whose fields are separated by commas, semicolons or tabs (RFC 4180, with what spreadsheets do to it).</summary>
public sealed class CsvRecords(Stream input) : ExportRecords
{
    private const byte Quote = (byte)'"';
    private readonly RecordBuffer _buffer = new(input);
    private (int Start, int Length, bool Quoted)[] _fields = new (int, int, bool)[64];
    private int _count;
    private byte _separator;
    private long _nextLine = 1;

    /// <inheritdoc/>
    public override async ValueTask OpenAsync(CancellationToken cancellation)
    {
        await FillAsync(cancellation);
        if (_buffer.Rest.StartsWith(Encoding.UTF8.Preamble))
        {
            _buffer.Start += 3;
        }

        _separator = Separator();
        HasDecimalComma = _separator == ';';
        if (!await ReadAsync(cancellation))
        {
            throw new ImportException(1, "is empty");
        }

        string[] names = new string[_count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Value(i) ?? "";
        }

        SetNames(names);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> NextAsync(CancellationToken cancellation) => TryParse() ? ValueTask.FromResult(true) : ReadAsync(cancellation);

    /// <inheritdoc/>
    public override string? Value(int column)
    {
        if (column < 0 || column >= _count)
        {
            return null;
        }

        (int start, int length, bool quoted) = _fields[column];
        ReadOnlySpan<byte> bytes = _buffer.Slice(start, length);
        if (!quoted)
        {
            bytes = bytes.Trim((byte)' ');
        }

        if (bytes.IsEmpty)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes);
        return quoted && text.Contains('"', StringComparison.Ordinal) ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    /// <inheritdoc/>
    public override void Dispose() => input.Dispose();

    private async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        while (!TryParse())
        {
            if (_buffer.Ended)
            {
                return false;
            }

            await FillAsync(cancellation);
        }

        return true;
    }

    private ValueTask FillAsync(CancellationToken cancellation) => _buffer.FillAsync(() => new ImportException(_nextLine, $"is longer than {MaxRecordBytes / 1024} KiB; a quote that is never closed makes one line of many"), cancellation);

    private byte Separator()
    {
        ReadOnlySpan<byte> first = _buffer.Rest;
        int line = first.IndexOf((byte)'\n');
        first = line < 0 ? first : first[..line];
        (int commas, int semicolons, int tabs) = (first.Count((byte)','), first.Count((byte)';'), first.Count((byte)'\t'));
        return semicolons > commas && semicolons >= tabs ? (byte)';' : tabs > commas ? (byte)'\t' : (byte)',';
    }

    // One record from the buffer; false: it is not whole yet. Lines without anything are passed over.
    private bool TryParse()
    {
        while (true)
        {
            int at = _buffer.Start;
            long line = _nextLine;
            _count = 0;
            while (true)
            {
                if (!TryField(ref at, ref line, out bool last))
                {
                    return false;
                }

                if (last)
                {
                    break;
                }
            }

            bool isEmpty = _count == 0 || (_count == 1 && _fields[0].Length == 0);
            _buffer.Start = at;
            Line = _nextLine;
            _nextLine = line;
            if (!isEmpty)
            {
                return true;
            }

            if (_buffer.Ended && _buffer.Start >= _buffer.End)
            {
                return false;
            }
        }
    }

    private bool TryField(ref int at, ref long line, out bool last)
    {
        last = false;
        ReadOnlySpan<byte> rest = _buffer.From(at);
        int start = at;
        int length;
        bool quoted = rest.Length > 0 && rest[0] == Quote;
        if (quoted)
        {
            int close = 1;
            while (true)
            {
                int next = rest[close..].IndexOf(Quote);
                if (next < 0)
                {
                    return _buffer.Ended ? throw new ImportException(_nextLine, "has a quote that is never closed") : false;
                }

                close += next;
                if (close + 1 == rest.Length && !_buffer.Ended)
                {
                    return false; // It may be the first of two.
                }

                if (close + 1 < rest.Length && rest[close + 1] == Quote)
                {
                    close += 2;
                    continue;
                }

                break;
            }

            line += rest[..close].Count((byte)'\n');
            start++;
            length = close - 1;
            at += close + 1;
            rest = rest[(close + 1)..];
            int tail = rest.IndexOfAny(_separator, (byte)'\n');
            if (tail < 0 && !_buffer.Ended)
            {
                return false;
            }

            End(tail, rest, ref at, ref line, out last);
        }
        else
        {
            int end = rest.IndexOfAny(_separator, (byte)'\n');
            if (end < 0 && !_buffer.Ended)
            {
                return false;
            }

            length = end < 0 ? rest.Length : end;
            End(end, rest, ref at, ref line, out last);
            if (last && length > 0 && rest[length - 1] == '\r')
            {
                length--;
            }
        }

        if (_count == MaxColumns)
        {
            throw new ImportException(_nextLine, $"has more than {MaxColumns} fields");
        }

        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
        }

        _fields[_count++] = (start, length, quoted);
        return true;
    }

    private static void End(int end, ReadOnlySpan<byte> rest, ref int at, ref long line, out bool last)
    {
        last = end < 0 || rest[end] == '\n';
        line += last ? 1 : 0;
        at += end < 0 ? rest.Length : end + 1;
    }
}
