using System.Text;
using Causeway.Wire.Json;

namespace Causeway.Wire.Tests.Json;

public sealed class JsonTapTests
{
    private static readonly JsonPaths Paths = new("a", "b.c", "list.*.x", "deep.*.*.y");

    [Theory]
    [InlineData("""{"a":1,"b":{"c":"x"}}""", "0:1 1:\"x\"", true)]
    [InlineData("""{"a":{"a":[1,"}"]},"b":[{"c":1}],"c":2}""", "0:{\"a\":[1,\"}\"]}", true)]
    [InlineData("""{"list":[{"x":1,"y":[{"x":9}]},[{"x":8}],{"z":{"x":7}},{"x":"\"}]\\"}]}""", "2:1 2:\"\\\"}]\\\\\"", true)]
    [InlineData("""{"deep":[[{"y":null}],[],[{"y":true},{"n":0,"y":-1.5e3}]]}""", "3:null 3:true 3:-1.5e3", true)]
    [InlineData(""" { "list" : [ ] , "b" : { } , "a" : "" } """, "0:\"\"", true)]
    [InlineData("""{"":1,"\u0061":2,"aa":3}""", "", true)]
    [InlineData("""{"a":1""", "", false)]
    [InlineData("""{"a":1,"b":{"c":2}""", "0:1 1:2", false)]
    [InlineData("""{"a":1}}""", "0:1", false)]
    [InlineData("""{"a" 1}""", "", false)]
    [InlineData("""[{"a":1}]""", "", true)]
    [InlineData("""{"b":{"c":1]}""", "1:1", false)]
    [InlineData("\"a\"", "", true)]
    public void Paths_of_interest_are_found_in_any_pieces(string json, string expected, bool done)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);

        for (int size = 1; size <= bytes.Length; size++)
        {
            JsonTap tap = new(Paths);
            List<string> found = [];
            for (int at = 0; at < bytes.Length; at += size)
            {
                ReadOnlySpan<byte> rest = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
                while (tap.TryRead(ref rest, out int path, out ReadOnlySpan<byte> value))
                {
                    found.Add($"{path}:{Encoding.UTF8.GetString(value)}");
                }
            }

            Assert.Equal(expected, string.Join(' ', found));
            Assert.Equal(done, tap.IsDone);
        }
    }

    [Fact]
    public void A_value_over_many_pieces_is_held_up_to_its_bound_and_left_out_beyond_it()
    {
        foreach (int length in (int[])[JsonTap.MaxValueBytes, JsonTap.MaxValueBytes + 1, 10 * JsonTap.MaxValueBytes])
        {
            byte[] json = Encoding.UTF8.GetBytes($$$"""{"a":"{{{new string('x', length - 2)}}}","b":{"c":1}}""");
            JsonTap tap = new(Paths);
            List<int> lengths = [];
            foreach (byte[] piece in json.Chunk(100))
            {
                ReadOnlySpan<byte> rest = piece;
                while (tap.TryRead(ref rest, out _, out ReadOnlySpan<byte> value))
                {
                    lengths.Add(value.Length);
                }
            }

            Assert.Equal(length <= JsonTap.MaxValueBytes ? [length, 1] : [1], lengths);
            Assert.True(tap.IsDone);
        }
    }
}
