using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Releases.Timeline;

/// <summary>How entries are chained.</summary>
public static class TimelineChain
{
    /// <summary>What the first entry follows.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The entry in its place: numbered, and with the hash of everything up to it.</summary>
    /// <param name="before">The hash of the entry before, or <see cref="Start"/>.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="seq">Its place.</param>
    public static TimelineEntry Next(ReadOnlySpan<byte> before, TimelineEntry entry, long seq)
    {
        TimelineEntry placed = entry with { Seq = seq, At = DateTimeOffset.FromUnixTimeMilliseconds(entry.At.ToUnixTimeMilliseconds()) };
        return placed with { Hash = HashOf(before, placed) };
    }

    /// <summary>Whether an entry follows the one before.</summary>
    public static bool Follows(ReadOnlySpan<byte> before, TimelineEntry entry) => entry.Hash.Span.SequenceEqual(HashOf(before, entry));

    // Each part with its length, so that no two entries have one text.
    private static byte[] HashOf(ReadOnlySpan<byte> before, TimelineEntry entry)
    {
        var text = new ArrayBufferWriter<byte>(256);
        text.Write(before);
        Number(text, entry.Seq);
        Number(text, entry.At.ToUnixTimeMilliseconds());
        Number(text, entry.Revision);
        Number(text, (long)entry.Kind);
        Text(text, entry.Channel);
        Text(text, entry.Actor);
        Text(text, entry.Reason);
        Text(text, entry.Detail);
        return SHA256.HashData(text.WrittenSpan);
    }

    private static void Number(ArrayBufferWriter<byte> text, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(sizeof(long)), number);
        text.Advance(sizeof(long));
    }

    private static void Text(ArrayBufferWriter<byte> text, string? part)
    {
        Number(text, part is null ? -1 : Encoding.UTF8.GetByteCount(part));
        if (part is not null)
        {
            text.Advance(Encoding.UTF8.GetBytes(part, text.GetSpan(Encoding.UTF8.GetMaxByteCount(part.Length))));
        }
    }
}
