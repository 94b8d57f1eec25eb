using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>The tree of grants by branches: of a tree of any size only what is looked at is answered.</summary>
public sealed class BranchTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private GrantNode _first = null!;
    private GrantNode _deep = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _first = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        for (int i = 0; i < 5; i++)
        {
            _host.Time.Now += TimeSpan.FromMilliseconds(1);
            _deep = _host.MakeGrant(_first, GrantKind.Share, "usd 10/month");
        }

        _host.Time.Now += TimeSpan.FromMilliseconds(1);
        _host.MakeGrant(_deep, GrantKind.Share, "usd 1/month");
        _host.Time.Now += TimeSpan.FromMilliseconds(1);
        _host.MakeGrant(null, GrantKind.Share, "usd 7/month");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_top_is_answered_alone_with_how_much_is_below_each()
    {
        (int status, JsonElement answer) = await _host.GetAsync("api/v1/grants/branches");

        Assert.Equal((200, 8), (status, answer.GetProperty("all").GetInt32()));
        JsonElement top = Assert.Single(answer.GetProperty("branches").EnumerateArray());
        Assert.Equal((JsonValueKind.Null, 2), (top.GetProperty("under").ValueKind, top.GetProperty("total").GetInt32()));
        Assert.Equal(["5 6", "0 0"], top.GetProperty("grants").EnumerateArray().Select(grant => $"{grant.GetProperty("children").GetInt32()} {grant.GetProperty("below").GetInt32()}"));
    }

    [Fact]
    public async Task A_branch_comes_in_pages_that_leave_nothing_out_and_repeat_nothing()
    {
        List<string?> read = [];
        string after = "";
        do
        {
            (_, JsonElement answer) = await _host.GetAsync($"api/v1/grants/branches?under={_first.Grant.Id}&limit=2{after}");
            JsonElement branch = answer.GetProperty("branches")[0];
            read.AddRange(branch.GetProperty("grants").EnumerateArray().Select(grant => grant.GetProperty("id").GetString()));
            after = branch.TryGetProperty("next", out JsonElement next) ? $"&after={next.GetString()}" : "";
        }
        while (after.Length > 0);

        Assert.Equal(5, read.Distinct().Count());
        Assert.Equal(5, read.Count);
    }

    [Fact]
    public async Task Levels_are_filled_in_whole_as_far_as_they_fit()
    {
        (_, JsonElement all) = await _host.GetAsync("api/v1/grants/branches?fill=100");
        (_, JsonElement some) = await _host.GetAsync("api/v1/grants/branches?fill=7");
        (_, JsonElement none) = await _host.GetAsync("api/v1/grants/branches?fill=6");

        Assert.Equal((3, 2, 1), (Branches(all), Branches(some), Branches(none)));
    }

    [Fact]
    public async Task What_is_revoked_is_not_counted_unless_it_is_asked_for()
    {
        await _host.SendAsync(HttpMethod.Patch, $"api/v1/grants/{_deep.Grant.Id}", """{"status": "revoked", "reason": "over"}""");

        (_, JsonElement now) = await _host.GetAsync("api/v1/grants/branches");
        (_, JsonElement all) = await _host.GetAsync("api/v1/grants/branches?all=true");

        Assert.Equal((6, 8), (now.GetProperty("all").GetInt32(), all.GetProperty("all").GetInt32()));
        Assert.Equal(4, now.GetProperty("branches")[0].GetProperty("grants")[0].GetProperty("children").GetInt32());
    }

    [Theory]
    [InlineData("under=grant_none", 404)]
    [InlineData("under=top,top", 422)]
    [InlineData("under=,", 422)]
    [InlineData("limit=0", 422)]
    public async Task What_cannot_be_is_refused(string query, int expected) => Assert.Equal(expected, (await _host.GetAsync($"api/v1/grants/branches?{query}")).Status);

    [Fact]
    public async Task A_cursor_of_another_branch_is_refused() =>
        Assert.Equal(422, (await _host.GetAsync($"api/v1/grants/branches?under={_first.Grant.Id}&after={_first.Grant.Id}")).Status);

    [Fact]
    public async Task A_search_finds_on_the_server_and_shows_what_stands_above()
    {
        (_, JsonElement found) = await _host.GetAsync($"api/v1/grants?find={_deep.Grant.Id.ToString().ToUpperInvariant()[6..]}");
        (_, JsonElement flat) = await _host.GetAsync("api/v1/grants?depth=0");

        Assert.Equal(1, found.GetProperty("matching").GetInt32());
        Assert.Equal([$"{_first.Grant.Id} False", $"{_deep.Grant.Id} True"], found.GetProperty("grants").EnumerateArray().Select(grant => $"{grant.GetProperty("id").GetString()} {grant.GetProperty("matches").GetBoolean()}"));
        Assert.Equal(2, flat.GetProperty("grants").GetArrayLength());
        Assert.False(flat.GetProperty("grants")[0].TryGetProperty("children", out _)); // As before, for those who read it.
    }

    [Fact]
    public async Task One_grant_says_what_stands_above_it_from_the_top_down()
    {
        (_, JsonElement list) = await _host.GetAsync($"api/v1/grants?below={_deep.Grant.Id}");
        string leaf = list.GetProperty("grants")[1].GetProperty("id").GetString()!;

        (_, JsonElement shown) = await _host.GetAsync($"api/v1/grants/{leaf}");

        Assert.Equal([_first.Grant.Id.ToString(), _deep.Grant.Id.ToString()], shown.GetProperty("above").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(0, shown.GetProperty("below").GetInt32());
    }

    [Fact]
    public async Task The_command_line_shows_a_branch_and_a_search()
    {
        (int first, string top, _) = await RunAsync("grant", "branch");
        (int second, string branch, _) = await RunAsync("grant", "branch", _first.Grant.Id.ToString(), "--limit", "2");
        (int third, string tree, _) = await RunAsync("grant", "tree", "--find", _deep.Grant.Id.ToString());

        Assert.Equal((0, 0, 0), (first, second, third));
        Assert.Contains("2 of 2 here, of 8 altogether.", top, StringComparison.Ordinal);
        Assert.Contains("There are more: add --after grant_", branch, StringComparison.Ordinal);
        Assert.Contains($"└ {_deep.Grant.Id}", tree, StringComparison.Ordinal);
    }

    private static int Branches(JsonElement answer) => answer.GetProperty("branches").GetArrayLength();

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
