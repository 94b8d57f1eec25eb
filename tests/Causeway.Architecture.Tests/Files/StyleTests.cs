using System.Text.RegularExpressions;

namespace Causeway.Architecture.Tests.Files;

/// <summary>The console's styles keep to one scale of type, one of spacing and named colours: whatever has a number of its own is a hairline.</summary>
public sealed partial class StyleTests
{
    private const string Tokens = "tokens.css";
    private const int Patience = 5_000; // Milliseconds.

    [Fact]
    public void Sizes_of_type_distances_and_colours_are_those_of_the_tokens() => Violations.AssertNone(
        from file in Directory.GetFiles(Path.Combine(Repository.Root, "src/Causeway.Console/web/src/styles"), "*.css").Order(StringComparer.Ordinal)
        where Path.GetFileName(file) != Tokens
        from violation in Strangers(Path.GetFileName(file), File.ReadAllText(file))
        select violation);

    [Theory]
    [InlineData("a { font-size: 15px; }", "a.css: font-size: 15px")]
    [InlineData("a { padding: var(--s1) 5px; }", "a.css: padding: var(--s1) 5px")]
    [InlineData("a { gap: 6px; }", "a.css: gap: 6px")]
    [InlineData("a { border-radius: 7px; }", "a.css: border-radius: 7px")]
    [InlineData("a { color: #123456; }", "a.css: color: #123456")]
    public void What_is_no_token_is_noticed(string style, string violation) => Assert.Equal([violation], Strangers("a.css", style));

    [Theory]
    [InlineData("a { font-size: var(--t-label); padding: var(--s1) 0 2px; margin: 0 auto -1px; gap: 1px; border-radius: 50%; color: var(--text); width: 15px; }")]
    [InlineData("a { border-radius: 2px 2px 0 0; font-size: 0.93em; box-shadow: 0 0 2px rgb(0 0 0 / 12%); }")]
    public void Tokens_hairlines_and_shares_are_left_alone(string style) => Assert.Empty(Strangers("a.css", style));

    private static IEnumerable<string> Strangers(string file, string style) =>
        from Match line in Declaration().Matches(Comment().Replace(style, ""))
        let value = line.Groups["value"].Value.Trim()
        where line.Groups["colour"].Success ? Written().IsMatch(value) : Own().IsMatch(value)
        select $"{file}: {line.Groups["name"].Value}: {value}";

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline, matchTimeoutMilliseconds: Patience)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w-])(?<name>font-size|gap|(padding|margin|border-radius)(-[a-z]+)?|(?<colour>color|background|border-color|fill))\s*:(?<value>[^;{}]*);", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Patience)]
    private static partial Regex Declaration();

    // Three pixels or more.
    [GeneratedRegex(@"(?<![\w.-])-?([3-9]|\d{2,})(\.\d+)?px", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Patience)]
    private static partial Regex Own();

    [GeneratedRegex("#[0-9a-fA-F]{3,8}", RegexOptions.None, matchTimeoutMilliseconds: Patience)]
    private static partial Regex Written();
}
