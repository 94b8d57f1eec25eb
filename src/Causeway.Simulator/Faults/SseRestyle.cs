using System.Text;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Faults;

/// <summary>Lawful but unusual event streams: other line ends, no space after the colon, a byte order mark, no last blank line.</summary>
internal static class SseRestyle
{
    public static IEnumerable<Frame> Apply(IEnumerable<Frame> frames, SseStyle style)
    {
        using IEnumerator<Frame> each = frames.GetEnumerator();
        bool first = true;
        bool more = each.MoveNext();
        while (more)
        {
            Frame frame = each.Current;
            more = each.MoveNext();
            yield return Restyle(frame, style, withBom: first && style.Bom is true, last: !more);
            first = false;
        }
    }

    private static Frame Restyle(Frame frame, SseStyle style, bool withBom, bool last)
    {
        string text = Encoding.UTF8.GetString(frame.Bytes.Span).Replace("\r\n", "\n", StringComparison.Ordinal);
        if (style.Space is false)
        {
            text = text.Replace("data: ", "data:", StringComparison.Ordinal).Replace("event: ", "event:", StringComparison.Ordinal);
        }

        if (last && style.NoLastBlank is true)
        {
            text = text.TrimEnd('\n');
        }

        text = style.Newline switch
        {
            SseNewline.Crlf => text.Replace("\n", "\r\n", StringComparison.Ordinal),
            SseNewline.Cr => text.Replace('\n', '\r'),
            _ => text,
        };
        return frame with { Bytes = Encoding.UTF8.GetBytes(withBom ? "\uFEFF" + text : text) };
    }
}
