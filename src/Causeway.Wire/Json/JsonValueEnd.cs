using System.Buffers;
using System.Runtime.InteropServices;

namespace Causeway.Wire.Json;

/// <summary>Finds where one JSON value ends, over bytes that come in any pieces. It does not judge what is inside.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct JsonValueEnd
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private int _nested;
    private bool _inString;
    private bool _escaped;
    private bool _scalar;

    /// <summary>Starts with the first byte of a value, which is thereby consumed.</summary>
    public void Begin(byte first)
    {
        this = default;
        _inString = first == '"';
        _nested = first is (byte)'{' or (byte)'[' ? 1 : 0;
        _scalar = !_inString && _nested == 0;
    }

    /// <summary>Goes on at <paramref name="at"/>; when the value ends in these bytes, leaves it just behind the value.</summary>
    public bool TryEnd(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at < bytes.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                at++;
            }
            else if (_inString)
            {
                int found = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
                if (found < 0)
                {
                    break;
                }

                at += found + 1;
                _escaped = bytes[at - 1] == '\\';
                _inString = _escaped;
                if (!_inString && _nested == 0)
                {
                    return true;
                }
            }
            else if (_scalar)
            {
                // Numbers and literals are short: a search would cost more than to look.
                for (; at < bytes.Length; at++)
                {
                    if (EndsScalar(bytes[at]))
                    {
                        return true;
                    }
                }
            }
            else
            {
                int found = bytes[at..].IndexOfAny(Structure);
                if (found < 0)
                {
                    break;
                }

                at += found + 1;
                byte structure = bytes[at - 1];
                _inString = structure == '"';
                _nested += structure is (byte)'{' or (byte)'[' ? 1 : structure is (byte)'}' or (byte)']' ? -1 : 0;
                if (_nested == 0)
                {
                    return true;
                }
            }
        }

        at = bytes.Length;
        return false;
    }

    private static bool EndsScalar(byte next) => next is (byte)',' or (byte)']' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
