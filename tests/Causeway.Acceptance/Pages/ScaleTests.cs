using System.Text.Json;

namespace Causeway.Acceptance.Pages;

/// <summary>Lists at their size: what is asked of the server and what is drawn is bounded, whatever the length. Counted, since time on a shared machine says little.</summary>
public sealed class ScaleTests : FromNothing
{
    private const int Grants = 10_000;
    private const int Channels = 1_000;
    private const int BytesOfAGrant = 1_200;
    private const int BytesOfAChannel = 1_000;
    private const int GrantsOfABranch = 101;

    [Fact]
    public async Task Ten_thousand_grants_and_a_thousand_channels_cost_one_call_a_page_and_draw_what_is_in_sight()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "lists", "scale", more: new { grants = Grants, channels = Channels });

        JsonElement tree = seen.GetProperty("tree");
        JsonElement list = seen.GetProperty("list");
        JsonElement branch = seen.GetProperty("branch");
        JsonElement found = seen.GetProperty("found");
        Assert.StartsWith("10,00", seen.GetProperty("says").GetString(), StringComparison.Ordinal); // And the team's own that the start made.
        Assert.Equal((1, 1), (tree.GetProperty("asked").GetInt32(), list.GetProperty("asked").GetInt32()));
        Assert.InRange(tree.GetProperty("bytes").GetInt64(), 1, (long)GrantsOfABranch * BytesOfAGrant); // Of ten thousand those that are shown.
        Assert.Equal((1, 1), (branch.GetProperty("asked").GetInt32(), found.GetProperty("asked").GetInt32()));
        Assert.InRange(branch.GetProperty("bytes").GetInt64(), 1, (long)GrantsOfABranch * BytesOfAGrant);
        Assert.InRange(found.GetProperty("bytes").GetInt64(), 1, 10 * BytesOfAGrant);
        Assert.InRange(list.GetProperty("bytes").GetInt64(), 1, (long)Channels * BytesOfAChannel);
        Assert.InRange(tree.GetProperty("rows").GetInt32(), 10, 120);
        Assert.InRange(list.GetProperty("rows").GetInt32(), 10, 201);
        Assert.InRange(tree.GetProperty("nodes").GetInt32(), 100, 3_000);
        Assert.InRange(list.GetProperty("nodes").GetInt32(), 100, 6_000);
        Assert.Equal(0, seen.GetProperty("narrowed").GetProperty("asked").GetInt32());
        Assert.InRange(found.GetProperty("rows").GetInt32(), 3, 20);
        TestContext.Current.TestOutputHelper?.WriteLine(seen.GetProperty("times").GetRawText()); // docs/benchmarks.md has them.
        Assert.InRange(seen.GetProperty("first").GetProperty("asked").GetInt32(), 1, 12);
        Assert.InRange(seen.GetProperty("first").GetProperty("bytes").GetInt64(), 1, 1_000_000);
    }
}
