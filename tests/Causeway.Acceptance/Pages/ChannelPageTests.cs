using System.Text.Json;
using Causeway.Acceptance.Books;

namespace Causeway.Acceptance.Pages;

/// <summary>A channel's page over three real processes on one PostgreSQL server.</summary>
public sealed class ChannelPageTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    [Fact]
    public async Task Readiness_a_drill_and_a_rollback_that_is_seen_on_every_instance()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "fleet", "channel", more: house.All.Select(one => one.Welcome.Admin.GetLeftPart(UriPartial.Authority) + "/"));

        Assert.Equal((3600, "migrate"), (seen.GetProperty("kept").GetProperty("cache").GetInt32(), seen.GetProperty("kept").GetProperty("conversations").GetString()));
        Assert.Equal(604_800, seen.GetProperty("kept").GetProperty("transcripts").GetInt32());
        Assert.Contains("Drill", seen.GetProperty("before").GetString(), StringComparison.Ordinal);
        Assert.Contains("3 seconds on live traffic", seen.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.Contains("passed", seen.GetProperty("drill").GetString(), StringComparison.Ordinal);
        Assert.Contains("The way back works.", seen.GetProperty("shown").GetString(), StringComparison.Ordinal);
        Assert.Contains("3 instances ready", seen.GetProperty("dry").GetString(), StringComparison.Ordinal);
        foreach (string tab in (string[])["here", "there"])
        {
            long[] acknowledged = [.. seen.GetProperty(tab).GetProperty("values").EnumerateArray().Select(one => one.GetInt64())];
            Assert.Equal(3, acknowledged.Length);
            Assert.All(acknowledged, ms => Assert.InRange(ms, 0, 10_000));
        }

        Assert.True(seen.GetProperty("served").GetBoolean());
        Assert.All(seen.GetProperty("answered").EnumerateArray(), status => Assert.Equal(200, status.GetInt32()));
        Assert.Empty(seen.GetProperty("found").EnumerateArray().Select(one => one.GetString()));
        Assert.False(seen.GetProperty("wide").GetBoolean());
    }
}
