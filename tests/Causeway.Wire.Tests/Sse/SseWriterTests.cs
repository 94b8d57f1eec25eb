using System.Buffers;
using System.Text;
using Causeway.Wire.Sse;
using CsCheck;

namespace Causeway.Wire.Tests.Sse;

public sealed class SseWriterTests
{
    private static readonly Gen<string> Hostile = Gen.OneOf("\r", "\n", "\r\n", "data:", "event: x", ":", " ", "a", "ü", "").Array[0, 12].Select(string.Concat);

    [Fact]
    public void Whatever_is_written_is_read_back_as_one_event() =>
        Gen.Select(Hostile, Hostile).Sample(
            (name, data) =>
            {
                ArrayBufferWriter<byte> output = new();
                SseWriter.Write(output, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));
                SseReader reader = new();
                reader.Feed(output.WrittenSpan);

                Assert.True(reader.TryRead(out SseMessage? message));
                Assert.Equal(data.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(message.Data));
                Assert.Equal(name.Split('\r', '\n')[0], message.Name);
                Assert.False(reader.TryRead(out _));
                Assert.False(reader.IsTruncated);
            },
            threads: 1);

    [Fact]
    public void A_comment_is_never_an_event() =>
        Hostile.Sample(
            text =>
            {
                ArrayBufferWriter<byte> output = new();
                SseWriter.Comment(output, Encoding.UTF8.GetBytes(text));
                SseReader reader = new();
                reader.Feed(output.WrittenSpan);

                return !reader.TryRead(out _) && !reader.IsTruncated;
            },
            threads: 1);
}
