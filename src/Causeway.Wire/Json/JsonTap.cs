using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.Wire.Json;

/// <summary>
/// Takes the raw values of a few paths out of a JSON document that passes in any pieces, without keeping the document. Lenient: it follows
/// structure only, never throws, and whoever takes a value must judge it.
/// </summary>
/// <remarks>
/// A value that lies in one piece is handed out in place; one that spans pieces is gathered up to <see cref="MaxValueBytes"/>, and left out
/// beyond it. Subtrees without a path of interest are skipped by vectorised search. Member names written with escapes match no path.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct JsonTap(JsonPaths paths)
{
    /// <summary>The longest value that is gathered over pieces: 16 KiB.</summary>
    public const int MaxValueBytes = 16 * 1024;

    private readonly JsonPaths _paths = paths;
    private Place _place;
    private int _depth;
    private Masks _masks;
    private uint _arrays;
    private uint _mask = paths.All;
    private int _path = -1;
    private JsonValueEnd _end;
    private byte[]? _held;
    private int _heldLength;

    private enum Place : byte
    {
        BeforeValue,
        InValue,
        BeforeName,
        InName,
        AfterName,
        AfterValue,
        Done,
        Broken,
    }

    /// <summary>Bytes of the values of measured paths so far, as spelled, without their quotes or brackets.</summary>
    public long Measured { get; private set; }

    /// <summary>The document was closed, and nothing but white space followed so far.</summary>
    public readonly bool IsDone => _place == Place.Done;

    /// <summary>Reads on until a value of interest is complete.</summary>
    /// <param name="rest">The bytes not read yet; shrinks from the front, and is empty when the answer is false.</param>
    /// <param name="path">Index of the path.</param>
    /// <param name="value">The raw value, valid until the next call.</param>
    public bool TryRead(scoped ref ReadOnlySpan<byte> rest, out int path, out ReadOnlySpan<byte> value)
    {
        while (!rest.IsEmpty)
        {
            switch (_place)
            {
                case Place.InValue:
                case Place.InName:
                    if (Finish(ref rest, at: 0, out path, out value))
                    {
                        return true;
                    }

                    break;
                default:
                    if (rest[0] <= ' ')
                    {
                        rest = rest.TrimStart(" \t\r\n"u8);
                    }

                    if (!rest.IsEmpty && !TryPassName(ref rest) && Step(ref rest, out path, out value))
                    {
                        return true;
                    }

                    break;
            }
        }

        path = -1;
        value = default;
        return false;
    }

    // Nearly every name lies in one piece, without escapes and with its colon behind it. Of the others nothing is read here.
    private bool TryPassName(scoped ref ReadOnlySpan<byte> rest)
    {
        if (_place != Place.BeforeName || rest[0] != '"')
        {
            return false;
        }

        int length = rest[1..].IndexOfAny((byte)'"', (byte)'\\');
        int colon = length + 2;
        if (length < 0 || colon >= rest.Length || rest[colon - 1] != '"' || rest[colon] != ':')
        {
            return false;
        }

        _mask = length > 0 ? _paths.Enter(_masks[_depth], _depth - 1, rest.Slice(1, length)) : 0;
        _place = Place.BeforeValue;
        rest = rest[(colon + 1)..];
        return true;
    }

    private bool Step(scoped ref ReadOnlySpan<byte> rest, out int path, out ReadOnlySpan<byte> value)
    {
        byte next = rest[0];
        path = -1;
        value = default;
        switch (_place)
        {
            case Place.BeforeValue when next != ']' || !InArray:
                return BeginValue(ref rest, out path, out value);
            case Place.BeforeName when next == '"':
                _place = Place.InName;
                _end.Begin(next);
                return Finish(ref rest, at: 1, out path, out value);
            case Place.AfterName when next == ':':
                _place = Place.BeforeValue;
                break;
            case Place.AfterValue when next == ',' && _depth > 0:
                _place = InArray ? Place.BeforeValue : Place.BeforeName;
                break;
            case Place.BeforeValue:
            case Place.BeforeName when next == '}':
            case Place.AfterValue when _depth > 0 && next == (InArray ? ']' : '}'):
                _depth--;
                _place = _depth == 0 ? Place.Done : Place.AfterValue;
                break;
            default:
                _place = Place.Broken;
                rest = default;
                return false;
        }

        rest = rest[1..];
        return false;
    }

    private readonly bool InArray => _depth > 0 && (_arrays & (1u << _depth)) != 0;

    private bool BeginValue(scoped ref ReadOnlySpan<byte> rest, out int path, out ReadOnlySpan<byte> value)
    {
        byte first = rest[0];
        uint mask = InArray ? _paths.Enter(_masks[_depth], _depth - 1, default) : _mask;
        _path = _depth == 0 ? -1 : _paths.Completed(mask, _depth - 1);
        if (_path < 0 && mask != 0 && first is (byte)'{' or (byte)'[')
        {
            _depth++;
            _masks[_depth] = mask;
            _arrays = first == '[' ? _arrays | (1u << _depth) : _arrays & ~(1u << _depth);
            _place = first == '[' ? Place.BeforeValue : Place.BeforeName;
            rest = rest[1..];
            path = -1;
            value = default;
            return false;
        }

        _place = Place.InValue;
        _end.Begin(first);
        if (_path >= _paths.Taken)
        {
            if (first is (byte)'n' or (byte)'t' or (byte)'f')
            {
                _path = -1; // Nothing that was generated.
            }
            else
            {
                Measured -= 2; // Its quotes or brackets.
            }
        }

        return Finish(ref rest, at: 1, out path, out value);
    }

    /// <summary>Goes on with the name or value under way.</summary>
    private bool Finish(scoped ref ReadOnlySpan<byte> rest, int at, out int path, out ReadOnlySpan<byte> value)
    {
        path = -1;
        value = default;
        bool measured = _place == Place.InValue && _path >= _paths.Taken;
        bool wanted = _place == Place.InName || (_path >= 0 && !measured);
        if (!_end.TryEnd(rest, ref at))
        {
            Measured += measured ? rest.Length : 0;
            if (wanted)
            {
                Hold(rest);
            }

            rest = default;
            return false;
        }

        Measured += measured ? at : 0;
        ReadOnlySpan<byte> raw = rest[..at];
        rest = rest[at..];
        bool whole = true;
        if (wanted && _heldLength > 0)
        {
            Hold(raw);
            whole = _heldLength <= MaxValueBytes;
            raw = whole ? _held.AsSpan(0, _heldLength) : default;
            _heldLength = 0;
        }

        if (_place == Place.InName)
        {
            _mask = whole && raw.Length > 2 ? _paths.Enter(_masks[_depth], _depth - 1, raw[1..^1]) : 0;
            _place = Place.AfterName;
            return false;
        }

        _place = _depth == 0 ? Place.Done : Place.AfterValue;
        path = _path;
        value = raw;
        return wanted && whole;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        int length = _heldLength + bytes.Length;
        if (length > MaxValueBytes)
        {
            // Remembered as too long; what follows need not be gathered.
            _heldLength = MaxValueBytes + 1;
            return;
        }

        if (_held is null || _held.Length < length)
        {
            Array.Resize(ref _held, Math.Max(256, length * 2));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength = length;
    }

    [InlineArray(JsonPaths.MaxSegments + 1)]
    private struct Masks
    {
        private uint _first;
    }
}
