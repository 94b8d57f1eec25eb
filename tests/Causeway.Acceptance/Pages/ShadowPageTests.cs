using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>What goes around the gateway, in the console.</summary>
public sealed class ShadowPageTests
{
    [Fact]
    public async Task An_export_that_is_dropped_says_what_it_would_do_and_an_account_is_claimed()
    {
        using TemporaryFolder folder = new();
        await using RunningGateway gateway = await RunningGateway.FromNothingAsync(folder.Path);
        JsonElement seen = await Browser.RunAsync(gateway, "claimed", "shadow");

        Assert.NotEqual("", seen.GetProperty("refused").GetString());
        Assert.Contains("It bills 150", seen.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, seen.GetProperty("before").GetInt32());
        Assert.Equal(("covered", "outside"), (seen.GetProperty("regions").GetProperty("eu-west-1").GetString(), seen.GetProperty("regions").GetProperty("us-east-1").GetString()));
        Assert.Equal(["growth", "script"], Browser.Texts(seen.GetProperty("dearest")));
        Assert.Equal(["script", "growth"], Browser.Texts(seen.GetProperty("cheapest")));
        Assert.Contains("order=Cost", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("early").GetBoolean());
        Assert.Equal(["claimed", "growth-team"], Browser.Texts(seen.GetProperty("claimed")));
        Assert.Equal(["120.000000000", "30.000000000"], Browser.Texts(seen.GetProperty("parts")).Order(StringComparer.Ordinal));
        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
    }
}
