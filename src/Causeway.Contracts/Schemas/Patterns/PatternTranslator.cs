using System.Text;

namespace Causeway.Contracts.Schemas.Patterns;

/// <summary>A pattern in .NET's words.</summary>
/// <param name="Text">The pattern.</param>
/// <param name="NeedsBacktracking">It has look-around or back-references.</param>
internal sealed record TranslatedPattern(string Text, bool NeedsBacktracking);

/// <summary>
/// ECMA-262 regular expressions, flag <c>u</c>, to .NET's: ASCII classes, <c>$</c> at the very end only, characters outside 16 bits as one.
/// </summary>
/// <remarks>
/// Where it is not strict, it also takes what Python and Rust write (<c>\A</c>, <c>\Z</c>, <c>(?P&lt;name&gt;</c>) and needless escapes of signs.
/// <c>\b</c> is .NET's, which knows all Unicode letters. Scripts (<c>\p{Script=…}</c>) have no counterpart and are refused.
/// </remarks>
internal sealed partial class PatternTranslator
{
    private static readonly System.Buffers.SearchValues<char> s_countSigns = System.Buffers.SearchValues.Create("0123456789,");
    private readonly string _source;
    private readonly bool _isStrict;
    private readonly StringBuilder _output = new();
    private int _at;
    private bool _needsBacktracking;

    private PatternTranslator(string source, bool isStrict) => (_source, _isStrict) = (source, isStrict);

    /// <summary>Translates.</summary>
    /// <exception cref="FormatException">It is no such expression; says why. What only .NET can tell, it tells when the result is used.</exception>
    public static TranslatedPattern Translate(string source, bool isStrict)
    {
        var translator = new PatternTranslator(source, isStrict);
        while (translator._at < source.Length)
        {
            translator.Next();
        }

        return new TranslatedPattern(translator._output.ToString(), translator._needsBacktracking);
    }

    private void Next()
    {
        char sign = _source[_at];
        switch (sign)
        {
            case '\\':
                Escape();
                break;
            case '[':
                Class();
                break;
            case '(':
                Group();
                break;
            case '.':
                _at++;
                Set(CodePointSet.LineEnds, isNegated: true);
                break;
            case '^':
                _at++;
                _output.Append(@"\A");
                break;
            case '$':
                _at++;
                _output.Append(@"\z");
                break;
            case '{':
                Braces();
                break;
            case ']' or '}':
                Strict($"{sign} must be escaped");
                _at++;
                _output.Append('\\').Append(sign);
                break;
            case '|' or ')' or '*' or '+' or '?':
                _at++;
                _output.Append(sign);
                break;
            default:
                Literal(CodePoint());
                break;
        }
    }

    private void Braces()
    {
        int end = _source.IndexOf('}', _at);
        ReadOnlySpan<char> inside = end < 0 ? default : _source.AsSpan(_at + 1, end - _at - 1);
        bool isCount = !inside.IsEmpty && char.IsAsciiDigit(inside[0]) && inside.IndexOfAnyExcept(s_countSigns) < 0 && inside.Count(',') <= 1;
        if (!isCount)
        {
            Strict("{ must be escaped");
            _at++;
            _output.Append(@"\{");
            return;
        }

        _output.Append(_source, _at, end + 1 - _at);
        _at = end + 1;
    }

    private void Group()
    {
        ReadOnlySpan<char> rest = _source.AsSpan(_at);
        foreach (string look in (ReadOnlySpan<string>)["(?=", "(?!", "(?<=", "(?<!"])
        {
            if (rest.StartsWith(look))
            {
                _needsBacktracking = true;
                Copy(look.Length);
                return;
            }
        }

        if (rest.StartsWith("(?P<") && !_isStrict)
        {
            _at += 4;
            _output.Append("(?<");
        }
        else if (rest.StartsWith("(?:") || rest.StartsWith("(?<"))
        {
            Copy(3);
        }
        else if (rest.StartsWith("(?"))
        {
            throw new FormatException($"{rest[..Math.Min(rest.Length, 4)]} is no group of ECMA-262");
        }
        else
        {
            Copy(1);
            return;
        }

        if (rest[2] != ':')
        {
            int end = _source.IndexOf('>', _at);
            Copy((end < 0 ? _source.Length : end + 1) - _at);
        }
    }

