using Causeway.Budgets.Labels;

namespace Causeway.Budgets.Tests.Labels;

public sealed class RequestTagsTests
{
    [Theory]
    [InlineData("product=checkout", "product=checkout")]
    [InlineData("tier=gold, product=checkout", "product=checkout,tier=gold")]
    [InlineData("\tb=1 ,a=2", "a=2,b=1")]
    [InlineData("a.b_c-1=X9._-:/@+", "a.b_c-1=X9._-:/@+")]
    public void Tags_are_kept_sorted_whatever_their_order(string text, string kept)
    {
        Assert.True(RequestTags.TryRead(text, out string? tags, out _));

        Assert.Equal(kept, tags);
        Assert.True(RequestTags.TryRead(tags, out string? again, out _));
        Assert.Equal(tags, again);
    }

    [Theory]
    [InlineData("", "\"\": a tag is written name=value")]
    [InlineData("product", "\"product\": a tag is written name=value")]
    [InlineData("a=1,", "\"\": a tag is written name=value")]
    [InlineData("=x", "\"=x\": a tag's name has")]
    [InlineData("Product=x", "\"Product=x\": a tag's name has")]
    [InlineData("1a=x", "\"1a=x\": a tag's name has")]
    [InlineData("a=", "\"a=\": a tag's value has")]
    [InlineData("a=b=c", "\"a=b=c\": a tag's value has")]
    [InlineData("a=x y", "\"a=x y\": a tag's value has")]
    [InlineData("a=ü", "\"a=ü\": a tag's value has")]
    [InlineData("b=1,a=1,b=2", "has the tag b twice")]
    public void What_is_no_tag_is_refused_and_named(string text, string problem)
    {
        Assert.False(RequestTags.TryRead(text, out _, out string? said));

        Assert.StartsWith(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_and_length_have_bounds()
    {
        string ten = string.Join(',', Enumerable.Range(0, 10).Select(i => $"{(char)('a' + i)}{new string('n', 31)}={new string('v', 64)}"));

        Assert.True(RequestTags.TryRead(ten, out string? kept, out _));
        Assert.Equal(10, RequestTags.Each(kept).Count());
        Assert.False(RequestTags.TryRead(string.Join(',', Enumerable.Range(0, 11).Select(i => $"a{i}=1")), out _, out string? many));
        Assert.Equal("has 11 tags, and 10 is the most", many);
        Assert.False(RequestTags.TryRead($"{new string('n', 33)}=v", out _, out _));
        Assert.False(RequestTags.TryRead($"n={new string('v', 65)}", out _, out _));
        Assert.False(RequestTags.TryRead(new string('a', RequestTags.MaxText + 1), out _, out string? huge));
        Assert.Equal($"is longer than {RequestTags.MaxText} characters", huge);
    }

    [Fact]
    public void Tags_are_read_one_by_one()
    {
        Assert.Equal([("a", "1"), ("b", "x/y")], RequestTags.Each("a=1,b=x/y"));
        Assert.Empty(RequestTags.Each(null));
    }

    [Theory]
    [InlineData("u-1", true)]
    [InlineData("mira@example.com", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("zoë", false)]
    public void An_end_user_is_visible_ASCII(string text, bool isSound) => Assert.Equal(isSound, RequestLabels.EndUserProblem(text) is null);

    [Theory]
    [InlineData("CC-4711", true)]
    [InlineData("4711/EU", true)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("=1+1", false)]
    [InlineData("CC 1", false)]
    public void A_cost_centre_is_a_word_of_the_books(string text, bool isSound) => Assert.Equal(isSound, CostCentre.Problem(text) is null);
}
