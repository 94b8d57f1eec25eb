using System.Text;
using Causeway.Wire.Http1;
using CsCheck;

namespace Causeway.Wire.Tests.Http1;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n\r\nrest", 25)]
    [InlineData("HTTP/1.1 200 OK\na: b\n\nrest", 22)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\n\r\nrest", 24)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 19)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n\r", 0)]
    [InlineData("HTTP/1.1 200 OK\r\na: b\r\n", 0)]
    [InlineData("", 0)]
    public void A_head_ends_with_an_empty_line_wherever_it_is_cut(string text, int end)
    {
        byte[] received = Encoding.ASCII.GetBytes(text);
        Assert.Equal(end, ResponseHead.EndOf(received, 0));
        for (int seen = 1; seen < end; seen++)
        {
            Assert.Equal(end, ResponseHead.EndOf(received, seen));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 1, 200)]
    [InlineData("HTTP/1.0 404 Not Found", 0, 404)]
    [InlineData("HTTP/1.1 529", 1, 529)]
    [InlineData("HTTP/1.1 200 ", 1, 200)]
    [InlineData("HTTP/1.1 100 Continue", 1, 100)]
    public void A_status_line_is_read(string text, int minor, int status)
    {
        ReadOnlySpan<byte> head = Encoding.ASCII.GetBytes(text + "\r\n\r\n");
        Assert.True(ResponseHead.TryTakeStatus(ref head, out int readMinor, out int readStatus));
        Assert.Equal((minor, status), (readMinor, readStatus));
    }

    [Theory]
    [InlineData("HTTP/2 200 OK")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1 abc")]
    [InlineData("HTTP/1.1 099 X")]
    [InlineData("http/1.1 200 OK")]
    [InlineData("hello")]
    public void Anything_else_is_none(string text)
    {
        ReadOnlySpan<byte> head = Encoding.ASCII.GetBytes(text + "\r\n\r\n");
        Assert.False(ResponseHead.TryTakeStatus(ref head, out _, out _));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("H", true)]
    [InlineData("HTTP/1", true)]
    [InlineData("HTTP/1.1 200", true)]
    [InlineData("SSH-2.0", false)]
    [InlineData("HTTP/2", false)]
    public void What_cannot_become_a_response_shows_with_its_first_bytes(string text, bool may) => Assert.Equal(may, ResponseHead.MayBegin(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("Name: value", "Name", "value")]
    [InlineData("name:value \t", "name", "value")]
    [InlineData("name : value", "name", "value")]
    [InlineData("name:", "name", "")]
    [InlineData("x-a: b:c", "x-a", "b:c")]
    public void A_field_is_split(string line, string name, string value)
    {
        Assert.True(ResponseHead.TrySplit(Encoding.ASCII.GetBytes(line), out ReadOnlySpan<byte> readName, out ReadOnlySpan<byte> readValue));
        Assert.Equal((name, value), (Encoding.ASCII.GetString(readName), Encoding.ASCII.GetString(readValue)));
    }

    [Theory]
    [InlineData("no colon")]
    [InlineData(": value")]
    [InlineData("na me: value")]
    [InlineData("n\u0001: value")]
    [InlineData("name: a\0b")]
    [InlineData("name: a\rb")]
    public void What_is_no_field_is_refused(string line) => Assert.False(ResponseHead.TrySplit(Encoding.Latin1.GetBytes(line), out _, out _));

    [Fact]
    public void Folded_lines_become_one()
    {
        byte[] head = "HTTP/1.1 200 OK\r\na: b\r\n  c\n\td\r\ne: f\r\n\r\n"u8.ToArray();
        ResponseHead.Unfold(head);
        ReadOnlySpan<byte> rest = head;
        Assert.True(ResponseHead.TryTakeStatus(ref rest, out _, out _));
        Assert.True(ResponseHead.TrySplit(ResponseHead.TakeLine(ref rest), out _, out ReadOnlySpan<byte> value));
        Assert.Equal(["b", "c", "d"], Encoding.ASCII.GetString(value).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("e: f", Encoding.ASCII.GetString(ResponseHead.TakeLine(ref rest)));
        Assert.True(ResponseHead.TakeLine(ref rest).IsEmpty);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        Gen<byte> likely = Gen.OneOf(Gen.OneOf("\r\n: aH1,\t\0"u8.ToArray()), Gen.Byte);
        likely.Array[0, 120].Sample(bytes =>
        {
            int end = ResponseHead.EndOf(bytes, 0);
            if (end == 0)
            {
                return;
            }

            byte[] head = bytes[..end];
            ResponseHead.Unfold(head);
            ReadOnlySpan<byte> rest = head;
            int lines = 0;
            for (ReadOnlySpan<byte> line = ResponseHead.TakeLine(ref rest); !line.IsEmpty && !rest.IsEmpty; line = ResponseHead.TakeLine(ref rest))
            {
                _ = ResponseHead.TrySplit(line, out _, out _);
                Assert.InRange(++lines, 1, end);
            }
        });
    }
}
