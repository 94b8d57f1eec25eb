using Causeway.Budgets.Keys;

namespace Causeway.Budgets.Tests.Keys;

public sealed class AttributionTests
{
    private static readonly string s_longest = new('a', 64);

    [Theory]
    [InlineData("checkout", "chat", "dev")]
    [InlineData("a", "0", "eval")]
    [InlineData("team.one_two-three", "9lives", "staging")]
    [InlineData("checkout", "chat", "prod")]
    public void Sound_names_have_no_problem(string team, string feature, string environment) =>
        Assert.Empty(new Attribution(team, feature, environment).Problems());

    [Theory]
    [InlineData("")]
    [InlineData("Checkout")]
    [InlineData("check out")]
    [InlineData("-checkout")]
    [InlineData(".checkout")]
    [InlineData("_checkout")]
    [InlineData("straße")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("x'; DROP TABLE keys;--")]
    public void Unsound_names_are_named_with_their_field(string name)
    {
        Assert.Equal(["team"], new Attribution(name, "chat", "prod").Problems().Select(problem => problem.Field));
        Assert.Equal(["feature"], new Attribution("checkout", name, "prod").Problems().Select(problem => problem.Field));
    }

    [Fact]
    public void Names_have_at_most_64_characters()
    {
        Assert.Empty(new Attribution(s_longest, s_longest, "prod").Problems());
        (string field, string message) = Assert.Single(new Attribution(s_longest + "a", s_longest, "prod").Problems());

        Assert.Equal("team", field);
        Assert.Equal("must have 1 to 64 characters, has 65", message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Prod")]
    [InlineData("production")]
    [InlineData("prod ")]
    public void Only_the_listed_environments_exist(string environment)
    {
        (string field, string message) = Assert.Single(new Attribution("checkout", "chat", environment).Problems());

        Assert.Equal("env", field);
        Assert.Equal($"\"{environment}\" is not an environment; allowed: dev, eval, staging, prod", message);
    }

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(["team", "feature", "env"], new Attribution("", "?", "?").Problems().Select(problem => problem.Field));
}
