using System.Globalization;

namespace Causeway.Contracts.Schemas.Patterns;

/// <content>Escapes.</content>
internal sealed partial class PatternTranslator
{
    /// <summary>One escape that stands for a character, which is returned, or for a set, which is added.</summary>
    private int? ClassEscape(CodePointSet set)
    {
        if (_at + 1 >= _source.Length)
        {
            throw new FormatException("it ends in a backslash");
        }

        char letter = _source[_at + 1];
        _at += 2;
        switch (letter)
        {
            case 'd' or 'D':
                set.Add(CodePointSet.Digits, letter == 'D');
                return null;
            case 'w' or 'W':
                set.Add(CodePointSet.WordCharacters, letter == 'W');
                return null;
            case 's' or 'S':
                set.Add(CodePointSet.Spaces, letter == 'S');
                return null;
            case 'p' or 'P':
                Property(set, letter);
                return null;
            case 'c' when _at < _source.Length && char.IsAsciiLetter(_source[_at]):
                return _source[_at++] & 0x1F;
            case 'x':
                return Hex(2);
            case 'u' when _at < _source.Length && _source[_at] == '{':
                return Braced();
            case 'u':
                return Surrogates(Hex(4));
            default:
                return Single(letter);
        }
    }

    private int Single(char letter)
    {
        switch (letter)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case '0':
                return 0;
        }

        if (char.IsAsciiLetterOrDigit(letter))
        {
            throw new FormatException($"\\{letter} is no escape of ECMA-262");
        }

        if (!@"^$\.*+?()[]{}|/-".Contains(letter, StringComparison.Ordinal))
        {
            Strict($"\\{letter} is no escape of ECMA-262");
        }

        _at--;
        return CodePoint();
    }

    private void Property(CodePointSet set, char letter)
    {
        int end = _at < _source.Length && _source[_at] == '{' ? _source.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            throw new FormatException($"\\{letter} must be followed by a category in braces");
        }

        string name = _source[(_at + 1)..end];
        string category = UnicodeCategories.Short(name)
            ?? throw new FormatException($"\\{letter}{{{name}}} is not supported: name a general category, such as \\p{{L}}");
        _at = end + 1;
        set.AddCategory($@"\{letter}{{{category}}}");
    }

    private int Braced()
    {
        int end = _source.IndexOf('}', _at);
        if (end < 0 || !int.TryParse(_source.AsSpan(_at + 1, end - _at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) || value > 0x10FFFF)
        {
            throw new FormatException("\\u{…} must hold the hex digits of a code point");
        }

        _at = end + 1;
        return value;
    }

    private int Hex(int digits)
    {
        // The base library's parser takes zero characters behind a number.
        if (_at + digits > _source.Length || _source.AsSpan(_at, digits).Contains('\0') || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            throw new FormatException($"an escape needs {digits} hex digits");
        }

        _at += digits;
        return value;
    }

    private int Surrogates(int first)
    {
        if (!char.IsHighSurrogate((char)first) || !_source.AsSpan(_at).StartsWith("\\u"))
        {
            return first;
        }

        int before = _at;
        _at += 2;
        int second = _at < _source.Length && _source[_at] != '{' ? Hex(4) : 0;
        if (char.IsLowSurrogate((char)second))
        {
            return char.ConvertToUtf32((char)first, (char)second);
        }

        _at = before;
        return first;
    }
}
