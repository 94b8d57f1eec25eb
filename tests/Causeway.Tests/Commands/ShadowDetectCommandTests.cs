using System.Text;
using System.Text.Json;
using Causeway.Commands;

namespace Causeway.Tests.Commands;

public sealed class ShadowDetectCommandTests
{
    private const string Text = "größer\nmail a@b.io or a@b.io, pay 4111 1111 1111 1111\n";

    [Fact]
    public async Task Places_and_kinds_are_told_and_never_what_was_found()
    {
        (int code, string output, string error) = await RunAsync(Text, "shadow", "detect", "-");

        Assert.Equal((1, ""), (code, error));
        Assert.Equal("stdin:2:6  email (6 characters)\nstdin:2:16  email (6 characters)\nstdin:2:28  card (19 characters)\n3 found: 2 email, 1 card.\n", output);
    }

    [Fact]
    public async Task A_text_is_printed_without_what_was_found() => Assert.Equal(
        "größer\nmail [EMAIL_1] or [EMAIL_1], pay [CARD_1]\n", (await RunAsync(Text, "shadow", "detect", "-", "--redact")).Output);

    [Fact]
    public async Task Only_what_is_asked_for_is_told_as_JSON_too()
    {
        (int code, string output, _) = await RunAsync(Text, "shadow", "detect", "-", "--only", "card,secret", "--json");

        using JsonDocument report = JsonDocument.Parse(output);
        Assert.Equal(1, code);
        Assert.Equal("card", Assert.Single(report.RootElement.GetProperty("found").EnumerateArray()).GetProperty("kind").GetString());
        Assert.DoesNotContain("4111", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_without_any_ends_with_0() => Assert.Equal((0, "Nothing found.\n", ""), await RunAsync("Hello", "shadow", "detect", "-"));

    [Theory]
    [InlineData("shadow", "detect", "no-such-file")]
    [InlineData("shadow", "detect", "-", "--only", "cards")]
    [InlineData("shadow", "detect", "-", "--redact", "--json")]
    public async Task What_cannot_be_understood_ends_with_2(params string[] arguments) => Assert.Equal(2, (await RunAsync("x", arguments)).Code);

    private static Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = static _ => null, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(input)) }, arguments);
}
