using System.Text;
using Causeway.Wire.Http1;

namespace Causeway.Wire.Tests.Http1;

public sealed class ResponseFramingTests
{
    [Theory]
    [InlineData("content-length: 5", 200, BodyLength.Counted, true)]
    [InlineData("Content-Length: 5, 5", 200, BodyLength.Counted, true)]
    [InlineData("content-length: 5|content-length: 5", 200, BodyLength.Counted, true)]
    [InlineData("content-length: 0", 200, BodyLength.None, true)]
    [InlineData("transfer-encoding: chunked", 200, BodyLength.Chunked, true)]
    [InlineData("Transfer-Encoding: Chunked", 200, BodyLength.Chunked, true)]
    [InlineData("transfer-encoding: identity|content-length: 3", 200, BodyLength.Counted, true)]
    [InlineData("", 200, BodyLength.UntilClose, true)]
    [InlineData("", 204, BodyLength.None, true)]
    [InlineData("content-length: 5", 304, BodyLength.None, true)]
    [InlineData("transfer-encoding: chunked", 204, BodyLength.None, true)]
    [InlineData("content-length: 5|connection: close", 200, BodyLength.Counted, false)]
    [InlineData("content-length: 5|connection: foo, Close", 200, BodyLength.Counted, false)]
    [InlineData("content-length: 5|transfer-encoding: chunked", 200, BodyLength.Chunked, false)]
    [InlineData("transfer-encoding: chunked|content-length: 0", 200, BodyLength.Chunked, false)]
    public void The_end_of_a_body_is_told_as_the_standard_says(string fields, int status, BodyLength length, bool keeps)
    {
        Assert.True(TryRead(fields, out ResponseFraming framing));
        Assert.Equal((length, keeps), (framing.BodyOf(status, isHead: false), framing.KeepsAlive(1)));
    }

    [Theory]
    [InlineData("content-length: 5|content-length: 6")]
    [InlineData("content-length: 5, 6")]
    [InlineData("content-length: -5")]
    [InlineData("content-length: +5")]
    [InlineData("content-length: 5x")]
    [InlineData("content-length: ")]
    [InlineData("content-length: 5,")]
    [InlineData("content-length: 99999999999999999999")]
    [InlineData("transfer-encoding: gzip, chunked")]
    [InlineData("transfer-encoding: chunked|transfer-encoding: chunked")]
    [InlineData("transfer-encoding: xchunked")]
    public void What_can_be_read_in_two_ways_is_refused(string fields) => Assert.False(TryRead(fields, out _));

    [Theory]
    [InlineData("", false)]
    [InlineData("connection: keep-alive", true)]
    [InlineData("connection: keep-alive, close", false)]
    public void The_older_version_keeps_a_connection_only_where_it_says_so(string fields, bool keeps)
    {
        Assert.True(TryRead(fields, out ResponseFraming framing));
        Assert.Equal(keeps, framing.KeepsAlive(0));
    }

    [Theory]
    [InlineData("keep-alive: timeout=5, max=100", 5)]
    [InlineData("keep-alive: max=100", null)]
    [InlineData("keep-alive: timeout=x", null)]
    public void How_long_a_server_waits_is_read(string fields, int? seconds)
    {
        Assert.True(TryRead(fields, out ResponseFraming framing));
        Assert.Equal(seconds, framing.IdleSeconds);
    }

    [Fact]
    public void An_answer_to_head_has_no_body()
    {
        Assert.True(TryRead("content-length: 5", out ResponseFraming framing));
        Assert.Equal(BodyLength.None, framing.BodyOf(200, isHead: true));
    }

    private static bool TryRead(string fields, out ResponseFraming framing)
    {
        framing = default;
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(ResponseHead.TrySplit(Encoding.ASCII.GetBytes(field), out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value));
            if (!framing.TryTake(name, value))
            {
                return false;
            }
        }

        return true;
    }
}
