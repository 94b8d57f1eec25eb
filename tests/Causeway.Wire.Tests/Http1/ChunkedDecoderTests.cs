using System.Globalization;
using System.Text;
using Causeway.Wire.Http1;
using CsCheck;

namespace Causeway.Wire.Tests.Http1;

public sealed class ChunkedDecoderTests
{
    [Fact]
    public void However_it_is_cut_the_same_body_comes_out()
    {
        Gen<byte[]> chunk = Gen.Byte.Array[1, 40];
        Gen<string> extension = Gen.OneOf("", ";a=b", " ;x", " ", ";quoted=\"1\"");
        Gen<string> trailers = Gen.OneOf("", "digest: abc\r\n", "a: 1\r\nb: 2\n");
        Gen.Select(Gen.Select(chunk, extension, Gen.Bool).Array[0, 6], trailers, Gen.Int[1, 17].Array[1, 20]).Sample((chunks, trailer, cuts) =>
        {
            using MemoryStream sent = new();
            using MemoryStream body = new();
            foreach ((byte[] data, string after, bool upper) in chunks)
            {
                string size = data.Length.ToString(upper ? "X" : "x3", CultureInfo.InvariantCulture);
                sent.Write(Encoding.ASCII.GetBytes($"{size}{after}\r\n"));
                sent.Write(data);
                sent.Write("\r\n"u8);
                body.Write(data);
            }

            sent.Write(Encoding.ASCII.GetBytes($"0\r\n{trailer}\r\n"));
            Assert.Equal(body.ToArray(), Decode(sent.ToArray(), cuts, out bool ended, out int surplus));
            Assert.Equal((true, 0), (ended, surplus));
        });
    }

    [Fact]
    public void Split_at_every_byte_it_is_the_same()
    {
        byte[] sent = "4\r\nWiki\r\n6;x=1\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nt: v\r\n\r\n"u8.ToArray();
        for (int cut = 1; cut < sent.Length; cut++)
        {
            Assert.Equal("Wikipedia in \r\n\r\nchunks.", Encoding.ASCII.GetString(Decode(sent, [cut, sent.Length], out bool ended, out _)));
            Assert.True(ended);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello!\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\rX0\r\n\r\n")]
    [InlineData("5\rX")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("5 5\r\nhello\r\n")]
    [InlineData("1234567890abcdef\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("0\r\n\rX")]
    [InlineData("5;a\0b\r\nhello\r\n")]
    public void What_is_no_chunk_is_refused(string text)
    {
        ChunkedDecoder decoder = default;
        Assert.False(decoder.TryDecode(Encoding.ASCII.GetBytes(text), out _));
    }

    [Fact]
    public void Lines_and_trailers_have_a_bound()
    {
        ChunkedDecoder sizes = default;
        Assert.False(sizes.TryDecode(Encoding.ASCII.GetBytes("5;" + new string('a', ChunkedDecoder.MaxSizeLine)), out _));
        ChunkedDecoder zeros = default;
        Assert.False(zeros.TryDecode(Encoding.ASCII.GetBytes(new string('0', ChunkedDecoder.MaxSizeLine + 1)), out _));
        ChunkedDecoder trailers = default;
        string trailer = string.Concat(Enumerable.Repeat("name: " + new string('v', 100) + "\r\n", 700));
        Assert.False(trailers.TryDecode(Encoding.ASCII.GetBytes("0\r\n" + trailer), out _));
    }

    [Fact]
    public void What_follows_the_end_is_told()
    {
        ChunkedDecoder decoder = default;
        byte[] piece = "2\r\nok\r\n0\r\n\r\nHTTP"u8.ToArray();
        Assert.True(decoder.TryDecode(piece, out int length));
        Assert.Equal((2, true, 4), (length, decoder.IsEnded, decoder.Surplus));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            ChunkedDecoder decoder = default;
            bool valid = decoder.TryDecode(bytes, out int length);
            Assert.InRange(length, 0, bytes.Length);
            Assert.True(valid || !decoder.IsEnded);
        });
    }

    private static byte[] Decode(byte[] sent, int[] cuts, out bool ended, out int surplus)
    {
        ChunkedDecoder decoder = default;
        List<byte> body = [];
        for (int at = 0, turn = 0; at < sent.Length; turn++)
        {
            byte[] piece = sent[at..Math.Min(sent.Length, at + cuts[turn % cuts.Length])];
            at += piece.Length;
            Assert.True(decoder.TryDecode(piece, out int length));
            body.AddRange(piece[..length]);
        }

        (ended, surplus) = (decoder.IsEnded, decoder.Surplus);
        return [.. body];
    }
}
