using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>The spend page's chart, in a house of its own: what is drawn is compared with all that was spent.</summary>
public sealed class SpendChartTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Of_many_groups_all_that_was_spent_is_drawn()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "many", "spend");

        (long drawn, long total) = Pair(seen.GetProperty("all"));
        (long less, long same) = Pair(seen.GetProperty("less"));
        Assert.True(total > 0);
        Assert.Equal((total, total), (drawn, same));
        Assert.InRange(less, 1, total - 1);

        static (long Drawn, long Total) Pair(JsonElement one) => (one.GetProperty("value").GetInt64(), one.GetProperty("total").GetInt64());
    }
}
