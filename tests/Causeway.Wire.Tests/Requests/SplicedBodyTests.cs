using System.Text;
using Causeway.Wire.Requests;
using CsCheck;

namespace Causeway.Wire.Tests.Requests;

public sealed class SplicedBodyTests
{
    [Fact]
    public async Task Edits_in_any_order_apply_by_position()
    {
        BodyEdits edits = default;
        edits.Add(Edit(8, 1, "EIGHT"));
        edits.Add(Edit(0, 0, "<"));
        edits.Add(Edit(3, 2, ""));
        edits.Add(Edit(10, 0, ">"));
        edits.Add(Edit(5, 0, "-"));
        SplicedBody body = new("0123456789"u8.ToArray(), edits);

        using MemoryStream sent = new();
        await body.WriteToAsync(sent, TestContext.Current.CancellationToken);

        Assert.Equal("<012-567EIGHT9>", Encoding.UTF8.GetString(sent.ToArray()));
        Assert.Equal(sent.Length, body.Length);
        Assert.Equal([0, 3, 5, 8, 10], Enumerable.Range(0, edits.Count).Select(i => edits[i].Range.Start));
    }

    [Fact]
    public void Edits_that_overlap_or_reach_too_far_are_refused()
    {
        BodyEdits edits = default;
        edits.Add(Edit(2, 4, "x"));

        Assert.Throws<ArgumentException>(() => edits.Add(Edit(3, 1, "y")));
        Assert.Throws<ArgumentException>(() => edits.Add(Edit(0, 3, "y")));
        Assert.Throws<ArgumentException>(() => new SplicedBody("01234"u8.ToArray(), edits));
        Assert.Throws<ArgumentOutOfRangeException>(() => edits[1]);
    }

    [Fact]
    public void Many_edits_equal_a_plain_replacement() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 1000]).Sample(
            (count, seed) =>
            {
                string text = new('.', 200);
                StringBuilder expected = new(text);
                BodyEdits edits = default;
                foreach (int i in Enumerable.Range(0, count).OrderBy(i => (i * 31 + seed) % 41))
                {
                    edits.Add(Edit(i * 5, 2, $"[{i}]"));
                }

                for (int i = count - 1; i >= 0; i--)
                {
                    expected.Remove(i * 5, 2).Insert(i * 5, $"[{i}]");
                }

                SplicedBody body = new(Encoding.UTF8.GetBytes(text), edits);
                byte[] edited = new byte[body.Length];
                body.CopyTo(edited);
                return Encoding.UTF8.GetString(edited) == expected.ToString();
            },
            threads: 1);

    private static BodyEdit Edit(int start, int length, string text) => new(new ByteRange(start, length), Encoding.UTF8.GetBytes(text));
}
