using Causeway.Admin.Policy;

namespace Causeway.Tests.Admin;

public sealed class PromptFilesTests
{
    [Theory]
    [InlineData("releases:\n  a:\n    prompt_file: p.txt # here\n    pins: [x/y]", "releases:\n  a:\n    prompt     : \"one\\ntwo\" # here\n    pins: [x/y]")]
    [InlineData("releases: {a: {prompt_file: 'p.txt', pins: [x/y]}}", "releases: {a: {prompt     : \"one\\ntwo\", pins: [x/y]}}")]
    [InlineData("releases:\r\n  a:\r\n    \"prompt_file\": \"p.txt\"\r\n", "releases:\r\n  a:\r\n    prompt       : \"one\\ntwo\"\r\n")]
    [InlineData("# é 😀\nreleases:\n  é:\n    prompt_file:\n      p.txt\n", "# é 😀\nreleases:\n  é:\n    prompt     :\n      \"one\\ntwo\"\n")]
    public void A_file_takes_the_place_of_its_name_and_no_line_moves(string yaml, string expected)
    {
        (string text, IReadOnlyList<string> problems) = PromptFiles.Inline(yaml, "policy.yaml", Read);

        Assert.Empty(problems);
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("prompt_file: p.txt")]
    [InlineData("channels: {a: {prompt_file: p.txt}}")]
    [InlineData("releases: [prompt_file, p.txt]")]
    [InlineData("releases: {a: {params: {prompt_file: p.txt}}}")]
    [InlineData("releases: {a: {prompt_file: [p.txt]}}")]
    [InlineData("releases: {a: {prompt_file: }}")]
    [InlineData("releases: {? [a] : {prompt: x}}")]
    [InlineData("releases: {a: {prompt_file: *x}}")]
    [InlineData("releases:\n\ta: 1")]
    [InlineData("releases: {a: [")]
    [InlineData("- - -")]
    public void Anything_else_stays_as_it_is(string yaml)
    {
        (string text, IReadOnlyList<string> problems) = PromptFiles.Inline(yaml, "policy.yaml", Read);

        Assert.Empty(problems);
        Assert.Equal(yaml, text);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told_with_its_place()
    {
        (_, IReadOnlyList<string> problems) = PromptFiles.Inline(
            "releases:\n  a:\n    prompt_file: gone.txt\n  b: {prompt_file: gone too.txt}\n", "policy.yaml", Read);

        Assert.Equal(
            [
                "policy.yaml:3:18  releases.a.prompt_file: \"gone.txt\" does not exist",
                "policy.yaml:4:20  releases.b.prompt_file: \"gone too.txt\" does not exist",
            ],
            problems);
    }

    private static (string? Text, string? Problem) Read(string file) => file == "p.txt" ? ("one\ntwo", null) : (null, "does not exist");
}
