using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>A pin behind which something else answers, on the page that is open meanwhile.</summary>
public sealed class DriftTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Drift_is_told_with_what_it_holds_and_accepted_for_a_reason()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "accepted", "drift", more: new { providers = house.Providers.Address });

        Assert.DoesNotContain("drifted", seen.GetProperty("before").GetString(), StringComparison.Ordinal);
        Assert.Contains("It holds the rollout of support", seen.GetProperty("says").GetString(), StringComparison.Ordinal);
        Assert.Contains("support, stage 1", seen.GetProperty("holds").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("early").GetBoolean());
        Assert.True(seen.GetProperty("names").GetInt32() > 0);
        Assert.Equal(("passive", 0), (seen.GetProperty("state").GetString(), seen.GetProperty("offered").GetInt32()));
        Assert.Empty(seen.GetProperty("found").EnumerateArray().Select(one => one.GetString()));
        Assert.False(seen.GetProperty("wide").GetBoolean());
    }
}