    private void Escape()
    {
        if (_at + 1 >= _source.Length)
        {
            throw new FormatException("it ends in a backslash");
        }

        char letter = _source[_at + 1];
        switch (letter)
        {
            case 'b' or 'B':
                Copy(2);
                break;
            case >= '1' and <= '9':
                int digits = _source.AsSpan(_at + 1).IndexOfAnyExceptInRange('0', '9');
                Reference(digits < 0 ? _source.Length - _at - 1 : digits);
                break;
            case 'k' when _at + 2 < _source.Length && _source[_at + 2] == '<':
                int end = _source.IndexOf('>', _at);
                Reference((end < 0 ? _source.Length : end + 1) - _at - 1);
                break;
            case 'A' when !_isStrict:
                _at += 2;
                _output.Append(@"\A");
                break;
            case 'Z' or 'z' when !_isStrict:
                _at += 2;
                _output.Append(@"\z");
                break;
            default:
                Character();
                break;
        }
    }

    private void Reference(int length)
    {
        _needsBacktracking = true;
        Copy(length + 1);
        _output.Append("(?:)");
    }

    private void Character()
    {
        var set = new CodePointSet();
        if (ClassEscape(set) is { } single)
        {
            Literal(single);
            return;
        }

        _output.Append(set.Write(isNegated: false));
    }

    private void Class()
    {
        _at++;
        bool isNegated = _at < _source.Length && _source[_at] == '^';
        _at += isNegated ? 1 : 0;
        var set = new CodePointSet();
        while (true)
        {
            if (_at >= _source.Length)
            {
                throw new FormatException("a [ is not closed");
            }

            if (_source[_at] == ']')
            {
                break;
            }

            ClassItem(set);
        }

        _at++;
        _output.Append(set.Write(isNegated));
    }

    private void ClassItem(CodePointSet set)
    {
        int? first = _source[_at] == '\\' ? ClassEscape(set) : CodePoint();
        bool isRange = _at + 1 < _source.Length && _source[_at] == '-' && _source[_at + 1] != ']';
        if (first is null || !isRange)
        {
            if (first is { } single)
            {
                set.Add(single, single);
            }

            return;
        }

        _at++;
        int? last = _source[_at] == '\\' ? ClassEscape(set) : CodePoint();
        if (last is null)
        {
            // [a-\d] is three things: a, the hyphen and the class.
            set.Add(first.Value, first.Value);
            set.Add('-', '-');
            return;
        }

        if (last < first)
        {
            throw new FormatException("a range runs backwards");
        }

        set.Add(first.Value, last.Value);
    }

    private int CodePoint()
    {
        int value = char.IsSurrogatePair(_source, _at) ? char.ConvertToUtf32(_source, _at) : _source[_at];
        _at += value > 0xFFFF ? 2 : 1;
        return value;
    }

    private void Literal(int value)
    {
        if (char.IsAsciiLetterOrDigit((char)value) && value < 0x80)
        {
            _output.Append((char)value);
            return;
        }

        if (value is >= 0xD800 and <= 0xDFFF)
        {
            _output.Append(@"[^\s\S]");
            return;
        }

        var set = new CodePointSet();
        set.Add(value, value);
        _output.Append(set.Write(isNegated: false));
    }

    private void Set((int First, int Last)[] ranges, bool isNegated)
    {
        var set = new CodePointSet();
        set.Add(ranges, isNegated);
        _output.Append(set.Write(isNegated: false));
    }

    private void Copy(int length)
    {
        _output.Append(_source, _at, length);
        _at += length;
    }

    private void Strict(string reason)
    {
        if (_isStrict)
        {
            throw new FormatException(reason);
        }
    }
}
