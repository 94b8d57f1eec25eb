using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>Every page of the console while the server thinks, and when it says no.</summary>
public sealed class StatesTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Every_page_says_that_it_waits_what_was_refused_and_mends_itself()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "waiting", "states");

        Assert.InRange(seen.GetProperty("looked").GetInt32(), 28, 60);
        Assert.Empty(seen.GetProperty("seen").EnumerateObject().Select(page => $"{page.Name}: {page.Value}"));
        Assert.Contains("waits in silence", Browser.Texts(seen.GetProperty("control").GetProperty("waiting")));
        Assert.Contains("keeps a refusal to itself", Browser.Texts(seen.GetProperty("control").GetProperty("refused")));
    }
}
