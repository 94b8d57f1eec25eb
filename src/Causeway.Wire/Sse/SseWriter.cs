using System.Buffers;

namespace Causeway.Wire.Sse;

/// <summary>Writes server-sent events that no content can break out of: a line end in data starts another <c>data</c> field (S-16).</summary>
public static class SseWriter
{
    /// <summary>Writes one event. Each CR, LF or CRLF of the data becomes a line of its own, so a reader gets LF for it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">The <c>event</c> field; empty for none; cut at a line end.</param>
    /// <param name="data">The data.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            TakeLine(ref name, out ReadOnlySpan<byte> line);
            output.Write(line);
            output.Write("\n"u8);
        }

        bool more;
        do
        {
            more = TakeLine(ref data, out ReadOnlySpan<byte> line);
            output.Write("data: "u8);
            output.Write(line);
            output.Write("\n"u8);
        }
        while (more);

        output.Write("\n"u8);
    }

    /// <summary>Writes a comment, as keep-alives are: one line for each line of the text, then a blank line.</summary>
    public static void Comment(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        bool more;
        do
        {
            more = TakeLine(ref text, out ReadOnlySpan<byte> line);
            output.Write(": "u8);
            output.Write(line);
            output.Write("\n"u8);
        }
        while (more);

        output.Write("\n"u8);
    }

    private static bool TakeLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            line = rest;
            rest = default;
            return false;
        }

        line = rest[..end];
        int next = rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n' ? end + 2 : end + 1;
        rest = rest[next..];
        return true;
    }
}
