using System.Text.Json;

namespace Causeway.Acceptance.Pages;

/// <summary>What governs, in the console: agreements and what their end would stop, orders to keep prompts, who answers behind pins, and why something changed.</summary>
public sealed class GoverningTests : FromNothing
{
    [Fact]
    public async Task An_agreement_says_what_it_stops_before_it_is_made_and_before_it_is_ended()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "agreements", "governing");

        Assert.Contains("internal", seen.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.Contains("2 calls went that would not have been made", seen.GetProperty("preview").GetString(), StringComparison.Ordinal);
        Assert.Contains("refused for public, internal, as no other pin may have it", seen.GetProperty("preview").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("early").GetBoolean());
        Assert.Equal(403, seen.GetProperty("status").GetInt32());
        Assert.Contains("50 % of 2 calls", seen.GetProperty("went").GetString(), StringComparison.Ordinal);
        Assert.Empty(seen.GetProperty("found").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task Prompts_are_kept_from_an_order_to_its_end_and_both_are_on_record()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "capture", "governing");

        Assert.Equal((JsonValueKind.Null, JsonValueKind.String, JsonValueKind.Null), (seen.GetProperty("before").ValueKind, seen.GetProperty("during").ValueKind, seen.GetProperty("after").ValueKind));
        Assert.Equal(["capture_ordered ticket 1234", "capture_ended found"], seen.GetProperty("audit").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task A_probe_says_what_it_takes_at_most_before_anything_is_sent()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "sentinel", "governing");

        Assert.Matches("calls at most, for .* at most", seen.GetProperty("bound").GetString());
        Assert.Contains("$0.0010", seen.GetProperty("cut").GetString(), StringComparison.Ordinal);
        Assert.Equal((JsonValueKind.Null, "sim-openai/gpt-5.4-mini"), (seen.GetProperty("asked").ValueKind, seen.GetProperty("run").GetString()));
    }

    [Fact]
    public async Task A_change_is_explained_in_parts_that_are_all_of_it()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "explain", "governing");

        Assert.True(seen.GetProperty("difference").GetInt64() > 0);
        Assert.Equal(seen.GetProperty("difference").GetInt64(), seen.GetProperty("parts").EnumerateArray().Sum(part => part.GetInt64()));
        Assert.Empty(seen.GetProperty("found").EnumerateArray().Select(one => one.GetString()));
    }
}
