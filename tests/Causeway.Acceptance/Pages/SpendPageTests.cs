using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>The spend page with what callers say of their requests.</summary>
public sealed class SpendPageTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Spend_is_explored_by_labels_and_windows_down_to_the_requests()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "explored", "spend");

        Assert.All(seen.GetProperty("statuses").EnumerateArray(), status => Assert.Equal(200, status.GetInt32()));
        long truth = seen.GetProperty("truth").GetInt64();
        Assert.True(truth > 0);
        Assert.All(seen.GetProperty("totals").EnumerateObject(), total => Assert.Equal(truth, total.Value.GetInt64()));
        Assert.Equal(truth, seen.GetProperty("today").GetInt64());
        string[] rows = Browser.Texts(seen.GetProperty("rows"));
        Assert.Contains(rows, row => row.StartsWith("checkout", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("banners", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("none", StringComparison.Ordinal));
        Assert.Contains(Browser.Texts(seen.GetProperty("movers")), row => row.Contains("new", StringComparison.Ordinal));
        Assert.Contains("It takes 3 whole days", seen.GetProperty("forecast").GetString(), StringComparison.Ordinal);
        Assert.Equal(["0", "0"], Browser.Texts(seen.GetProperty("apart")));
        Assert.StartsWith("tag:product,end_user,", seen.GetProperty("csv").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("two").GetInt64() > 0);
        Assert.Equal(seen.GetProperty("two").GetInt64(), seen.GetProperty("narrowed").GetInt64());
        Assert.Contains("in=tag%3Aproduct%3Acheckout", seen.GetProperty("steps").GetString(), StringComparison.Ordinal);
        Assert.Equal(seen.GetProperty("asked").GetInt32(), seen.GetProperty("requests").GetInt32());
        Assert.Contains("tag=product%3Dcheckout", seen.GetProperty("behind").GetString(), StringComparison.Ordinal);
        Assert.Contains("end_user=u-1", seen.GetProperty("behind").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_fits_and_reads_in_both_themes_and_widths()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "seen", "spend");

        Assert.All(seen.GetProperty("found").EnumerateObject(), page => Assert.Empty(Browser.Texts(page.Value)));
    }
}
