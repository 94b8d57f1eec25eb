using Causeway.Shadow.Detect;
using Causeway.Shadow.Scan;
using CsCheck;

namespace Causeway.Shadow.Tests.Detect;

public sealed class RedactionTests
{
    private static readonly string[] s_words = ["a@b.io", "x [", "]", "[EMAIL_", "4111111111111111", " +49 30 901820 ", "\n", "text", "[[", "c@d.io"];
    private static readonly Detector s_detector = new([DetectedKind.Email, DetectedKind.Card, DetectedKind.Phone], RuleSet.Shipped);

    [Fact]
    public void What_is_taken_out_has_a_placeholder_and_the_same_text_the_same_one()
    {
        var redaction = new Redaction();

        string clean = Apply(redaction, "a@b.io wrote to c@d.io; a@b.io paid with 4111111111111111.");

        Assert.Equal("[EMAIL_1] wrote to [EMAIL_2]; [EMAIL_1] paid with [CARD_1].", clean);
        Assert.Equal("[EMAIL_2]", Apply(redaction, "c@d.io"));
        Assert.Equal("a@b.io", redaction.TextOf("[EMAIL_1]"));
        Assert.Null(redaction.TextOf("[EMAIL_9]"));
    }

    [Theory]
    [InlineData("Dear [EMAIL_1], [EMAIL_3] and [x] and [[CARD_1]]", "Dear a@b.io, [EMAIL_3] and [x] and [4111111111111111]")]
    [InlineData("[EMAIL_1", "[EMAIL_1")]
    [InlineData("[", "[")]
    [InlineData("no bracket", "no bracket")]
    public void It_is_put_back_wherever_the_answer_is_cut(string answer, string restored)
    {
        var redaction = new Redaction();
        Apply(redaction, "a@b.io 4111111111111111");

        for (int first = 0; first <= answer.Length; first++)
        {
            for (int second = first; second <= answer.Length; second++)
            {
                var restoration = new Restoration(redaction);
                Assert.Equal(restored, restoration.Push(answer.AsSpan(0, first)) + restoration.Push(answer.AsSpan(first, second - first)) + restoration.Push(answer.AsSpan(second)) + restoration.End());
            }
        }
    }

    [Fact]
    public void Out_and_back_is_where_it_began_in_pieces_of_any_size() => Gen.Select(Gen.Int[0, s_words.Length - 1].Array[0, 20], Gen.Int[1, 9]).Sample((words, size) =>
    {
        var redaction = new Redaction();
        string text = string.Join(' ', words.Select(word => s_words[word]));
        string clean = Apply(redaction, text);
        var restoration = new Restoration(redaction);

        string back = string.Concat(clean.Chunk(size).Select(piece => restoration.Push(piece))) + restoration.End();

        // A text that spells a placeholder of its own request cannot be told from one.
        Assert.True(back == text || text.Contains("[EMAIL_", StringComparison.Ordinal), text);
    }, iter: 2_000);

    [Fact]
    public void What_waits_is_never_longer_than_a_placeholder()
    {
        var redaction = new Redaction();
        Apply(redaction, "a@b.io");
        var restoration = new Restoration(redaction);

        string said = restoration.Push(new string('[', 1_000));

        Assert.InRange(said.Length, 1_000 - redaction.LongestPlaceholder, 1_000);
        Assert.Equal(1_000, said.Length + restoration.End().Length);
    }

    private static string Apply(Redaction redaction, string text) => redaction.Apply(text, s_detector.Find(text));
}
