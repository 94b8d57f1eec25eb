using System.Buffers.Binary;
using System.Text;
using Causeway.Wire.Bedrock.EventStream;
using CsCheck;

namespace Causeway.Wire.Tests.Bedrock.EventStream;

public sealed class EventStreamTests
{
    private static readonly byte[] Stream =
    [
        .. EventStreamWriter.Event("messageStart", """{"role":"assistant"}"""),
        .. EventStreamWriter.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Brücken"},"p":"abcdefgh"}"""),
        .. EventStreamWriter.Raw("", []),
        .. EventStreamWriter.Event("messageStop", """{"stopReason":"end_turn"}"""),
        .. EventStreamWriter.Event("metadata", """{"usage":{"inputTokens":5,"outputTokens":9,"totalTokens":14}}"""),
        .. EventStreamWriter.Exception("throttlingException", """{"message":"slow down"}"""),
    ];

    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339)]
    public void The_sum_is_the_published_one(string text, uint sum) => Assert.Equal(sum, Crc32.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Frames_are_read_with_their_names()
    {
        Assert.Equal(
            [
                """messageStart {"role":"assistant"}""",
                """contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Brücken"},"p":"abcdefgh"}""",
                " ",
                """messageStop {"stopReason":"end_turn"}""",
                """metadata {"usage":{"inputTokens":5,"outputTokens":9,"totalTokens":14}}""",
                """!throttlingException {"message":"slow down"}""",
            ],
            Read([Stream]).Events);
    }

    [Fact]
    public void A_stream_cut_at_any_byte_reads_the_same()
    {
        string[] whole = Read([Stream]).Events;

        for (int cut = 0; cut <= Stream.Length; cut++)
        {
            (string[] events, int left, bool broken) = Read([Stream[..cut], Stream[cut..]]);
            Assert.Equal(whole, events);
            Assert.Equal((0, false), (left, broken));
        }
    }

    [Fact]
    public void A_stream_in_pieces_of_any_size_reads_the_same()
    {
        string[] whole = Read([Stream]).Events;

        Gen.Int[1, 64].Array[1, 40].Sample(sizes => Read(Pieces(sizes)).Events.SequenceEqual(whole), iter: 200, threads: 1);
    }

    [Fact]
    public void One_damaged_byte_ends_the_stream_and_gives_no_event_of_its_own()
    {
        string[] whole = Read([Stream]).Events;

        for (int at = 0; at < Stream.Length; at++)
        {
            byte[] damaged = [.. Stream];
            damaged[at] ^= 0x20;
            (string[] events, _, bool broken) = Read([damaged]);
            Assert.True(broken, $"byte {at} was not missed");
            Assert.Equal(whole.Take(events.Length), events);
        }
    }

    [Fact]
    public void A_stream_that_stops_early_leaves_a_rest()
    {
        (string[] events, int left, bool broken) = Read([Stream[..^1]]);

        Assert.Equal((5, true, false), (events.Length, left > 0, broken));
    }

    [Theory]
    [InlineData(15u, 0u, true)]
    [InlineData(16u, 0u, false)]
    [InlineData(16u, 1u, true)]
    [InlineData((uint)EventStreamFramer.MaxFrameBytes, 0u, false)]
    [InlineData((uint)EventStreamFramer.MaxFrameBytes + 1, 0u, true)]
    [InlineData(uint.MaxValue, uint.MaxValue, true)]
    public void A_length_that_cannot_be_is_refused_before_its_bytes_come(uint total, uint headers, bool broken)
    {
        byte[] prelude = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(prelude, total);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), Crc32.Of(prelude.AsSpan(0, 8)));
        EventStreamFramer framer = default;

        Assert.False(framer.TryFrame(prelude, out _));
        Assert.Equal(broken, framer.IsBroken);
    }

    [Fact]
    public void Headers_of_every_type_are_passed_over()
    {
        byte[] headers =
        [
            .. Typed(0), .. Typed(1), .. Typed(2, 1), .. Typed(3, 0, 1), .. Typed(4, 0, 0, 0, 1), .. Typed(5, new byte[8]),
            .. Typed(6, 0, 2, 7, 7), .. Typed(8, new byte[8]), .. Typed(9, new byte[16]),
            11, .. ":error-code"u8, 7, 0, 2, .. "E1"u8, 14, .. ":error-message"u8, 7, 0, 1, .. "m"u8, 13, .. ":message-type"u8, 7, 0, 5, .. "error"u8,
        ];

        byte[] frame = EventStreamWriter.Raw("", headers);
        var read = EventStreamEvent.Parse(frame);

        Assert.True(read.IsError);
        Assert.Equal(("E1", "m"), (Encoding.UTF8.GetString(read.Name), Encoding.UTF8.GetString(read.ErrorMessage)));
    }

    [Fact]
    public void No_headers_make_it_throw() => Gen.Byte.Array[0, 64].Sample(
        headers =>
        {
            byte[] frame = EventStreamWriter.Raw("{}", headers);
            var read = EventStreamEvent.Parse(frame);
            Assert.Equal("{}", Encoding.UTF8.GetString(read.Payload));
        },
        threads: 1);

    private static byte[] Typed(byte type, params byte[] value) => [1, (byte)'x', type, .. value];

    private static IEnumerable<byte[]> Pieces(int[] sizes)
    {
        for (int at = 0, i = 0; at < Stream.Length; i++)
        {
            int size = Math.Min(sizes[i % sizes.Length], Stream.Length - at);
            yield return Stream[at..(at + size)];
            at += size;
        }
    }

    private static (string[] Events, int Left, bool Broken) Read(IEnumerable<byte[]> pieces)
    {
        List<string> events = [];
        byte[] buffer = [];
        EventStreamFramer framer = default;
        foreach (byte[] piece in pieces)
        {
            buffer = [.. buffer, .. piece];
            while (framer.TryFrame(buffer, out int length))
            {
                var read = EventStreamEvent.Parse(buffer.AsSpan(0, length));
                events.Add($"{(read.IsError ? "!" : "")}{Encoding.UTF8.GetString(read.Name)} {Encoding.UTF8.GetString(read.Payload)}");
                buffer = buffer[length..];
            }
        }

        return ([.. events], buffer.Length, framer.IsBroken);
    }
}
