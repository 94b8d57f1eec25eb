using System.Text;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Tests.Sse;

/// <summary>The event stream of the HTML standard, one oddity per row (F-09).</summary>
public sealed class SseVectorTests
{
    /// <summary>Stream; then events as <c>name=data</c> joined by <c>|</c>; then whether the rest is a cut event.</summary>
    public static TheoryData<string, string, bool> Vectors { get; } = new()
    {
        { "", "", false },
        { "data: a\n\n", "=a", false },
        { "data:a\n\n", "=a", false },
        { "data:  a\n\n", "= a", false },
        { "data:\ta\n\n", "=\ta", false },
        { "data: a \n\n", "=a ", false },
        { "data: a\r\r", "=a", false },
        { "data: a\r\n\r\n", "=a", false },
        { "data: a\r\n\n", "=a", false },
        { "data: a\n\r\n", "=a", false },
        { "data: a\r\n\r", "=a", false },
        { "data: a\n\r", "=a", false },
        { "data: a\r\rdata: b\n\n", "=a|=b", false },
        { "data: a\r\n\rdata: b\r\r", "=a|=b", false },
        { "data: a\rdata: b\r\n\r\n", "=a\nb", false },
        { "data: a\ndata: b\n\n", "=a\nb", false },
        { "data: a\r\ndata: b\r\ndata: c\r\n\r\n", "=a\nb\nc", false },
        { "data:\ndata:\n\n", "=\n", false },
        { "data\n\n", "=", false },
        { "data\ndata\n\n", "=\n", false },
        { "data:\n\n", "=", false },
        { "data: \n\n", "=", false },
        { "data: a\ndata\n\n", "=a\n", false },
        { ": comment\n\n", "", false },
        { ":\n\n", "", false },
        { ": OPENROUTER PROCESSING\n\ndata: a\n\n", "=a", false },
        { ": c\ndata: a\n: d\n\n", "=a", false },
        { "event: e\ndata: a\n\n", "e=a", false },
        { "event:e\ndata:a\n\n", "e=a", false },
        { "data: a\nevent: e\n\n", "e=a", false },
        { "event: e\nevent: f\ndata: a\n\n", "f=a", false },
        { "event: e\n\ndata: a\n\n", "=a", false },
        { "event\ndata: a\n\n", "=a", false },
        { "event: e\n\n", "", false },
        { "id: 7\ndata: a\n\n", "=a", false },
        { "retry: 3000\n\ndata: a\n\n", "=a", false },
        { "retry: soon\ndata: a\n\n", "=a", false },
        { "unknown: x\ndata: a\n\n", "=a", false },
        { "nofield\ndata: a\n\n", "=a", false },
        { "Data: x\nDATA: y\ndata: a\n\n", "=a", false },
        { " data: x\ndata: a\n\n", "=a", false },
        { "database: x\ndata: a\n\n", "=a", false },
        { "data : x\ndata: a\n\n", "=a", false },
        { "\uFEFFdata: a\n\n", "=a", false },
        { "\uFEFF: c\n\ndata: a\n\n", "=a", false },
        { "\n\n\ndata: a\n\n\n\n", "=a", false },
        { "\r\n\r\ndata: a\r\n\r\n\r\n", "=a", false },
        { "data: a:b: c\n\n", "=a:b: c", false },
        { "data: {\"x\":\"\\r\\n\"}\n\n", "={\"x\":\"\\r\\n\"}", false },
        { "data: Köln \u2028 🚉\n\n", "=Köln \u2028 🚉", false },
        { "data: a\0b\n\n", "=a\0b", false },
        { "data: a\n\ndata: [DONE]\n\n", "=a|=[DONE]", false },
        { "data: a\n\n: ping\n", "=a", false },
        { "data: a\n\n: pi", "=a", false },
        { "data: a", "", true },
        { "data: a\n", "", true },
        { "data: a\r\n", "", true },
        { "data: a\r", "", true },
        { "data: a\n\ndata: b", "=a", true },
        { "data: a\n\nda", "=a", true },
        { "event: e\n", "", true },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_stream_is_read_by_the_standard_in_any_pieces(string stream, string events, bool truncated)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stream);

        for (int size = 1; size <= Math.Max(1, bytes.Length); size++)
        {
            SseReader reader = new();
            List<string> read = [];
            for (int at = 0; at < bytes.Length; at += size)
            {
                reader.Feed(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
                while (reader.TryRead(out SseMessage? message))
                {
                    read.Add($"{message.Name}={Encoding.UTF8.GetString(message.Data)}");
                }
            }

            Assert.Equal(events, string.Join('|', read));
            Assert.Equal(truncated, reader.IsTruncated);
        }
    }
}
