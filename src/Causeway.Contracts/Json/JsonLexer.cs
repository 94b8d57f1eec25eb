using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Json;

/// <summary>Reads JSON piece by piece, cut anywhere, also inside a character or an escape. Keeps nothing but where it is.</summary>
/// <remarks>As strict as <see cref="JsonTape"/>, but for names that stand twice.</remarks>
internal sealed partial class JsonLexer
{
    private readonly bool[] _isObject = new bool[SchemaLimits.MaxDepth];
    private readonly byte[] _partial = new byte[4];
    private int _partialLength;
    private State _state = State.Value;
    private NumberPart _number;
    private string _literal = "";
    private int _literalAt;
    private bool _isName;
    private int _escapeDigits;
    private int _escape;
    private bool _needsLow;
    private long _stringStart;

    private enum State
    {
        Value,
        ValueOrEnd,
        Name,
        NameOrEnd,
        Colon,
        After,
        String,
        Escape,
        Hex,
        Number,
        Literal,
        Faulty,
    }

    /// <summary>Containers that are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether the innermost open container is an object.</summary>
    public bool IsInObject => Depth > 0 && _isObject[Depth - 1];

    /// <summary>Whether the one document is complete: only white space may follow.</summary>
    public bool IsDone => _state == State.After && Depth == 0;

    /// <summary>Whether a string value is open.</summary>
    public bool IsInString => _state is State.String or State.Escape or State.Hex && !_isName;

    /// <summary>Code points of the string that is open, or was read last.</summary>
    public int Characters { get; private set; }

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>About where the fault is, in bytes; the same however the text is cut.</summary>
    public long FaultPosition { get; private set; } = -1;

    /// <summary>Why the text is no JSON; null: it is, so far.</summary>
    public string? Fault { get; private set; }

    /// <summary>Goes on to the next event.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="at">Where in the piece; moved behind what was taken.</param>
    public LexEvent Next(ReadOnlySpan<byte> piece, ref int at)
    {
        int before = at;
        LexEvent found = LexEvent.None;
        while (found == LexEvent.None && at < piece.Length)
        {
            found = _state switch
            {
                State.String => InString(piece, ref at),
                State.Escape => InEscape(piece[at++]),
                State.Hex => InHex(piece[at++]),
                State.Number => InNumber(piece, ref at),
                State.Literal => InLiteral(piece[at++]),
                State.Faulty => LexEvent.Fault,
                _ => Between(piece[at++]),
            };
        }

        Position += at - before;
        if (found == LexEvent.Fault && FaultPosition < 0)
        {
            FaultPosition = Position;
        }
        else if (found is LexEvent.StringStart or LexEvent.NameStart)
        {
            _stringStart = Position;
        }

        return found;
    }

    /// <summary>The text is complete.</summary>
    /// <returns><see cref="LexEvent.NumberEnd"/> where a number was open, <see cref="LexEvent.None"/> where a document is complete, otherwise a fault.</returns>
    public LexEvent Finish()
    {
        if (_state == State.Number && Depth == 0 && IsWholeNumber)
        {
            _state = State.After;
            return LexEvent.NumberEnd;
        }

        return _state == State.Faulty ? LexEvent.Fault : IsDone ? LexEvent.None
            : WrongAtEnd();
    }

    private LexEvent WrongAtEnd()
    {
        FaultPosition = Position;
        return Wrong(_state == State.Value && Depth == 0 ? "the text is empty" : "the text ends before its JSON does");
    }

    private LexEvent Between(byte next)
    {
        if (next is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            return LexEvent.None;
        }

        switch (_state)
        {
            case State.ValueOrEnd when next == ']':
                return Close(LexEvent.ArrayEnd);
            case State.Value or State.ValueOrEnd:
                return Begin(next);
            case State.NameOrEnd when next == '}':
                return Close(LexEvent.ObjectEnd);
            case State.Name or State.NameOrEnd:
                return next == '"' ? BeginString(isName: true) : Wrong(next == '}' ? "a comma stands before }" : "a member's name must be a string");
            case State.Colon:
                _state = State.Value;
                return next == ':' ? LexEvent.None : Wrong("a colon is missing behind a member's name");
            default:
                return AfterValue(next);
        }
    }

    private LexEvent AfterValue(byte next)
    {
        if (Depth == 0)
        {
            return Wrong("something follows the JSON document");
        }

        if (next == ',')
        {
            _state = IsInObject ? State.Name : State.Value;
            return LexEvent.Comma;
        }

        return next == '}' && IsInObject ? Close(LexEvent.ObjectEnd)
            : next == ']' && !IsInObject ? Close(LexEvent.ArrayEnd)
            : Wrong(IsInObject ? "a comma or } is missing" : "a comma or ] is missing");
    }

