using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>The way of a request as its page draws and tells it: every step and every attempt on one scale, as far as they are on record.</summary>
public sealed class RequestPageTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_batch_says_what_is_known_of_its_end()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "batch", "request");

        string told = seen.GetProperty("told").GetString()!;
        Assert.Contains($"{seen.GetProperty("id").GetString()} at anthropic", told, StringComparison.Ordinal);
        Assert.Contains("open", told, StringComparison.Ordinal);
        Assert.Contains("Charged at its bound after", told, StringComparison.Ordinal);
        Assert.Contains(seen.GetProperty("id").GetString(), Browser.Texts(seen.GetProperty("listed")));
        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
        Assert.Empty(Browser.Texts(seen.GetProperty("wrong")));
    }

    [Fact]
    public async Task Steps_and_attempts_stand_on_one_scale_and_are_the_whole_time()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "way", "request", more: new { providers = house.Providers.Address });

        Row[] all = Rows(seen, "all");
        Row[] steps = [.. all.Where(row => !row.IsAttempt)];
        Row[] attempts = [.. all.Where(row => row.IsAttempt)];
        Assert.Equal(200, seen.GetProperty("status").GetInt32());
        Assert.Equal(
            ["identify", "receive", "guard", "resolve", "bind", "authorize", "admit", "reserve", "compose", "keep", "call", "deliver", "settle"],
            steps.Select(row => row.Name));
        Assert.InRange(steps.Sum(row => row.Took), seen.GetProperty("total").GetDouble() - 0.1, seen.GetProperty("total").GetDouble() + 0.1); // Each is rounded.
        Assert.Equal(2, attempts.Length);
        Assert.StartsWith("openai/gpt-5.4-mini", attempts[0].Name, StringComparison.Ordinal);
        Assert.EndsWith("404", attempts[0].Name, StringComparison.Ordinal);
        Assert.Contains("answered", attempts[1].Name, StringComparison.Ordinal);
        Assert.True(attempts[0].From + attempts[0].Took <= attempts[1].From);
        Assert.True(attempts[1].Took >= 300); // What the provider takes.
        Assert.Equal(["call", attempts[0].Name, attempts[1].Name, "deliver"], all[10..14].Select(row => row.Name)); // Where they began.

        Assert.Contains("until its reply began", seen.GetProperty("said").GetString(), StringComparison.Ordinal); // The longest is told first: the answer.
        Assert.Equal(1, seen.GetProperty("stops").GetInt32());
        Assert.StartsWith("Whose key it is", seen.GetProperty("first").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("Labels and body are read", seen.GetProperty("second").GetString(), StringComparison.Ordinal);
        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
        Assert.False(seen.GetProperty("wide").GetBoolean());

        // One that was denied was sent nowhere; one of before steps were kept still has its attempts.
        Assert.Equal("resolve", Rows(seen, "none")[^1].Name);
        Assert.DoesNotContain(Rows(seen, "none"), row => row.IsAttempt || row.Name == "call");
        Assert.Equal([false, true, true], Rows(seen, "old").Select(row => row.IsAttempt));
    }

    [Fact]
    public async Task A_long_list_is_put_in_order_before_it_is_cut_and_only_what_is_in_order_says_so()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "sorted", "request");

        JsonElement Of(string order) => seen.GetProperty(order);
        Assert.All((string[])["own", "ascending", "descending", "unsortable"], order => Assert.Equal(500, Of(order).GetProperty("rows").GetInt32()));
        Assert.Equal("team-600", Of("own").GetProperty("name").GetString()); // The dearest.
        Assert.Equal("team-001", Of("ascending").GetProperty("name").GetString()); // The 600th of the table's own order.
        Assert.Equal("team-600", Of("descending").GetProperty("name").GetString());
        Assert.Single(Browser.Texts(Of("ascending").GetProperty("sorted")));
        Assert.Empty(Browser.Texts(Of("own").GetProperty("sorted")));
        Assert.Empty(Browser.Texts(Of("unsortable").GetProperty("sorted"))); // A column that cannot be put in order.
    }

    private static Row[] Rows(JsonElement seen, string name) => [.. seen.GetProperty(name).EnumerateArray().Select(row => new Row(
        row.GetProperty("name").GetString()!, row.GetProperty("attempt").GetBoolean(), row.GetProperty("from").GetDouble(), row.GetProperty("took").GetDouble()))];

    private sealed record Row(string Name, bool IsAttempt, double From, double Took);
}
