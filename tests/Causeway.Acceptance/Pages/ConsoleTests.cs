using System.Text.Json;

namespace Causeway.Acceptance.Pages;

/// <summary>The console in a real browser, through the real binary with the simulator: what each view is for, its empty state and its errors.</summary>
public sealed class ConsoleTests : FromNothing
{
    private const int MostRequests = 12;
    private const int Again = 4; // Where the machine is busy a page is open for longer, and asks anew for what has changed.
    private const int MostBytes = 400 * 1024;
    private const int MostMilliseconds = 5_000; // Two seconds are promised; the machine may be busy.

    [Fact]
    public async Task The_printed_link_signs_in_once_and_the_first_view_is_small()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "firstView");

        string[] requests = Browser.Texts(seen.GetProperty("requests"));
        Assert.True(requests.Length <= (3 * MostRequests) + Again, $"{requests.Length}: {string.Join(" ", requests)}"); // Two further pages are in it.
        Assert.InRange(seen.GetProperty("first").GetInt32(), 1, MostRequests);
        Assert.InRange(seen.GetProperty("bytes").GetInt64(), 1, MostBytes);
        Assert.DoesNotContain("cwl_", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal("", seen.GetProperty("readable").GetString());
        JsonElement cookie = Assert.Single(seen.GetProperty("cookies").EnumerateArray().ToArray());
        Assert.Equal(("causeway_session", true, "Strict"), (cookie.GetProperty("name").GetString(), cookie.GetProperty("httpOnly").GetBoolean(), cookie.GetProperty("sameSite").GetString()));
        Assert.Contains("was used already", seen.GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overview_says_how_it_stands_and_each_figure_leads_to_what_it_is_made_of()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "overview");

        Assert.Contains("no grant on top has a limit in USD", seen.GetProperty("empty").GetString(), StringComparison.Ordinal);
        Assert.Contains("no vendor's bill was imported yet", seen.GetProperty("adoption").GetString(), StringComparison.Ordinal);
        Assert.Contains("$100", seen.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("used").GetInt64() > 0);
        Assert.True(seen.GetProperty("latency").GetDouble() > 0);
        Assert.True(seen.GetProperty("denials").GetInt32() >= 6);
        Assert.Contains("limit", seen.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, seen.GetProperty("flying").GetInt32());
        Assert.True(seen.GetProperty("denied").GetInt32() > 1);
    }

    [Fact]
    public async Task A_view_is_saved_found_again_and_forgotten()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "views");

        Assert.Contains("outcome=denied", seen.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("forgotten").GetBoolean());
    }

    [Fact]
    public async Task A_key_is_made_and_the_first_request_arrives_on_the_page()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "start");

        string key = seen.GetProperty("key").GetString()!;
        Assert.Contains("team", seen.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains($"Bearer {key}", seen.GetProperty("snippet").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("waiting").GetBoolean());
        Assert.Equal(200, seen.GetProperty("sent").GetInt32());
        Assert.Contains("sim-openai/gpt-5.4-mini", seen.GetProperty("shown").GetString(), StringComparison.Ordinal);
        Assert.Contains("search / answers / dev", seen.GetProperty("shown").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, seen.GetProperty("address").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_arrive_are_filtered_and_explained_and_markup_is_text()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "requests");

        Assert.True(seen.GetProperty("empty").GetBoolean());
        Assert.Equal(25, seen.GetProperty("rows").GetInt32()); // 24 and the heading.
        Assert.Equal(0, seen.GetProperty("others").GetInt32());
        Assert.Contains("limit", seen.GetProperty("story").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("closed").GetBoolean());
        Assert.True(seen.GetProperty("nothing").GetBoolean());
        Assert.Contains("does not answer", seen.GetProperty("away").GetString(), StringComparison.Ordinal);
        Assert.Equal("Requests · Causeway", seen.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_page_says_what_it_does_not_know_and_what_reaches_nobody_and_nothing_lies_over_another()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "words", "words");

        Assert.Contains("Shadow: copies of 100 % of the requests, which reach nobody", seen.GetProperty("stages").GetString(), StringComparison.Ordinal);
        Assert.Contains("\n5 answered copies at least", seen.GetProperty("stages").GetString(), StringComparison.Ordinal);
        Assert.Contains("\n5 units at least", seen.GetProperty("stages").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("fits").GetBoolean());
        Assert.Equal(new string('a', 60), seen.GetProperty("whole").GetString());
        Assert.StartsWith("“outcom” is no filter. There are: team, ", seen.GetProperty("stranger").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("#/requests", seen.GetProperty("kept").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, seen.GetProperty("told").GetInt32()); // The control: a filter that there is.
        string[] since = Browser.Texts(seen.GetProperty("since"));
        Assert.Matches("^2[0-9T:-]+Z$", since[0]);
        Assert.Equal(since[0], since[1]); // The command and the page's own call begin at the same hour.
        Assert.Empty(seen.GetProperty("over").EnumerateArray().Select(width => width.GetInt32()));
    }

    [Fact]
    public async Task Spend_is_the_same_under_every_grouping_and_the_ledgers()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "spend");

        long truth = seen.GetProperty("truth").GetInt64();
        Assert.True(truth > 0);
        Assert.All(seen.GetProperty("totals").EnumerateObject(), total => Assert.Equal(truth, total.Value.GetInt64()));
        Assert.True(seen.GetProperty("bars").GetInt32() > 0);
        Assert.StartsWith("team,model,", seen.GetProperty("csv").GetString(), StringComparison.Ordinal);
        Assert.Contains("team=search", seen.GetProperty("drilled").GetString(), StringComparison.Ordinal);
        Assert.Contains("team=search", seen.GetProperty("along").GetString(), StringComparison.Ordinal); // The scope goes along from view to view.
        Assert.Equal(seen.GetProperty("ofTeam").GetInt64(), seen.GetProperty("narrowed").GetInt64());
    }

    [Fact]
    public async Task A_revocation_says_what_dies_and_shows_in_every_tab()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "grants");

        Assert.Contains("2 grants below, 1 active key", seen.GetProperty("preview").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("early").GetBoolean());
        Assert.Contains("delegation_exceeds", seen.GetProperty("tooWide").GetString(), StringComparison.Ordinal);
        Assert.Equal("revoked", seen.GetProperty("below").GetString());
        Assert.InRange(seen.GetProperty("refused").GetInt32(), 400, 499);
        Assert.Matches("^All [0-9]+ entries", seen.GetProperty("proof").GetString());
    }

    [Fact]
    public async Task A_channel_is_rolled_back_in_two_interactions()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "channels");

        Assert.True(seen.GetProperty("empty").GetBoolean());
        Assert.Contains("1 instance ready", seen.GetProperty("dry").GetString(), StringComparison.Ordinal);
        Assert.Contains("Committed", seen.GetProperty("report").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("went").GetBoolean());
        Assert.Equal(200, seen.GetProperty("answered").GetInt32());
        Assert.Contains("<script>", seen.GetProperty("diff").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("unknown").GetBoolean());
        Assert.Equal("Channels · Causeway", seen.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_schema_is_judged_as_it_is_typed()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "contracts");

        Assert.True(seen.GetProperty("unfinished").GetBoolean());
        Assert.Contains("contract_invalid", seen.GetProperty("refused").GetString(), StringComparison.Ordinal);
        Assert.Contains("What is sent", seen.GetProperty("compiled").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.True(seen.GetProperty("cells").GetInt32() > 20);
        Assert.True(seen.GetProperty("still").GetBoolean());
    }

    [Fact]
    public async Task Providers_are_checked_and_a_bad_policy_names_its_line()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "settings");

        Assert.True(seen.GetProperty("answers").GetBoolean());
        Assert.Equal(1, seen.GetProperty("live").GetInt32());
        Assert.Contains("line 1", seen.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_is_noticed_and_the_page_stays()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "lost");

        Assert.InRange(seen.GetProperty("noticed").GetInt32(), 0, MostMilliseconds);
        Assert.Contains("could not be shown", seen.GetProperty("view").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("frame").GetBoolean());
    }

    [Fact]
    public async Task Everything_is_reached_by_keys()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "keyboard");

        Assert.Empty(Browser.Texts(seen.GetProperty("found")));
        Assert.Contains("causeway contract check", seen.GetProperty("cli").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("out").GetBoolean());
    }

    [Fact]
    public async Task What_was_opened_while_the_server_was_away_comes_when_it_is_back()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "returns", "pages");

        Assert.Contains("could not be shown", seen.GetProperty("Approvals").GetProperty("away").GetString(), StringComparison.Ordinal); // The control.
        Assert.Contains("does not answer", seen.GetProperty("Overview").GetProperty("away").GetString(), StringComparison.Ordinal);
        Assert.All(seen.EnumerateObject(), view => Assert.Equal(0, view.Value.GetProperty("alerts").GetInt32()));
    }

    [Fact]
    public async Task Below_the_prefix_of_a_proxy_it_works_the_same()
    {
        JsonElement seen = await Browser.RunAsync(Gateway, "prefixed", "pages");

        Assert.Contains("/gateway/console/", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("live").GetBoolean());
        Assert.Contains("/gateway/v1/chat/completions", seen.GetProperty("snippet").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("arrived").GetBoolean());
    }
}
