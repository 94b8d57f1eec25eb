using System.Buffers;
using System.Text;

namespace Causeway.Shadow.Scan;

/// <summary>The bytes of a file as characters that can be looked through. UTF-8 is not decoded: every byte is one character, which is faster by far, and
/// what is looked for is ASCII.</summary>
public sealed class SourceText : IDisposable
{
    private const int SniffedBytes = 8 * 1024;
    private char[] _pooled = ArrayPool<char>.Shared.Rent(64 * 1024);
    private int _length;
    private bool _isUtf16;

    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Characters => _pooled.AsSpan(0, _length);

    /// <summary>Takes the bytes of a file.</summary>
    /// <returns>False: they are no text.</returns>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        _length = 0;
        _isUtf16 = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        if (!_isUtf16 && bytes[..Math.Min(bytes.Length, SniffedBytes)].Contains((byte)0))
        {
            return false;
        }

        if (_pooled.Length < bytes.Length)
        {
            ArrayPool<char>.Shared.Return(_pooled);
            _pooled = ArrayPool<char>.Shared.Rent(bytes.Length);
        }

        Encoding encoding = !_isUtf16 ? Encoding.Latin1 : bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
        _length = encoding.GetChars(_isUtf16 ? bytes[2..] : bytes, _pooled);
        return true;
    }

    /// <summary>Makes findings of matches: with lines and columns as an editor counts them.</summary>
    /// <param name="matches">The matches, in order of their places.</param>
    /// <param name="path">The file, as it is named.</param>
    public IEnumerable<Finding> Findings(IReadOnlyList<TextScanner.Match> matches, string path)
    {
        int line = 1;
        int lineStart = 0;
        int at = 0;
        Dictionary<(string Rule, string Text), int> seen = [];
        foreach (TextScanner.Match match in matches)
        {
            for (; at < match.Start; at++)
            {
                if (_pooled[at] == '\n')
                {
                    line++;
                    lineStart = at + 1;
                }
            }

            string text = new(_pooled, match.Start, match.Length);
            int occurrence = seen.GetValueOrDefault((match.Rule.Id, text));
            seen[(match.Rule.Id, text)] = occurrence + 1;
            int column = Units(lineStart, match.Start) + 1;
            yield return new Finding(match.Rule, path, line, column, column + Units(match.Start, match.End), Finding.Show(match.Rule, text), Finding.Print(match.Rule, path, text, occurrence));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_pooled);
        _pooled = [];
        _length = 0;
    }

    // UTF-16 code units of a stretch: a lead byte of four is two, a byte that continues is none.
    private int Units(int from, int to)
    {
        if (_isUtf16)
        {
            return to - from;
        }

        int units = 0;
        for (int i = from; i < to; i++)
        {
            int one = _pooled[i];
            units += one >= 0xF0 ? 2 : (one & 0xC0) == 0x80 ? 0 : 1;
        }

        return units;
    }
}
