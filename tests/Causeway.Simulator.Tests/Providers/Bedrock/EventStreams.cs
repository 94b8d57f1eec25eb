using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Bedrock;

/// <summary>Reads binary event streams; checksums come from the base library's gzip, not from the simulator.</summary>
internal static class EventStreams
{
    public static IReadOnlyList<StreamMessage> Read(ReadOnlySpan<byte> stream)
    {
        List<StreamMessage> messages = [];
        while (!stream.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(stream);
            int headerLength = BinaryPrimitives.ReadInt32BigEndian(stream[4..]);
            Assert.Equal(Crc(stream[..8]), BinaryPrimitives.ReadUInt32BigEndian(stream[8..]));
            Assert.Equal(Crc(stream[..(length - 4)]), BinaryPrimitives.ReadUInt32BigEndian(stream[(length - 4)..]));
            messages.Add(new StreamMessage(Headers(stream.Slice(12, headerLength)), stream[(12 + headerLength)..(length - 4)].ToArray()));
            stream = stream[length..];
        }

        return messages;
    }

    /// <summary>A gzip member ends with the checksum of what it holds.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(packed.ToArray().AsSpan()[^8..]);
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes)
    {
        Dictionary<string, string> headers = [];
        while (!bytes.IsEmpty)
        {
            int name = bytes[0];
            Assert.Equal(7, bytes[1 + name]);
            int value = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 + name)..]);
            headers[Encoding.ASCII.GetString(bytes.Slice(1, name))] = Encoding.UTF8.GetString(bytes.Slice(4 + name, value));
            bytes = bytes[(4 + name + value)..];
        }

        return headers;
    }
}

internal sealed record StreamMessage(IReadOnlyDictionary<string, string> Headers, byte[] Payload)
{
    public string Type => Headers.GetValueOrDefault(":event-type") ?? Headers[":exception-type"];

    public JsonElement Json => JsonElement.Parse(Payload);
}
