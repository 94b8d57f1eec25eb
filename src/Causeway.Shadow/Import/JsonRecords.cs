using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Shadow.Import;

/// <summary>
/// Records of JSON: one object after another (JSON Lines), a list of objects, or pages of an API, whose records are in <c>data</c>. What nests is named through
/// (<c>project.id</c>); a record with <c>results</c> is as many as it has results, each with what is beside them.
/// </summary>
public sealed class JsonRecords(Stream input) : ExportRecords
{
    private readonly Dictionary<int, string> _values = [];
    private readonly Queue<Dictionary<int, string>> _pending = new();
    private readonly RecordBuffer _buffer = new(input);
    private JsonReaderState _state = new(new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 32 });
    private long _line = 1;
    private long _counted;
    private bool _inPage;
    private Dictionary<int, string> _current = [];
    private bool _opened;

    /// <inheritdoc/>
    public override async ValueTask OpenAsync(CancellationToken cancellation)
    {
        if (!await AdvanceAsync(cancellation))
        {
            throw new ImportException(1, "holds no record");
        }

        _opened = true;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        if (_opened)
        {
            _opened = false; // The record that was read to know the columns.
            return ValueTask.FromResult(true);
        }

        return AdvanceAsync(cancellation);
    }

    /// <inheritdoc/>
    public override string? Value(int column) => _current.TryGetValue(column, out string? value) && value.Length > 0 ? value : null;

    /// <inheritdoc/>
    public override void Dispose() => input.Dispose();

    private async ValueTask<bool> AdvanceAsync(CancellationToken cancellation)
    {
        while (_pending.Count == 0)
        {
            if (!TryRead())
            {
                if (_buffer.Ended)
                {
                    return _buffer.End > _buffer.Start && !_buffer.Rest.Trim(" \r\n\t\0"u8).IsEmpty ? throw new ImportException(_line, "breaks off within a record") : false;
                }

                await FillAsync(cancellation);
            }
        }

        _current = _pending.Dequeue();
        return true;
    }

    private ValueTask FillAsync(CancellationToken cancellation) => _buffer.FillAsync(() => new ImportException(_line, $"holds a record of more than {MaxRecordBytes / 1024} KiB"), cancellation);

    // Takes tokens from the buffer until there is a record; false: more bytes are needed, or there are none.
    private bool TryRead()
    {
        try
        {
            ReadOnlySpan<byte> bytes = _buffer.Rest;
            if (_counted == 0 && bytes.StartsWith(Encoding.UTF8.Preamble))
            {
                bytes = bytes[3..];
                _buffer.Start += 3;
            }

            var reader = new Utf8JsonReader(bytes, _buffer.Ended, _state);
            bool got = false;
            while (!got)
            {
                Utf8JsonReader before = reader;
                if (!reader.Read())
                {
                    reader = before;
                    break;
                }

                Line = _line + bytes[..(int)reader.TokenStartIndex].Count((byte)'\n');
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray or JsonTokenType.EndArray:
                        break;
                    case JsonTokenType.EndObject:
                        _inPage = false;
                        break;
                    case JsonTokenType.StartObject when reader.CurrentDepth == 0 && IsPage(reader):
                        _inPage = true;
                        break;
                    case JsonTokenType.StartObject:
                        if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document))
                        {
                            reader = before;
                            goto more;
                        }

                        using (document)
                        {
                            Emit(document.RootElement);
                        }

                        got = _pending.Count > 0;
                        break;
                    case JsonTokenType.PropertyName when _inPage:
                        if (!Skip(ref reader))
                        {
                            reader = before;
                            goto more;
                        }

                        break;
                    default:
                        throw new ImportException(Line, "is no object");
                }
            }

        more:
            int consumed = (int)reader.BytesConsumed;
            _line += bytes[..consumed].Count((byte)'\n');
            _counted += consumed;
            _buffer.Start += consumed;
            _state = reader.CurrentState;
            return got;
        }
        catch (InvalidOperationException failure) when (failure.InnerException is DecoderFallbackException)
        {
            throw new ImportException(Line, "is not UTF-8");
        }
        catch (JsonException failure)
        {
            throw new ImportException(_line + (failure.LineNumber ?? 0), $"is no JSON: {failure.Message.Split(" LineNumber:")[0]}");
        }
    }

    // A page says so within its first members: of the APIs all have data, before which only short members stand.
    private static bool IsPage(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isData = reader.ValueTextEquals("data"u8);
            if (!reader.Read())
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.StartArray)
            {
                return isData;
            }

            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    // Within a page: a member that is data is entered, every other passed over.
    private static bool Skip(ref Utf8JsonReader reader)
    {
        bool isData = reader.ValueTextEquals("data"u8);
        Utf8JsonReader ahead = reader;
        if (!ahead.Read())
        {
            return false;
        }

        if (isData && ahead.TokenType == JsonTokenType.StartArray)
        {
            reader = ahead;
            return true;
        }

        return reader.TrySkip();
    }

    private void Emit(JsonElement record)
    {
        _values.Clear();
        bool isBucket = record.TryGetProperty("results", out JsonElement results) && results.ValueKind == JsonValueKind.Array;
        Flatten(record, "");
        if (isBucket && results.GetArrayLength() == 0)
        {
            return;
        }

        if (Names.Count == 0)
        {
            IEnumerable<string> names = Paths(record, "");
            SetNames([.. (isBucket ? names.Concat(Paths(results[0], "")) : names).Distinct().Take(MaxColumns)]);
            _values.Clear();
            Flatten(record, "");
        }

        if (!isBucket)
        {
            _pending.Enqueue(new Dictionary<int, string>(_values));
            return;
        }

        var beside = new Dictionary<int, string>(_values);
        foreach (JsonElement result in results.EnumerateArray())
        {
            _values.Clear();
            foreach ((int column, string value) in beside)
            {
                _values[column] = value;
            }

            Flatten(result, "");
            _pending.Enqueue(new Dictionary<int, string>(_values));
        }
    }

    private static IEnumerable<string> Paths(JsonElement record, string prefix) => record.ValueKind != JsonValueKind.Object
        ? []
        : record.EnumerateObject().Where(member => member.Name != "results").SelectMany(member =>
            member.Value.ValueKind == JsonValueKind.Object ? Paths(member.Value, $"{prefix}{member.Name}.") : [prefix + member.Name]);

    private void Flatten(JsonElement record, string prefix)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty member in record.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Flatten(member.Value, $"{prefix}{member.Name}.");
                    break;
                case JsonValueKind.Array when member.Name == "credits":
                    // BigQuery's credits: what is taken off the cost.
                    Set(prefix + "credits.amount", member.Value.EnumerateArray().Sum(one => one.ValueKind == JsonValueKind.Object && one.TryGetProperty("amount", out JsonElement amount) && amount.TryGetDecimal(out decimal value) ? value : 0)
                        .ToString(CultureInfo.InvariantCulture));
                    break;
                case JsonValueKind.String:
                    Set(prefix + member.Name, member.Value.GetString()!);
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    Set(prefix + member.Name, member.Value.GetRawText());
                    break;
                default:
                    break;
            }
        }
    }

    private void Set(string name, string value)
    {
        int column = Find(name);
        if (column < 0 && Names.Count is > 0 and < MaxColumns)
        {
            column = Add(name);
        }

        if (column >= 0)
        {
            _values[column] = value;
        }
    }
}
