using System.Runtime.InteropServices;

namespace Causeway.Wire.Sse;

/// <summary>Cuts a growing buffer of server-sent events into whole frames without copying.</summary>
/// <remarks>
/// Rules of the HTML standard: a line ends in LF, CR or CRLF, in any mix; a blank line ends an event. A frame that ends in CR is complete at
/// that CR; the LF of its CRLF is taken along when it is already in the buffer, otherwise it becomes a frame of its own, one byte without
/// content. The framer remembers how far it has looked, so a frame that arrives in many pieces is searched once.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct SseFramer
{
    /// <summary>The longest frame that a caller should let grow in its buffer: 1 MiB. Beyond it the peer is at fault.</summary>
    public const int MaxEventBytes = 1 << 20;

    private int _next;
    private int _lineStart;
    private bool _afterCr;

    /// <summary>Finds the end of the first frame.</summary>
    /// <param name="buffer">Starts at the first byte of an unfinished frame; only grows until a frame was found.</param>
    /// <param name="length">Bytes of the frame, its blank line included; drop these before the next call.</param>
    /// <returns>False when the frame is not complete yet.</returns>
    public bool TryFrame(ReadOnlySpan<byte> buffer, out int length)
    {
        int at = _next;
        while (true)
        {
            int found = buffer[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0)
            {
                _next = buffer.Length;
                length = 0;
                return false;
            }

            at += found;
            bool isCr = buffer[at] == '\r';
            bool isBlank = at == _lineStart;
            if (isBlank && _afterCr && !isCr)
            {
                // The second half of a CRLF whose CR already ended the line.
                _afterCr = false;
                _lineStart = ++at;
                continue;
            }

            at++;
            if (isBlank)
            {
                length = isCr && at < buffer.Length && buffer[at] == '\n' ? at + 1 : at;
                Reset();
                return true;
            }

            _afterCr = isCr;
            _lineStart = at;
        }
    }

    /// <summary>Forgets the frame under way: the next buffer starts a new one.</summary>
    public void Reset() => this = default;

    /// <summary>Whether what was left over when the stream ended is a cut event, rather than nothing, line ends or comments.</summary>
    /// <param name="tail">The bytes after the last complete frame.</param>
    public static bool IsTruncated(ReadOnlySpan<byte> tail)
    {
        while (!tail.IsEmpty)
        {
            int end = tail.IndexOfAny((byte)'\r', (byte)'\n');
            if (end != 0 && tail[0] != ':')
            {
                return true;
            }

            tail = end < 0 ? default : tail[(end + 1)..];
        }

        return false;
    }
}
