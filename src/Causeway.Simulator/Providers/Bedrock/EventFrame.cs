using System.Buffers.Binary;
using System.Text;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>One message of <c>application/vnd.amazon.eventstream</c>: lengths, prelude checksum, headers, payload, checksum; all big-endian.</summary>
internal static class EventFrame
{
    private const byte StringHeader = 7;
    private static readonly uint[] s_crcTable = [.. Enumerable.Range(0, 256).Select(i => Shifted((uint)i))];

    public static Frame Event(string type, byte[] payload, long weight) => new(Bytes("event", ":event-type", type, payload), weight)
    {
        Broken = Bytes("event", ":event-type", type, payload.AsSpan(0, payload.Length / 2)),
    };

    public static Frame Exception(string type, byte[] payload) => new(Bytes("exception", ":exception-type", type, payload));

    /// <summary>The checksum of gzip and PNG.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = s_crcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static byte[] Bytes(string kind, string typeHeader, string type, ReadOnlySpan<byte> payload)
    {
        byte[] headers = [.. Header(typeHeader, type), .. Header(":content-type", "application/json"), .. Header(":message-type", kind)];
        byte[] frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32(frame.AsSpan(0, 8)));
        headers.CopyTo(frame.AsSpan(12));
        payload.CopyTo(frame.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc32(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    private static byte[] Header(string name, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), StringHeader, (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }

    private static uint Shifted(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1);
        }

        return value;
    }
}
