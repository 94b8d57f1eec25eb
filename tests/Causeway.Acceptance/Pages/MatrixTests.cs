using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>A dialect that changes, in the matrix: the cell says that it drifted and since when, and what it was; a cell of which nothing changed says nothing.</summary>
public sealed class MatrixTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_cell_that_drifted_says_so_with_its_history_and_its_neighbour_does_not()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "drifted", "matrix", more: new { providers = house.Providers.Address });

        JsonElement before = seen.GetProperty("before");
        JsonElement after = seen.GetProperty("after");
        Assert.EndsWith("enforced, measured", before.GetProperty("cell").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(": 0 changes", before.GetProperty("strip").GetString(), StringComparison.Ordinal);
        Assert.Contains("Nothing in 90 days", before.GetProperty("says").GetString(), StringComparison.Ordinal);

        Assert.Matches("rejected: rewritten, measured.*, drifted on [0-9]{4}-[0-9]{2}-[0-9]{2}$", after.GetProperty("cell").GetString());
        Assert.EndsWith("enforced, measured", after.GetProperty("other").GetString(), StringComparison.Ordinal);
        Assert.Contains("Nothing in 90 days", after.GetProperty("otherSays").GetString(), StringComparison.Ordinal);
        foreach (string list in (string[])["history", "day"])
        {
            string row = Assert.Single(Browser.Texts(after.GetProperty(list)));
            Assert.Matches("(?s)enforced.*rejected.*openai/gpt-5.4-mini", row);
        }

        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
        Assert.False(seen.GetProperty("wide").GetBoolean());
    }
}
