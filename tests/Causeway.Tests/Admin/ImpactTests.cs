using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Tests.Admin;

public sealed class ImpactTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_would_stop_with_a_grant_is_what_is_below_it_and_nothing_beside_it()
    {
        GrantNode top = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        GrantNode below = _host.MakeGrant(top, GrantKind.Share, "usd 10/month");
        GrantNode beside = _host.MakeGrant(null, GrantKind.Share, "usd 1/month");
        string first = await KeyOfAsync(below, "answers");
        string second = await KeyOfAsync(top, "triage");
        await KeyOfAsync(beside, "other");
        string gone = await KeyOfAsync(below, "gone");
        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{gone}");
        _host.Usage.Rows = [Row(first, 7, 70), Row(second, 2, 20), Row(gone, 100, 1_000), Row(KeyId.New(_host.Time.Now).ToString(), 100, 1_000)];
        Assert.NotNull(_host.Ledger.Reserve(below, Guid.CreateVersion7(), new Amounts(1_000, 1, 1), TimeSpan.FromMinutes(1), default, out _));

        (int status, JsonElement of) = await _host.GetAsync($"api/v1/grants/{top.Grant.Id}/impact");
        (_, JsonElement ofBeside) = await _host.GetAsync($"api/v1/grants/{beside.Grant.Id}/impact");
        (int unknown, _) = await _host.GetAsync("api/v1/grants/grant_none/impact");

        Assert.Equal((200, 1, 2, 1), (status, of.GetProperty("grants").GetInt32(), of.GetProperty("keys").GetInt32(), of.GetProperty("open_requests").GetInt32()));
        Assert.Equal((9, 90), (of.GetProperty("requests").GetInt64(), of.GetProperty("cost_nano_usd").GetInt64()));
        Assert.Equal(["answers", "triage"], of.GetProperty("used_by").EnumerateArray().Select(one => one.GetProperty("feature").GetString()));
        Assert.Equal((0, 1, 0, 0), (ofBeside.GetProperty("grants").GetInt32(), ofBeside.GetProperty("keys").GetInt32(), ofBeside.GetProperty("open_requests").GetInt32(), ofBeside.GetProperty("requests").GetInt64()));
        Assert.Equal(404, unknown);
    }

    [Fact]
    public async Task The_top_of_the_tree_can_be_asked_for_alone()
    {
        GrantNode top = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        _host.MakeGrant(top, GrantKind.Share, "usd 10/month");

        (_, JsonElement grants) = await _host.GetAsync("api/v1/grants?top=true");

        Assert.Equal(top.Grant.Id.ToString(), Assert.Single(grants.GetProperty("grants").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task How_requests_fared_is_said_in_ranks_and_reasons()
    {
        for (int i = 1; i <= 100; i++)
        {
            _host.Recorder.Enqueue(SpendTests.Record() with
            {
                Request = Guid.CreateVersion7(),
                At = _host.Time.Now.AddMinutes(-1),
                Outcome = i <= 96 ? Outcome.Completed : Outcome.Denied,
                ErrorCode = i <= 96 ? null : i == 100 ? "scope_model" : "limit_spent",
                TimeToFirstByte = TimeSpan.FromMilliseconds(i),
                Total = TimeSpan.FromMilliseconds(10 * i),
            });
        }

        (int status, JsonElement summary) = await _host.GetAsync("api/v1/usage/summary?since=1h");
        (int wrong, _) = await _host.GetAsync("api/v1/usage/summary?since=2031-01-01");

        Assert.Equal((200, 100, 96, true), (status, summary.GetProperty("requests").GetInt32(), summary.GetProperty("completed").GetInt32(), summary.GetProperty("are_all").GetBoolean()));
        Assert.Equal((48, 96), (summary.GetProperty("first_byte").GetProperty("p50_ms").GetDouble(), summary.GetProperty("first_byte").GetProperty("p99_ms").GetDouble()));
        Assert.Equal(920, summary.GetProperty("total").GetProperty("p95_ms").GetDouble());
        Assert.Equal([("limit_spent", 3), ("scope_model", 1)], summary.GetProperty("reasons").EnumerateArray().Select(one => (one.GetProperty("code").GetString(), one.GetProperty("requests").GetInt32())));
        Assert.Equal(422, wrong);
    }

    // A page looks through so many records and no more: one that holds nothing of what is asked for says nothing of the next.
    [Fact]
    public async Task Newer_requests_of_others_hide_nothing()
    {
        for (int i = 0; i < 30; i++)
        {
            _host.Recorder.Enqueue(SpendTests.Record() with { Request = Guid.CreateVersion7(_host.Time.Now.AddMinutes(i - 60)), At = _host.Time.Now.AddMinutes(i - 60), Attribution = new Attribution(i < 3 ? "quiet" : "loud", "f", "dev") });
        }

        _host.Usage.LooksThrough = 5;
        (_, JsonElement summary) = await _host.GetAsync("api/v1/usage/summary?since=2h&team=quiet");

        Assert.Equal((3, true), (summary.GetProperty("requests").GetInt32(), summary.GetProperty("are_all").GetBoolean()));
    }

    [Fact]
    public async Task Who_may_do_what_is_listed_without_a_token()
    {
        (_, JsonElement list) = await _host.GetAsync("api/v1/operators");
        string text = list.GetRawText();

        JsonElement mira = list.GetProperty("operators").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "mira");
        JsonElement onCall = list.GetProperty("operators").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "on-call");
        Assert.Equal("admin", list.GetProperty("operators")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, mira.GetProperty("roles").ValueKind);
        Assert.Equal("on-call", Assert.Single(onCall.GetProperty("roles").EnumerateArray()).GetString());
        Assert.DoesNotContain(AdminHost.TokenOf("mira"), text, StringComparison.Ordinal);
        Assert.Contains("roll_back_channel", list.GetProperty("roles").EnumerateArray().Single(one => one.GetProperty("role").GetString() == "on-call").GetProperty("may").EnumerateArray().Select(one => one.GetString()));
    }

    private static SpendRow Row(string key, long requests, long cost) => new([key], requests, 0, 0, 0, 0, 0, 0, 0, 0, cost);

    private async Task<string> KeyOfAsync(GrantNode grant, string feature) =>
        (await _host.MakeKeyAsync("search", feature, "dev", $$""", "grant": "{{grant.Grant.Id}}" """)).GetProperty("id").GetString()!;
}
