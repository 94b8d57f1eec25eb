using Causeway.Wire.Sse;

namespace Causeway.Wire.Tests.Sse;

public sealed class SseFramerTests
{
    [Fact]
    public void A_frame_takes_the_line_feed_of_its_last_line_end_along_when_it_is_there()
    {
        SseFramer framer = default;

        Assert.True(framer.TryFrame("data: a\r\n\r\ndata: b"u8, out int length));
        Assert.Equal("data: a\r\n\r\n".Length, length);
    }

    [Fact]
    public void A_frame_does_not_wait_for_a_line_feed_that_may_never_come()
    {
        SseFramer framer = default;

        Assert.True(framer.TryFrame("data: a\r\n\r"u8, out int length));
        Assert.Equal("data: a\r\n\r".Length, length);
        Assert.True(framer.TryFrame("\n"u8, out length));
        Assert.Equal(1, length);
    }

    [Fact]
    public void What_was_searched_is_not_searched_again()
    {
        byte[] buffer = new byte[SseFramer.MaxEventBytes];
        Array.Fill(buffer, (byte)'a');
        SseFramer framer = default;
        long started = Environment.TickCount64;

        // Searching the prefix again for every byte would read 2^39 bytes: minutes, where one pass is milliseconds.
        for (int length = 1; length <= buffer.Length; length++)
        {
            Assert.False(framer.TryFrame(buffer.AsSpan(0, length), out _));
        }

        Assert.InRange(Environment.TickCount64 - started, 0, 10_000);
    }

    [Fact]
    public void An_event_beyond_the_bound_stops_the_reader()
    {
        SseReader reader = new();
        byte[] piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'a');

        for (int i = 0; i < 20; i++)
        {
            reader.Feed(piece);
            Assert.False(reader.TryRead(out _));
        }

        Assert.True(reader.IsTooLong);
        Assert.True(reader.IsTruncated);
    }
}
