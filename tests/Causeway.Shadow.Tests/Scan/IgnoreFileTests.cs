using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Tests.Scan;

/// <summary>The examples of gitignore(5) and of git's own test t3070; a test of the command compares with git itself.</summary>
public sealed class IgnoreFileTests
{
    [Theory]
    [InlineData("*.o", "a.o", true)]
    [InlineData("*.o", "deep/er/a.o", true)]
    [InlineData("/*.o", "deep/a.o", null)]
    [InlineData("doc/frotz", "doc/frotz", true)]
    [InlineData("doc/frotz", "a/doc/frotz", null)]
    [InlineData("frotz/", "frotz", null)]
    [InlineData("foo/*", "foo/test.json", true)]
    [InlineData("foo/*", "foo/bar/hello.c", null)]
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo", "a/b/foo", true)]
    [InlineData("abc/**", "abc/x/y", true)]
    [InlineData("abc/**", "abc", null)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**b", "a/x/b", null)]
    [InlineData("\\#x", "#x", true)]
    [InlineData("\\!x", "!x", true)]
    [InlineData("# comment", "# comment", null)]
    [InlineData("x  ", "x", true)]
    [InlineData("x\\ ", "x ", true)]
    [InlineData("[a-c].py", "b.py", true)]
    [InlineData("[!a-c].py", "b.py", null)]
    [InlineData("[[:digit:]]", "7", true)]
    [InlineData("[]-]", "]", true)]
    [InlineData("[abc", "a", null)]
    [InlineData("fo?", "foo", true)]
    [InlineData("f?o/x", "f/o/x", null)]
    [InlineData("*", "anything", true)]
    public void A_pattern_matches_as_git_says(string pattern, string path, bool? ignored) => Assert.Equal(ignored, IgnoreFile.Parse([pattern]).Says(path, isFolder: false));

    [Fact]
    public void The_last_that_matches_decides_and_may_take_back_in()
    {
        var file = IgnoreFile.Parse(["*.log", "!keep.log", "build/"]);

        Assert.True(file.Says("a.log", isFolder: false));
        Assert.False(file.Says("keep.log", isFolder: false));
        Assert.True(file.Says("build", isFolder: true));
        Assert.Null(file.Says("build", isFolder: false));
    }

    [Fact]
    public void A_pattern_of_many_stars_ends_soon() => Assert.Null(IgnoreFile.Parse([string.Concat(Enumerable.Repeat("*a", 60))]).Says(new string('a', 50) + "b", isFolder: false));
}
