namespace Causeway.Wire.Http1;

/// <summary>
/// Takes the chunks' framing out of a body, in the memory that it was received in: no copy but the one that closes the gaps, no allocation.
/// </summary>
/// <remarks>RFC 9112, 7.1. Pieces may be of any size. A lone LF ends a line too, as 2.2 allows a recipient; extensions and trailers are read over.</remarks>
public struct ChunkedDecoder
{
    /// <summary>The most bytes that the line of one chunk's size may have.</summary>
    public const int MaxSizeLine = 4096;

    /// <summary>The most bytes that all trailers may have.</summary>
    public const int MaxTrailers = 64 * 1024;

    private const int MaxSizeDigits = 15; // 60 bits: a length fits a signed number whatever it says.

    private Phase _phase;
    private long _left;
    private int _digits;
    private int _line;
    private int _trailers;

    private enum Phase : byte
    {
        Size,
        SizeSpace,
        Extension,
        SizeEnd,
        Data,
        DataEnd,
        DataLineEnd,
        Trailer,
        TrailerLine,
        LastLineEnd,
        Ended,
    }

    /// <summary>The last chunk and the trailers were seen.</summary>
    public readonly bool IsEnded => _phase == Phase.Ended;

    /// <summary>Bytes of the last piece that came after the end; a response that has any is not followed by another.</summary>
    public int Surplus { get; private set; }

    /// <summary>Decodes one piece.</summary>
    /// <param name="piece">What was received; what it carries is moved to its start.</param>
    /// <param name="length">Bytes of the body at the start of <paramref name="piece"/>; 0: only framing so far.</param>
    /// <returns>False: this is no chunked body.</returns>
    public bool TryDecode(Span<byte> piece, out int length)
    {
        length = 0;
        for (int at = 0; at < piece.Length;)
        {
            switch (_phase)
            {
                case Phase.Ended:
                    Surplus = piece.Length - at;
                    return true;
                case Phase.Data:
                    int run = (int)Math.Min(_left, piece.Length - at);
                    if (at != length)
                    {
                        piece.Slice(at, run).CopyTo(piece[length..]);
                    }

                    length += run;
                    at += run;
                    _left -= run;
                    _phase = _left == 0 ? Phase.DataEnd : Phase.Data;
                    break;
                default:
                    if (!TryStep(piece[at++]))
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }

    private bool TryStep(byte next) => _phase switch
    {
        Phase.Size => TrySize(next),
        Phase.SizeSpace => next is (byte)' ' or (byte)'\t' ? Within(ref _line, MaxSizeLine) : next == ';' ? To(Phase.Extension) : TrySizeEnd(next),
        Phase.Extension => next is (byte)'\r' or (byte)'\n' ? TrySizeEnd(next) : next != 0 && Within(ref _line, MaxSizeLine),
        Phase.SizeEnd => next == '\n' && EndSize(),
        Phase.DataEnd => next == '\r' ? To(Phase.DataLineEnd) : next == '\n' && To(Phase.Size),
        Phase.DataLineEnd => next == '\n' && To(Phase.Size),
        Phase.Trailer => next == '\r' ? To(Phase.LastLineEnd) : next == '\n' ? To(Phase.Ended) : Within(ref _trailers, MaxTrailers) && To(Phase.TrailerLine),
        Phase.TrailerLine => Within(ref _trailers, MaxTrailers) && (next != '\n' || To(Phase.Trailer)),
        _ => next == '\n' && To(Phase.Ended),
    };

    private bool TrySize(byte next)
    {
        int digit = next switch
        {
            >= (byte)'0' and <= (byte)'9' => next - '0',
            >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            _left = (_left << 4) | (uint)digit;
            return (_left == 0 || ++_digits <= MaxSizeDigits) && Within(ref _line, MaxSizeLine);
        }

        return _line > 0 && next switch
        {
            (byte)' ' or (byte)'\t' => To(Phase.SizeSpace),
            (byte)';' => To(Phase.Extension),
            _ => TrySizeEnd(next),
        };
    }

    private bool TrySizeEnd(byte next) => next == '\r' ? To(Phase.SizeEnd) : next == '\n' && EndSize();

    private bool EndSize()
    {
        (_digits, _line) = (0, 0);
        return To(_left == 0 ? Phase.Trailer : Phase.Data);
    }

    private bool To(Phase phase)
    {
        _phase = phase;
        return true;
    }

    private static bool Within(ref int count, int max) => ++count <= max;
}
