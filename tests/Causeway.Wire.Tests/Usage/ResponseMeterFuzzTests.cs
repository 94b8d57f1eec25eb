using System.Text;
using Causeway.Wire.Json;
using Causeway.Wire.Requests;
using Causeway.Wire.Sse;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.Usage;

/// <summary>What a provider sends is its own affair; it must never throw here (F-10).</summary>
public sealed class ResponseMeterFuzzTests
{
    /// <summary>Bytes that look like JSON replies just enough to get deep into the readers.</summary>
    internal static Gen<byte[]> JsonLike { get; } = Gen
        .OneOf(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "-1", "1e999", "1099511627777", "NaN", " ", "\n", "\u00fc", "\0",
            "\"usage\"", "\"model\"", "\"choices\"", "\"finish_reason\"", "\"error\"", "\"prompt_tokens\":", "\"completion_tokens\":5", "\"type\":\"message_delta\"",
            "\"message\"", "\"response\"", "\"usageMetadata\":{", "\"promptTokenCount\":9", "\"candidates\":[{", "\"input_tokens\":7", "\"inputTokens\":7", "\"cacheDetails\":[{", "\"stop_reason\":\"\\ud800\"")
        .Array[0, 40].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));

    private static readonly Operation[] All = Enum.GetValues<Operation>();

    private static readonly byte[][] Names =
    [
        [], [.. "message_start"u8], [.. "message_delta"u8], [.. "content_block_delta"u8], [.. "message_stop"u8], [.. "error"u8],
        [.. "response.created"u8], [.. "response.completed"u8], [.. "response.failed"u8], [.. "response.output_text.delta"u8],
        [.. "contentBlockDelta"u8], [.. "messageStop"u8], [.. "metadata"u8], [.. "throttlingException"u8],
    ];

    [Fact]
    public void The_meter_never_throws() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array, JsonLike), Gen.Int[1, 64]).Sample(
            (bytes, size) =>
            {
                foreach (Operation operation in All)
                {
                    ResponseMeter events = new(operation, stream: true);
                    foreach (byte[] name in Names)
                    {
                        events.Event(name, bytes);
                    }

                    ResponseMeter body = new(operation, stream: false);
                    for (int at = 0; at < bytes.Length; at += size)
                    {
                        body.Body(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
                    }

                    AssertSane(events);
                    AssertSane(body);
                }
            },
            iter: 2_000,
            threads: 1);

    [Fact]
    public void The_framers_and_the_scanner_never_throw_and_never_reach_too_far() =>
        Gen.OneOf(Gen.Byte.Array, JsonLike).Sample(
            bytes =>
            {
                SseFramer sse = default;
                Assert.True(!sse.TryFrame(bytes, out int length) || length <= bytes.Length);

                byte[]? scratch = null;
                SseEvent.Parse(bytes, ref scratch);

                JsonArrayFramer array = default;
                Assert.True(!array.TryFrame(bytes, out length, out ByteRange element) || (length <= bytes.Length && element.End <= length));

                foreach (Operation operation in All)
                {
                    RequestScanner.TryScan(operation, bytes, out _, out _);
                }
            },
            iter: 5_000,
            threads: 1);

    [Theory]
    [InlineData("chat-tools.sse", Operation.ChatCompletions)]
    [InlineData("responses.sse", Operation.Responses)]
    [InlineData("messages-thinking.sse", Operation.Messages)]
    [InlineData("gemini.sse", Operation.StreamGenerateContent)]
    public void A_recorded_stream_with_flipped_bytes_is_read_to_some_end(string file, Operation operation)
    {
        byte[] recorded = Recorded.Bytes(file);

        Gen.Select(Gen.Int[0, recorded.Length - 1], Gen.Byte).Array[1, 8].Sample(
            flips =>
            {
                byte[] stream = [.. recorded];
                foreach ((int at, byte value) in flips)
                {
                    stream[at] = value;
                }

                AssertSane(StreamedReply.Of(operation, stream).Meter);
            },
            iter: 300,
            threads: 1);
    }

    private static void AssertSane(ResponseMeter meter)
    {
        TokenUsage usage = meter.Usage;
        long[] counts =
        [
            usage.InputUncached, usage.CacheRead, usage.CacheWrite5m, usage.CacheWrite1h, usage.CacheWrite30m, usage.CacheWrite12h, usage.Output,
            usage.Reasoning,
        ];
        Assert.All(counts, count => Assert.InRange(count, 0, 2 * TokenUsage.MaxTokens));
        Assert.True(usage.Reasoning <= usage.Output);
    }
}