    private LexEvent Begin(byte next)
    {
        switch (next)
        {
            case (byte)'"':
                return BeginString(isName: false);
            case (byte)'{' or (byte)'[':
                if (Depth == _isObject.Length)
                {
                    return Wrong("the document is nested more than 128 levels deep");
                }

                _isObject[Depth++] = next == '{';
                _state = next == '{' ? State.NameOrEnd : State.ValueOrEnd;
                return next == '{' ? LexEvent.ObjectStart : LexEvent.ArrayStart;
            case (byte)'t' or (byte)'f' or (byte)'n':
                _literal = next switch { (byte)'t' => "true", (byte)'f' => "false", _ => "null" };
                _literalAt = 1;
                _state = State.Literal;
                return LexEvent.LiteralStart;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                _number = next == '-' ? NumberPart.Minus : next == '0' ? NumberPart.Zero : NumberPart.Whole;
                _state = State.Number;
                return LexEvent.NumberStart;
            default:
                return Wrong("this is no JSON value");
        }
    }

    private LexEvent BeginString(bool isName)
    {
        _isName = isName;
        _state = State.String;
        Characters = 0;
        return isName ? LexEvent.NameStart : LexEvent.StringStart;
    }

    private LexEvent InString(ReadOnlySpan<byte> piece, ref int at)
    {
        ReadOnlySpan<byte> rest = piece[at..];
        int special = JsonStrings.IndexOfSpecial(rest);
        ReadOnlySpan<byte> run = special < 0 ? rest : rest[..special];
        if (run.Length > 0 && (_needsLow || !Take(run)))
        {
            FaultPosition = _stringStart;
            return Wrong(_needsLow ? "half a surrogate pair" : "the text is not UTF-8");
        }

        at += run.Length;
        if (special < 0)
        {
            return LexEvent.None;
        }

        byte sign = piece[at++];
        if (_partialLength > 0)
        {
            return Wrong("the text is not UTF-8");
        }

        if (sign == '\\')
        {
            _state = State.Escape;
            return LexEvent.None;
        }

        if (sign != '"' || _needsLow)
        {
            return Wrong(_needsLow ? "half a surrogate pair" : "a control character stands in a string");
        }

        _state = _isName ? State.Colon : State.After;
        return _isName ? LexEvent.NameEnd : LexEvent.StringEnd;
    }

    /// <summary>Takes characters of a string, of which the first and the last may be cut.</summary>
    private bool Take(ReadOnlySpan<byte> run)
    {
        Characters += JsonStrings.CodePoints(run);
        while (_partialLength > 0 && run.Length > 0)
        {
            _partial[_partialLength++] = run[0];
            run = run[1..];
            OperationStatus status = Rune.DecodeFromUtf8(_partial.AsSpan(0, _partialLength), out _, out _);
            if (status == OperationStatus.InvalidData)
            {
                return false;
            }

            _partialLength = status == OperationStatus.Done ? 0 : _partialLength;
        }

        return Utf8.IsValid(run) || TakeCut(run);
    }

    private bool TakeCut(ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(run, out _, out int length);
            if (status == OperationStatus.InvalidData)
            {
                return false;
            }

            if (status == OperationStatus.NeedMoreData)
            {
                run.CopyTo(_partial);
                _partialLength = run.Length;
                return true;
            }

            run = run[length..];
        }

        return true;
    }

    private LexEvent InEscape(byte letter)
    {
        if (letter == 'u')
        {
            _escapeDigits = 0;
            _escape = 0;
            _state = State.Hex;
            return LexEvent.None;
        }

        if (_needsLow || !"\"\\/bfnrt"u8.Contains(letter))
        {
            return Wrong(_needsLow ? "half a surrogate pair" : "there is no such escape in JSON");
        }

        Characters++;
        _state = State.String;
        return LexEvent.None;
    }

    private LexEvent InHex(byte digit)
    {
        if (!char.IsAsciiHexDigit((char)digit))
        {
            return Wrong("\\u needs four hex digits");
        }

        _escape = (_escape << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        if (++_escapeDigits < 4)
        {
            return LexEvent.None;
        }

        if (char.IsLowSurrogate((char)_escape) != _needsLow)
        {
            return Wrong("half a surrogate pair");
        }

        Characters += _needsLow ? 0 : 1;
        _needsLow = char.IsHighSurrogate((char)_escape);
        _state = State.String;
        return LexEvent.None;
    }

    private LexEvent InLiteral(byte letter)
    {
        if (letter != _literal[_literalAt])
        {
            return Wrong("this is no JSON value");
        }

        if (++_literalAt < _literal.Length)
        {
            return LexEvent.None;
        }

        _state = State.After;
        return LexEvent.LiteralEnd;
    }

    private LexEvent Close(LexEvent end)
    {
        Depth--;
        _state = State.After;
        return end;
    }

    private LexEvent Wrong(string reason)
    {
        Fault = reason;
        _state = State.Faulty;
        return LexEvent.Fault;
    }
}
