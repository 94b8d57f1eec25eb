using Causeway.Admin;
using Causeway.Admin.Raises;
using Causeway.Budgets.Grants;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

/// <summary>Sentences as a person reads them: one full stop, the right number, and a next step that can be typed.</summary>
public sealed class WordingTests : IAsyncLifetime
{
    private readonly Dictionary<string, string?> _variables = [];
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _variables["CAUSEWAY_URL"] = _host.Address.AbsoluteUri;
        _variables["CAUSEWAY_TOKEN"] = AdminHost.Token;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("suport", "; did you mean \"support\"?")]
    [InlineData("qqq", ".")]
    public void A_sentence_that_another_follows_ends_once(string word, string end) => Assert.Equal(end, Nearest.End(word, ["support"]));

    [Theory]
    [InlineData(Meter.Tokens, 2_000_000, "2,000,000 tokens")]
    [InlineData(Meter.Usd, 5_000_000_000, "5 USD")]
    public void An_amount_is_grouped_by_thousands(Meter meter, long amount, string words) => Assert.Equal(words, AmountWords.Of(meter, amount));

    [Theory]
    [InlineData(1, "* 1 request (50%) went to models without a price and is in no cost.")]
    [InlineData(2, "* 2 requests (100%) went to models without a price and are in no cost.")]
    public async Task One_is_not_many(int unpriced, string remark)
    {
        _host.Usage.Rows = [SpendTests.Row(["search"], requests: 2, unpriced: unpriced, cost: 5)];

        Assert.Contains(remark, (await RunAsync("spend")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_the_verb_that_lists_it()
    {
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");

        Assert.Contains("No channel is called \"suport\"; did you mean \"support\"? List them with: causeway channel list\n", (await RunAsync("channel", "show", "suport")).Error, StringComparison.Ordinal);
        Assert.Contains("No channel is called \"qqq\". List them with: causeway channel list\n", (await RunAsync("channel", "show", "qqq")).Error, StringComparison.Ordinal);
        Assert.Contains("List them with: causeway agreement list\n", (await RunAsync("agreement", "end", "agr_1", "--reason", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("list the orders with: causeway capture list\n", (await RunAsync("capture", "end", "cap_1", "--reason", "x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_grant_is_told_with_the_line_that_takes_it_back()
    {
        string grant = (await _host.MakeKeyAsync()).GetProperty("grant").GetString()!;

        (int code, string output, _) = await RunAsync("grant", "suspend", grant, "--reason", "looking into it");
        (_, string resumed, _) = await RunAsync("grant", "resume", grant, "--reason", "fixed");

        Assert.Equal(0, code);
        Assert.EndsWith($"Take it back with: causeway grant resume {grant} --reason TEXT\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("--reason TEXT", resumed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_narrowed_key_without_a_known_end_is_kept_for_good()
    {
        (_, string open, _) = await RunAsync("key", "revoke", "rid_5f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f", "--reason", "it leaked");

        Assert.Contains("It is kept for good: nobody said when the key ends; list them with: causeway key revocations", open, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_told_what_it_is_and_the_administrator_that_nothing_is_closed()
    {
        (_, string admin, _) = await RunAsync("whoami");
        _variables["CAUSEWAY_TOKEN"] = (await _host.MakeKeyAsync(team: "ads")).GetProperty("key").GetString();
        (int code, string key, _) = await RunAsync("whoami");

        Assert.Equal(0, code);
        Assert.Matches("(?m)^  Roles +admin$", admin);
        Assert.Matches("(?m)^  Roles +none: a key sees what is its own$", key);
        Assert.Matches("(?m)^  Teams +ads$", key);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = _variables.GetValueOrDefault }, arguments);
}
