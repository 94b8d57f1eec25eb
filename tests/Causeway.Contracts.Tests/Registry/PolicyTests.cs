using System.Text;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;

namespace Causeway.Contracts.Tests.Registry;

public sealed class PolicyTests
{
    [Fact]
    public void The_default_policy_has_this_text() => Assert.Equal(
        """{"coerce":["fences","prose","integer_spelling"],"on_violation":["repair","fallback","fail"],"repairs":1}""", Text(ContractPolicy.Default));

    [Fact]
    public void Every_flag_has_a_word_and_every_act()
    {
        Coercions all = PolicyWords.Coercions.Aggregate(Coercions.None, (sum, known) => sum | known.Coercion);

        Assert.Equal(Enum.GetValues<Coercions>().Aggregate((sum, flag) => sum | flag), all);
        Assert.Equal(Enum.GetValues<OnViolation>(), PolicyWords.Acts.Select(known => known.Act));
        Assert.Equal(PolicyWords.Coercions.Select(known => known.Word), PolicyWords.WordsOf(all));
    }

    [Theory]
    [InlineData(new[] { OnViolation.Repair, OnViolation.Fallback }, 1, """["repair","fallback","fail"],"repairs":1""")]
    [InlineData(new[] { OnViolation.Fail, OnViolation.Repair }, 2, """["fail"],"repairs":0""")]
    [InlineData(new[] { OnViolation.Repair, OnViolation.Fallback, OnViolation.Fail }, 0, """["fallback","fail"],"repairs":0""")]
    [InlineData(new OnViolation[0], 3, """["fail"],"repairs":0""")]
    [InlineData(new[] { OnViolation.Fallback, OnViolation.Repair, OnViolation.Fallback }, 9, """["fallback","repair","fail"],"repairs":3""")]
    public void What_means_the_same_has_one_text(OnViolation[] acts, int repairs, string expected) =>
        Assert.EndsWith(expected + "}", Text(new ContractPolicy { OnViolation = acts, Repairs = repairs }), StringComparison.Ordinal);

    [Fact]
    public void Every_policy_is_read_back_as_it_was_written()
    {
        foreach (int coercions in Enumerable.Range(0, 1 << PolicyWords.Coercions.Length))
        {
            var policy = new ContractPolicy { Coerce = (Coercions)coercions, OnViolation = [OnViolation.Fallback, OnViolation.Repair], Repairs = coercions % 4 };

            ContractPolicy read = PolicyJson.Read(PolicyJson.Write(policy));

            Assert.Equal(policy.Coerce, read.Coerce);
            Assert.Equal(Text(policy), Text(read));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"coerce":["fence"],"on_violation":["fail"],"repairs":0}""")]
    [InlineData("""{"coerce":[null],"on_violation":["fail"],"repairs":0}""")]
    [InlineData("""{"coerce":[],"on_violation":["fail","fail"],"repairs":0}""")]
    [InlineData("""{"coerce":[],"on_violation":["fail"],"repairs":1}""")]
    [InlineData("""{"coerce":[],"on_violation":["repair"],"repairs":4}""")]
    [InlineData("""{"coerce":[],"on_violation":["repair"],"repairs":"1"}""")]
    public void What_is_no_policy_is_refused(string text) => Assert.Throws<FormatException>(() => PolicyJson.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void An_unknown_word_is_told_with_the_words_that_there_are()
    {
        (Coercions coercions, IReadOnlyList<PolicyProblem> problems) = PolicyWords.ReadCoercions(["prose", "key-order"]);

        Assert.Equal(Coercions.Prose, coercions);
        PolicyProblem problem = Assert.Single(problems);
        Assert.Equal(("coerce", "key-order"), (problem.Field, problem.Word));
        Assert.Contains("key_order", problem.Known!);
    }

    private static string Text(ContractPolicy policy) => Encoding.UTF8.GetString(PolicyJson.Write(policy));
}
