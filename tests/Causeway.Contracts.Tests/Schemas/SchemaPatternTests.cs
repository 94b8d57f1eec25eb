using Causeway.Contracts.Schemas.Patterns;

namespace Causeway.Contracts.Tests.Schemas;

public class SchemaPatternTests
{
    [Theory]
    [InlineData("a", "xax", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^a$", "a", true)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"^\s$", "\uFEFF", true)]
    [InlineData(@"^\S$", "a", true)]
    [InlineData("^.$", "🐲", true)]
    [InlineData("^.{2}$", "🐲a", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^🐲*$", "🐲🐲", true)]
    [InlineData("^[🐲-🐴]$", "🐳", true)]
    [InlineData("^[🐲-🐴]$", "🐱", false)]
    [InlineData("^[^a]$", "🐲", true)]
    [InlineData("^[^🐲]$", "🐲", false)]
    [InlineData(@"^[\uD83D\uDC32]$", "🐲", true)]
    [InlineData(@"^\u{1F432}$", "🐲", true)]
    [InlineData(@"^[^\p{L}]$", "é", false)]
    [InlineData(@"^\p{Letter}+$", "éa", true)]
    [InlineData(@"^[a\-z]+$", "a-z", true)]
    [InlineData(@"^[\w-.]+$", "a-.", true)]
    [InlineData(@"^\cA$", "\u0001", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("[]", "a", false)]
    public void Patterns_mean_what_they_mean_in_ECMA_262(string pattern, string text, bool matches)
    {
        var prepared = new SchemaPattern(pattern);
        Assert.False(prepared.Backtracks);
        Assert.Equal(matches, prepared.IsMatch(text));
    }

    /// <summary>Zod 4's e-mail and IPv4-in-CIDR patterns, and Pydantic's way to say "not only spaces".</summary>
    [Theory]
    [InlineData(@"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$", "ada@example.com", true)]
    [InlineData(@"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$", "ada..l@example.com", false)]
    [InlineData(@"^(?=.*\S).+$", "  ", false)]
    [InlineData(@"^(a)(b)\1$", "aba", true)]
    [InlineData(@"^(?<x>a)\k<x>$", "aa", true)]
    public void Look_around_and_back_references_work_on_the_other_engine(string pattern, string text, bool matches)
    {
        var prepared = new SchemaPattern(pattern);
        Assert.True(prepared.Backtracks);
        Assert.Equal(matches, prepared.IsMatch(text));
    }

    [Theory]
    [InlineData(@"\A(?P<year>\d{4})\Z", "2026", true)]
    [InlineData(@"^\@\_$", "@_", true)]
    public void What_Python_writes_is_taken_in_schemas(string pattern, string text, bool matches)
    {
        Assert.Equal(matches, new SchemaPattern(pattern).IsMatch(text));
        Assert.False(SchemaPattern.IsPattern(pattern));
    }
}
