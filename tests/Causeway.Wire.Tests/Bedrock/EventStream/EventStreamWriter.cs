using System.Buffers.Binary;
using System.Text;

namespace Causeway.Wire.Tests.Bedrock.EventStream;

/// <summary>Writes frames as the service does.</summary>
internal static class EventStreamWriter
{
    public static byte[] Event(string type, string payload) => Frame(payload, (":event-type", type), (":content-type", "application/json"), (":message-type", "event"));

    public static byte[] Exception(string type, string payload) => Frame(payload, (":exception-type", type), (":message-type", "exception"));

    public static byte[] Frame(string payload, params (string Name, string Value)[] headers) => Raw(payload, [.. headers.SelectMany(header => Header(header.Name, header.Value))]);

    public static byte[] Raw(string payload, byte[] headers)
    {
        byte[] body = Encoding.UTF8.GetBytes(payload);
        byte[] frame = new byte[12 + headers.Length + body.Length + 4];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)frame.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Sum(frame.AsSpan(0, 8)));
        headers.CopyTo(frame, 12);
        body.CopyTo(frame, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Sum(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    private static byte[] Header(string name, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 7, (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }

    // Bit by bit, as the definition says: what is tested has tables.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
            }
        }

        return ~sum;
    }
}
