using System.Text.Json;

namespace Causeway.Acceptance.Pages;

/// <summary>Every page of the console that has an address, in both themes and widths. Apart from <see cref="ConsoleTests"/>, so that both run at a time.</summary>
public sealed class EveryPageTests : FromNothing
{
    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 390)]
    [InlineData("dark", 390)]
    public async Task Every_page_empty_and_full_is_accessible_and_fits(string theme, int width)
    {
        JsonElement seen = await Browser.RunAsync(Gateway, $"{theme}{width}", "pages");

        Assert.InRange(seen.GetProperty("pages").GetInt32(), 40, 100);
        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
        Assert.Empty(Browser.Texts(seen.GetProperty("wide")));
    }
}
