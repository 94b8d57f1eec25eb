using System.Buffers;
using System.Buffers.Binary;

namespace Causeway.Wire.Bedrock.EventStream;

/// <summary>Writes frames of <c>application/vnd.amazon.eventstream</c> whose payload is JSON.</summary>
internal static class EventStreamWriter
{
    private const byte TypeString = 7;

    public static void Event(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload) =>
        Write(output, ":event-type"u8, type, "event"u8, payload);

    /// <summary>Writes a modelled exception, the last frame of its stream.</summary>
    public static void Exception(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload) =>
        Write(output, ":exception-type"u8, type, "exception"u8, payload);

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> typeHeader, ReadOnlySpan<byte> type, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> payload)
    {
        int headers = HeaderBytes(typeHeader, type) + HeaderBytes(":content-type"u8, "application/json"u8) + HeaderBytes(":message-type"u8, kind);
        int total = EventStreamFramer.PreludeBytes + headers + payload.Length + EventStreamFramer.SumBytes;
        Span<byte> frame = output.GetSpan(total)[..total];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)total);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], (uint)headers);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Crc32.Of(frame[..8]));
        Span<byte> rest = frame[EventStreamFramer.PreludeBytes..];
        WriteHeader(ref rest, typeHeader, type);
        WriteHeader(ref rest, ":content-type"u8, "application/json"u8);
        WriteHeader(ref rest, ":message-type"u8, kind);
        payload.CopyTo(rest);
        BinaryPrimitives.WriteUInt32BigEndian(rest[payload.Length..], Crc32.Of(frame[..^EventStreamFramer.SumBytes]));
        output.Advance(total);
    }

    // A byte for the name's length, one for the type of the value, two for the value's length.
    private static int HeaderBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length + value.Length + 4;

    private static void WriteHeader(ref Span<byte> rest, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        rest[0] = (byte)name.Length;
        name.CopyTo(rest[1..]);
        Span<byte> after = rest[(name.Length + 1)..];
        after[0] = TypeString;
        BinaryPrimitives.WriteUInt16BigEndian(after[1..], (ushort)value.Length);
        value.CopyTo(after[3..]);
        rest = after[(value.Length + 3)..];
    }
}
