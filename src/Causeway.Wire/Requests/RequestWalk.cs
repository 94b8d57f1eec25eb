using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>
/// One pass over the members that matter. Throws what the reader throws: <see cref="JsonException"/> where the body is not JSON,
/// <see cref="InvalidOperationException"/> where a member's name is not text (half a surrogate pair).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct RequestWalk(RequestBounds bounds, bool countsImages)
{
    private const int LongestEscape = 6; // \u0061 is the longest spelling of a byte.
    private const int MaxWordBytes = 64;
    private const int MaxOtherModels = 16;

    private EntryCount _entries = new(bounds, countsImages);
    private ByteRange _modelRange;
    private List<ByteRange>? _innerModels;
    private ByteRange _streamOptions;
    private ByteRange _includeUsage;
    private bool _stream;
    private bool _usageAsked;
    private int? _outputCap;
    private string? _unreadableCap;
    private ByteRange _capRange;
    private ByteRange _secondCapRange;
    private int? _capObject;
    private int _choices;
    private bool _tools;
    private string? _effort;
    private bool _state;
    private bool _outside;
    private bool _shape;
    private List<string>? _otherModels;
    private bool? _store;
    private int? _toolCalls;

    public string? Model { get; private set; }

    public readonly RequestScan Result(Operation operation, int objectStart, int bodyLength) => new()
    {
        Operation = operation,
        Model = Model,
        ModelRange = _modelRange,
        InnerModelRanges = _innerModels,
        Stream = _stream || operation == Operation.StreamGenerateContent,
        UsageAsked = _usageAsked,
        BodyLength = bodyLength,
        MaxOutputTokens = _outputCap,
        UnreadableCap = _unreadableCap,
        OutputCapRange = _capRange,
        SecondOutputCapRange = _secondCapRange,
        OutputCapObject = _capObject,
        Choices = Math.Max(1, _choices),
        HasTools = _tools,
        ReasoningEffort = _effort,
        HoldsProviderState = _state,
        ReachesOutside = _outside || _entries.ReachesOutside,
        OtherModels = _entries.Models is { } ofTools ? [.. _otherModels ?? [], .. ofTools] : _otherModels,
        BilledTools = new ToolAllowance(_entries.Uses, _toolCalls),
        MayAskShape = _shape,
        Store = _store,
        ObjectStart = objectStart,
        StreamOptionsRange = _streamOptions,
        IncludeUsageRange = _includeUsage,
    };

    /// <summary>Reads an object from its opening to its closing brace.</summary>
    public bool Object(ref Utf8JsonReader reader, RequestField[] fields, out RequestFault fault, bool othersAreOutside = false)
    {
        uint seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int found = FieldNames.Find(ref reader, fields, out RequestField? twin);
            if (twin is not null)
            {
                fault = new RequestFault(
                    "field_duplicated", $"The request has a member that differs from '{twin.Param}' by upper and lower case alone. Some servers take it for that, some do not: write '{twin.Param}', or leave it out.", twin.Param, reader.TokenStartIndex);
                return false;
            }

            if (found < 0)
            {
                _outside |= othersAreOutside;
                reader.Skip();
                continue;
            }

            RequestField field = fields[found];
            if ((seen & (1u << found)) != 0)
            {
                fault = new RequestFault(
                    "field_duplicated", $"The request has '{field.Param}' more than once.", field.Param, reader.TokenStartIndex);
                return false;
            }

            seen |= 1u << found;
            reader.Read();
            if (!Take(ref reader, field, out fault))
            {
                return false;
            }
        }

        fault = default;
        return true;
    }

    private bool Take(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        fault = default;
        switch (field.Role)
        {
            case FieldRole.Model or FieldRole.InnerModel:
                return TakeModel(ref reader, field, out fault);
            case FieldRole.Stream:
                return TakeFlag(ref reader, field, out _stream, out fault);
            case FieldRole.IncludeUsage:
                _includeUsage = RangeOf(ref reader);
                return TakeFlag(ref reader, field, out _usageAsked, out fault);
            case FieldRole.StreamOptions:
                return TakeStreamOptions(ref reader, field, out fault);
            case FieldRole.Choices:
                return TakeChoices(ref reader, field, out fault);
            case FieldRole.OutputCap:
                TakeOutputCap(ref reader, field);
                return true;
            case FieldRole.Tools:
                bool isBounded = _entries.Take(ref reader, field, out fault);
                _tools = _entries.Tools > 0;
                return isBounded;
            case FieldRole.Content when field.Entries != Entries.Unbounded:
                return _entries.Take(ref reader, field, out fault);
            case FieldRole.Effort:
                TakeEffort(ref reader);
                return true;
            case FieldRole.ProviderState:
                _state |= reader.TokenType != JsonTokenType.Null;
                reader.Skip();
                return true;
            case FieldRole.Store:
                _store = reader.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
                reader.Skip();
                return true;
            case FieldRole.Outside:
                TakeOutside(ref reader, field);
                return true;
            case FieldRole.ToolCalls:
                _toolCalls = reader.TokenType == JsonTokenType.Number && Whole(ref reader) is >= 0 and { } calls ? calls : null;
                reader.Skip();
                return true;
            case FieldRole.OtherModels:
                return TakeOtherModels(ref reader, field, out fault);
            case FieldRole.AnswerShape:
                // A word ("auto", "none") asks for nothing; "required" may mean the only tool there is.
                _shape |= reader.TokenType == JsonTokenType.StartObject || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("required"u8));
                reader.Skip();
                return true;
            case FieldRole.Group when reader.TokenType == JsonTokenType.StartObject:
                _capObject = field.HoldsOutputCap ? (int)reader.TokenStartIndex : _capObject;
                return Object(ref reader, field.Members, out fault);
            case FieldRole.GroupList when reader.TokenType == JsonTokenType.StartArray:
                return TakeList(ref reader, field, out fault);
            case FieldRole.GroupList when reader.TokenType == JsonTokenType.StartObject:
                return Object(ref reader, field.Members, out fault, field.OthersAreOutside); // Google takes one where a list is meant.
            default:
                reader.Skip();
                return true;
        }
    }

    private bool TakeList(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        fault = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            else if (!Object(ref reader, field.Members, out fault, field.OthersAreOutside))
            {
                return false;
            }
        }

        return true;
    }

    private void TakeOutside(ref Utf8JsonReader reader, RequestField field)
    {
        if (reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
        {
            _outside = true;
            _entries.MayUse(field.Billed);
        }

        reader.Skip();
    }

    // Texts of the list itself, and of "model" in its entries.
    private bool TakeOtherModels(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        fault = default;
        int depth = reader.CurrentDepth;
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return true;
        }

        bool isModel = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isModel = reader.ValueTextEquals("model"u8);
                continue;
            }

            if (reader.TokenType == JsonTokenType.String && (isModel || reader.CurrentDepth == depth + 1))
            {
                (_otherModels ??= []).Add(reader.GetString()!);
                if (_otherModels.Count > MaxOtherModels)
                {
                    fault = Invalid(ref reader, field, $"names {MaxOtherModels} other models at most");
                    return false;
                }
            }

            isModel = false;
        }

        return true;
    }

    private bool TakeModel(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        ByteRange range = RangeOf(ref reader);
        if (field.Role == FieldRole.InnerModel && reader.TokenType == JsonTokenType.Null)
        {
            fault = default;
            return true;
        }

        if (reader.TokenType != JsonTokenType.String || ReadName(ref reader) is not string name)
        {
            fault = Invalid(
                ref reader, field, $"must be a string of 1 to {RequestScanner.MaxModelBytes} bytes without control characters");
            return false;
        }

        if (field.Role == FieldRole.Model)
        {
            (Model, _modelRange) = (name, range);
        }
        else
        {
            (_innerModels ??= []).Add(range);
        }

        fault = default;
        return true;
    }

    /// <summary>The unescaped text, or null when it is too long, empty, or holds a control character or half a surrogate pair.</summary>
    private static string? ReadName(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > RequestScanner.MaxModelBytes * LongestEscape)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[RequestScanner.MaxModelBytes * LongestEscape];
        try
        {
            text = text[..reader.CopyString(text)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return text.Length is 0 or > RequestScanner.MaxModelBytes || text.ContainsAnyInRange((byte)0, (byte)31) || text.Contains((byte)127)
            ? null
            : Encoding.UTF8.GetString(text);
    }

    private bool TakeStreamOptions(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        int start = (int)reader.TokenStartIndex;
        fault = default;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Object(ref reader, field.Members, out fault))
            {
                return false;
            }
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            fault = Invalid(ref reader, field, "must be an object or null");
            return false;
        }

        _streamOptions = new ByteRange(start, (int)reader.BytesConsumed - start);
        return true;
    }

    private static bool TakeFlag(ref Utf8JsonReader reader, RequestField field, out bool flag, out RequestFault fault)
    {
        flag = reader.TokenType == JsonTokenType.True;
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
        {
            fault = default;
            return true;
        }

        fault = Invalid(ref reader, field, "must be true, false or null");
        return false;
    }

    private bool TakeChoices(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        if (reader.TokenType != JsonTokenType.Null
            && !(reader.TokenType == JsonTokenType.Number
                && reader.TryGetInt32(out _choices)
                && _choices is >= 1 and <= RequestScanner.MaxChoices))
        {
            fault = Invalid(ref reader, field, $"must be a whole number from 1 to {RequestScanner.MaxChoices}");
            return false;
        }

        return _entries.Allows(_choices, ref reader, field, out fault);
    }

    private void TakeOutputCap(ref Utf8JsonReader reader, RequestField field)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Number && Whole(ref reader) is { } cap && cap >= field.Minimum)
        {
            _outputCap = Math.Max(_outputCap ?? 0, cap);
        }
        else
        {
            _unreadableCap = reader.TokenType == JsonTokenType.Null ? _unreadableCap : field.Param;
            reader.Skip();
        }

        ByteRange range = new(start, (int)reader.BytesConsumed - start);
        (_capRange, _secondCapRange) = _capRange.Length == 0 ? (range, default) : (_capRange, range);
    }

    // However it is spelled (1e3, 1000.0): what its provider takes for a number is one here.
    private static int? Whole(ref Utf8JsonReader reader) =>
        reader.TryGetInt32(out int whole) ? whole
        : reader.TryGetDouble(out double number) && number == Math.Floor(number) ? (int)Math.Clamp(number, int.MinValue, int.MaxValue)
        : null;

    // A word that is none of the vendor's is the vendor's to refuse.
    private void TakeEffort(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.ValueSpan.Length <= MaxWordBytes)
        {
            _effort = Encoding.UTF8.GetString(reader.ValueSpan);
        }
        else
        {
            reader.Skip();
        }
    }

    /// <summary>The range of a value without members: for an object, of its brace only.</summary>
    private static ByteRange RangeOf(ref Utf8JsonReader reader) =>
        new((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));

    private static RequestFault Invalid(ref Utf8JsonReader reader, RequestField field, string rule) =>
        new("field_invalid", $"'{field.Param}' {rule}.", field.Param, reader.TokenStartIndex);
}
