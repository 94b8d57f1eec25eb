using System.Buffers;

namespace Causeway.Wire.Sse;

/// <summary>The name and data of one frame. The spans point into the frame, or into the scratch buffer when the data has several lines.</summary>
public readonly ref struct SseEvent
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The value of the last <c>event</c> field; empty when there is none.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>The values of all <c>data</c> fields, joined by LF.</summary>
    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>The frame has a <c>data</c> field, so it is an event; false for comments and blank lines.</summary>
    public bool HasData { get; private init; }

    /// <summary>Reads a frame that <see cref="SseFramer"/> found. <c>id</c>, <c>retry</c>, comments and unknown fields are passed over.</summary>
    /// <param name="frame">The frame; a byte order mark at its start is ignored.</param>
    /// <param name="scratch">
    /// Where data of several lines is joined. Null at first; rented from the shared pool when needed, reused by later calls, and the
    /// caller's to give back.
    /// </param>
    public static SseEvent Parse(ReadOnlySpan<byte> frame, scoped ref byte[]? scratch)
    {
        ReadOnlySpan<byte> rest = frame.StartsWith(ByteOrderMark) ? frame[3..] : frame;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> data = default;
        int dataLines = 0;
        int joined = 0;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> line = TakeLine(ref rest);
            if (TryField(line, "data"u8, out ReadOnlySpan<byte> value))
            {
                if (dataLines++ > 0)
                {
                    joined = dataLines == 2 ? Append(ref scratch, 0, data, frame.Length) : joined;
                    joined = Append(ref scratch, joined, "\n"u8, frame.Length);
                    joined = Append(ref scratch, joined, value, frame.Length);
                }

                data = value;
            }
            else if (TryField(line, "event"u8, out value))
            {
                name = value;
            }
        }

        return new SseEvent { Name = name, Data = dataLines > 1 ? scratch.AsSpan(0, joined) : data, HasData = dataLines > 0 };
    }

    private static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        int next = end < 0 ? rest.Length : end + 1;
        if (next < rest.Length && rest[end] == '\r' && rest[next] == '\n')
        {
            next++;
        }

        rest = rest[next..];
        return line;
    }

    private static bool TryField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(field))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[field.Length..];
        if (rest.IsEmpty)
        {
            return true;
        }

        value = rest.Length > 1 && rest[1] == ' ' ? rest[2..] : rest[1..];
        return rest[0] == ':';
    }

    private static int Append(scoped ref byte[]? scratch, int length, ReadOnlySpan<byte> bytes, int frameLength)
    {
        // The joined data is never longer than the frame: each LF stands where a field name was.
        if (scratch is null || scratch.Length < frameLength)
        {
            if (scratch is not null)
            {
                ArrayPool<byte>.Shared.Return(scratch);
            }

            scratch = ArrayPool<byte>.Shared.Rent(frameLength);
        }

        bytes.CopyTo(scratch.AsSpan(length));
        return length + bytes.Length;
    }
}
