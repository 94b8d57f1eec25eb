using System.Text;
using System.Text.Encodings.Web;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>However text is cut, it is spelled like its whole.</summary>
public sealed class TextEscaperTests
{
    private static readonly byte[][] Texts =
    [
        Encoding.UTF8.GetBytes("{\"a\":\"line\nbreak é 😀 \\u00e9 <&'+>\u2028\u0001 漢字 \ud83d\ude80\"}"),
        [.. "a"u8, 0xF0, 0x9F, 0x98, .. "b"u8, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xFF, .. "é"u8, 0xE2, 0x82],
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u0001\"\\é😀", 300))),
    ];

    public static TheoryData<int> All => [0, 1, 2];

    [Theory]
    [MemberData(nameof(All))]
    public void Any_two_cuts_are_spelled_like_the_whole(int index)
    {
        byte[] text = Texts[index];
        int step = Math.Max(1, text.Length / 20);
        byte[] whole = Whole(text);
        for (int first = 0; first <= text.Length; first += step)
        {
            for (int second = first; second <= text.Length; second += step)
            {
                Assert.Equal(whole, Cut(text, first, second));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Single_bytes_and_random_pieces_are_spelled_like_the_whole(int index)
    {
        byte[] text = Texts[index];
        byte[] whole = Whole(text);

        Assert.Equal(whole, Cut(text, [.. Enumerable.Range(0, text.Length)]));
        Random random = new(17);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(whole, Cut(text, [.. Enumerable.Range(0, 9).Select(_ => random.Next(text.Length + 1)).Order()]));
        }
    }

    [Fact]
    public void A_cut_character_waits_and_nothing_else_does()
    {
        TextEscaper escaper = new();

        Assert.Equal("a"u8, escaper.Escape([(byte)'a', 0xF0, 0x9F], isLast: false));
        Assert.Equal(""u8, escaper.Escape([0x98], isLast: false));
        Assert.Equal("\\uD83D\\uDE00b"u8, escaper.Escape([0x80, (byte)'b'], isLast: false));
        Assert.Equal("\\\""u8, escaper.Escape("\""u8, isLast: true));
    }

    // What one call of the encoder makes of it.
    private static byte[] Whole(byte[] text)
    {
        byte[] escaped = new byte[(text.Length * 12) + 64];
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(text, escaped, out int consumed, out int written);
        Assert.Equal(text.Length, consumed);
        return escaped[..written];
    }

    private static byte[] Cut(byte[] text, params int[] cuts)
    {
        TextEscaper escaper = new();
        List<byte> escaped = [];
        int from = 0;
        foreach (int to in cuts)
        {
            escaped.AddRange(escaper.Escape(text.AsSpan(from..to), isLast: false));
            from = to;
        }

        escaped.AddRange(escaper.Escape(text.AsSpan(from), isLast: true));
        return [.. escaped];
    }
}
