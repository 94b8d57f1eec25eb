using System.Text.Json;
using Causeway.Admin;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Tests.Admin;

public sealed class SpendTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Rows_carry_their_groups_and_exact_money_and_add_up()
    {
        _host.Usage.Rows = [Row(["search", "dev"], requests: 2, cost: 1_234_000), Row(["ads", "prod"], requests: 3, cost: 9_007_199_254_740_993)];

        (int status, JsonElement report) = await _host.GetAsync("api/v1/spend?by=team,env&since=24h");

        Assert.Equal(200, status);
        Assert.Equal([SpendDimension.Team, SpendDimension.Environment], _host.Usage.LastQuery!.By);
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["ads", "search"], rows.Select(row => row.GetProperty("team").GetString()));
        Assert.Equal("prod", rows[0].GetProperty("env").GetString());
        Assert.False(rows[0].TryGetProperty("model", out _));
        Assert.Equal("0.001234000", rows[1].GetProperty("cost_usd").GetString());
        Assert.Equal("9007199.254740993", rows[0].GetProperty("cost_usd").GetString());
        JsonElement total = report.GetProperty("total");
        Assert.Equal(5, total.GetProperty("requests").GetInt64());
        Assert.Equal(9_007_199_254_740_993 + 1_234_000, total.GetProperty("cost_nano_usd").GetInt64());
        Assert.Equal("USD", report.GetProperty("currency").GetString());
        Assert.Equal(0, report.GetProperty("unbooked_requests").GetInt64());
    }

    [Fact]
    public async Task Spend_is_of_what_is_named_and_an_empty_name_is_one_too()
    {
        (int status, _) = await _host.GetAsync("api/v1/spend?by=feature&team=search&env=prod&provider=");

        Assert.Equal(200, status);
        Assert.Equal(
            [(SpendDimension.Team, "search"), (SpendDimension.Environment, "prod"), (SpendDimension.Provider, "")],
            _host.Usage.LastQuery!.Where.Select(one => (one.Key, one.Value)));
    }

    [Fact]
    public async Task Unpriced_is_never_nothing()
    {
        _host.Usage.Rows = [Row(["none"], requests: 2, unpriced: 2), Row(["partly"], requests: 3, unpriced: 1, cost: 5), Row(["all"], requests: 1, cost: 4), Row(["free"], requests: 1)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend");

        Dictionary<string, JsonElement> rows = report.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("team").GetString()!);
        foreach (string team in rows.Keys)
        {
            Assert.Equal(team == "free" ? "all" : team, rows[team].GetProperty("priced").GetString());
            Assert.Equal(team == "none", rows[team].GetProperty("cost_usd").ValueKind == JsonValueKind.Null);
            Assert.Equal(team == "none", rows[team].GetProperty("cost_nano_usd").ValueKind == JsonValueKind.Null);
        }

        Assert.Equal("0.000000000", rows["free"].GetProperty("cost_usd").GetString());
        Assert.Equal("partly", report.GetProperty("total").GetProperty("priced").GetString());
    }

    // It is 14:25.
    [Theory]
    [InlineData("", "2026-11-22T14:00:00Z", null, "2026-11-23T14:25:00Z")]
    [InlineData("since=45m", "2026-11-23T13:00:00Z", null, "2026-11-23T14:25:00Z")]
    [InlineData("since=7d", "2026-11-16T14:00:00Z", null, "2026-11-23T14:25:00Z")]
    [InlineData("since=2026-11-20", "2026-11-20T00:00:00Z", null, "2026-11-23T14:25:00Z")]
    [InlineData("since=2026-11-20&until=2026-11-21", "2026-11-20T00:00:00Z", "2026-11-20T23:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("since=2026-11-20T10:30:00Z&until=2026-11-20T11:15Z", "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z")]
    [InlineData("since=2026-11-20T10:30:00.5%2B02:00&until=2h", "2026-11-20T08:00:00Z", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z")]
    public async Task A_window_is_whole_hours_and_says_which(string query, string since, string? lastHour, string until)
    {
        (int status, JsonElement report) = await _host.GetAsync($"api/v1/spend?{query}");

        Assert.Equal(200, status);
        SpendQuery asked = _host.Usage.LastQuery!;
        Assert.Equal(At(since), asked.Since);
        Assert.Equal<DateTimeOffset?>(lastHour is null ? null : At(lastHour), asked.Until is { } end ? new DateTimeOffset(end.Year, end.Month, end.Day, end.Hour, 0, 0, TimeSpan.Zero) : null);
        Assert.Equal(At(since), report.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(At(until), report.GetProperty("until").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("by=teem", "by", "\"teem\" is not one of: team, feature, env, cost_centre, model, provider, key, end_user, hour, day, tag:NAME; did you mean \"team\"?")]
    [InlineData("by=team,team", "by", "names a group twice")]
    [InlineData("by=team,", "by", "\"\" is not one of: team, feature, env, cost_centre, model, provider, key, end_user, hour, day, tag:NAME")]
    [InlineData("since=yesterday", "since", "is " + Moment.Form)]
    [InlineData("since=2026-11-23T10:00:00", "since", "is " + Moment.Form)]
    [InlineData("since=2027-01-01", "since", "the window would end before it begins")]
    [InlineData("since=1d&until=2d", "until", "the window would end before it begins")]
    [InlineData("format=xml", "format", "\"xml\" is not one of: json, csv, parquet")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field, string message)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/spend?{query}");

        Assert.Equal(422, status);
        JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Equal(message, error.GetProperty("message").GetString());
        Assert.Null(_host.Usage.LastQuery);
    }

    [Fact]
    public async Task Time_runs_downward_and_within_it_the_dearest_is_first()
    {
        _host.Usage.Rows = [Row(["2026-11-23", "a"], cost: 1), Row(["2026-11-22", "b"], cost: 2), Row(["2026-11-23", "c"], cost: 9), Row(["2026-11-22", "d"], cost: 3)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend?by=day,team&since=7d");

        Assert.Equal("dbca", string.Concat(report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("team").GetString())));
    }

    [Fact]
    public async Task Too_many_rows_are_refused_and_not_cut()
    {
        _host.Usage.Rows = [.. Enumerable.Range(0, 10_001).Select(i => Row([$"team{i}"]))];

        (int status, JsonElement problem) = await _host.GetAsync("api/v1/spend");

        Assert.Equal(422, status);
        Assert.Equal("spend_too_wide", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_is_in_the_books_before_they_are_read()
    {
        _host.Recorder.Enqueue(Record());

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend");

        Assert.Equal(1, _host.Usage.Booked);
        Assert.Equal(0, report.GetProperty("unbooked_requests").GetInt64());
    }

    [Fact]
    public async Task A_spreadsheet_gets_text_and_no_program()
    {
        _host.Usage.Rows = [Row(["=cmd|' /C calc'!A0"], requests: 1, cost: 1), Row(["a,\"b\""], requests: 1, unpriced: 1)];

        using HttpResponseMessage response = await _host.Http.GetAsync("api/v1/spend?by=model&format=csv");

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            """"
            model,requests,failures,unpriced_requests,estimated_requests,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd,priced
            "'=cmd|' /C calc'!A0",1,0,0,0,0,0,0,0,0,0.000000001,all
            "a,""b""",1,0,1,0,0,0,0,0,0,,none

            """".ReplaceLineEndings("\r\n"),
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    public void A_field_is_quoted_and_never_a_formula(string text, string field) => Assert.Equal(field, CsvText.Field(text));

    [Fact]
    public async Task The_newest_requests_are_shown_in_full()
    {
        _host.Recorder.Enqueue(Record());

        (int status, JsonElement page) = await _host.GetAsync("api/v1/usage?limit=10");

        Assert.Equal(200, status);
        JsonElement request = Assert.Single(page.GetProperty("requests").EnumerateArray().ToArray());
        Assert.Equal("req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", request.GetProperty("request").GetString());
        Assert.Equal("client_gone", request.GetProperty("outcome").GetString());
        Assert.Equal("estimated", request.GetProperty("usage_source").GetString());
        Assert.Equal("0.000001500", request.GetProperty("cost_usd").GetString());
        Assert.Equal(12.5, request.GetProperty("first_byte_ms").GetDouble());
        Assert.Equal(JsonValueKind.Null, request.GetProperty("model_served").ValueKind);
    }

    [Fact]
    public async Task Requests_are_looked_for_by_their_words_and_read_on_behind_a_cursor()
    {
        foreach (int i in Enumerable.Range(0, 3))
        {
            _host.Recorder.Enqueue(Record() with { Request = Guid.Parse($"0193a1b2c3d47e5f8a9b0c1d2e3f4a5{i}"), At = At("2026-11-23T14:00:00Z"), Channel = "support" });
        }

        (_, JsonElement first) = await _host.GetAsync("api/v1/usage?limit=2&team=search&channel=support&model=gpt-5.4-mini&outcome=client_gone&since=24h");
        string next = first.GetProperty("next").GetString()!;
        (_, JsonElement second) = await _host.GetAsync($"api/v1/usage?limit=2&cursor={next}");

        Assert.Equal(["req_0193a1b2c3d47e5f8a9b0c1d2e3f4a52", "req_0193a1b2c3d47e5f8a9b0c1d2e3f4a51"], Ids(first));
        Assert.Equal(["req_0193a1b2c3d47e5f8a9b0c1d2e3f4a50"], Ids(second));
        Assert.False(second.TryGetProperty("next", out _));
        (_, _) = await _host.GetAsync("api/v1/usage?team=search&channel=support&model=gpt-5.4-mini&outcome=client_gone&since=24h");
        UsageSearch asked = _host.Usage.LastSearch!;
        Assert.Equal([(UsageWord.Team, "search"), (UsageWord.ModelAsked, "gpt-5.4-mini"), (UsageWord.Channel, "support")], asked.Words.Select(word => (word.Key, word.Value)));
        Assert.Equal((Outcome.ClientGone, At("2026-11-22T14:25:00Z")), (asked.Outcome, asked.Since));

        static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("requests").EnumerateArray().Select(one => one.GetProperty("request").GetString()!);
    }

    [Theory]
    [InlineData("cursor=req_1", "cursor")]
    [InlineData("since=yesterday", "since")]
    [InlineData("outcome=good", "outcome")]
    public async Task A_search_that_cannot_be_read_is_refused(string query, string field)
    {
        (int status, JsonElement problem) = await _host.GetAsync("api/v1/usage?" + query);

        Assert.Equal((422, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task One_request_comes_with_every_step_and_what_was_decided_about_it()
    {
        StepTimes steps = default;
        steps.Begin(RequestStep.Identify, TimeSpan.Zero);
        steps.Begin(RequestStep.Call, TimeSpan.FromMicroseconds(1_234));
        UsageRecord record = Record() with { Trail = [new AttemptRecord("openai", "gpt-5.4-mini", "upstream_overloaded", 503, TimeSpan.FromMilliseconds(7), null) { Began = TimeSpan.FromMicroseconds(1_500), FirstByte = TimeSpan.FromMilliseconds(6) }, new AttemptRecord("claude", "claude-haiku-5-5", "answered", 200, TimeSpan.FromMilliseconds(20), 1500)], Steps = steps };
        _host.Recorder.Enqueue(record);
        await _host.Ledger.Note(new LedgerEvent(LedgerEventKind.Denied, record.At.ToUnixTimeMilliseconds()) { Request = record.Request, Code = "limit_spent" }, isAwaited: true);
        await _host.Ledger.Note(new LedgerEvent(LedgerEventKind.Denied, record.At.ToUnixTimeMilliseconds()) { Request = Guid.CreateVersion7(_host.Time.Now) }, isAwaited: true);

        (int status, JsonElement view) = await _host.GetAsync("api/v1/usage/req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
        (int unknown, JsonElement problem) = await _host.GetAsync("api/v1/usage/req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5f");
        (int malformed, _) = await _host.GetAsync("api/v1/usage/latest");

        Assert.Equal(200, status);
        Assert.Equal(["upstream_overloaded", "answered"], view.GetProperty("usage").GetProperty("trail").EnumerateArray().Select(step => step.GetProperty("reason").GetString()));
        Assert.Equal([(1.5, 6), (null, null)], view.GetProperty("usage").GetProperty("trail").EnumerateArray().Select(step => (Number(step, "offset_ms"), Number(step, "first_byte_ms"))));
        Assert.Equal(
            [("identify", 0, 1.234), ("call", 1.234, record.Total.TotalMilliseconds - 1.234)],
            view.GetProperty("steps").EnumerateArray().Select(step => (step.GetProperty("step").GetString(), step.GetProperty("offset_ms").GetDouble(), step.GetProperty("duration_ms").GetDouble())));
        Assert.Equal("limit_spent", Assert.Single(view.GetProperty("decisions").EnumerateArray().ToArray()).GetProperty("code").GetString());
        Assert.Equal((404, "request_unknown", 404), (unknown, problem.GetProperty("code").GetString(), malformed));
    }

    [Fact]
    public async Task A_request_of_before_steps_were_kept_has_none()
    {
        _host.Recorder.Enqueue(Record());

        (_, JsonElement view) = await _host.GetAsync("api/v1/usage/req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");

        Assert.Equal(0, view.GetProperty("steps").GetArrayLength());
    }

    private static double? Number(JsonElement of, string name) => of.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    internal static SpendRow Row(string[] group, long requests = 1, long failures = 0, long unpriced = 0, long cost = 0, long input = 0, long output = 0) =>
        new(group, requests, failures, unpriced, 0, input, 0, 0, output, 0, cost);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    internal static UsageRecord Record() => new()
    {
        Request = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5b"),
        At = At("2026-11-23T14:00:00Z"),
        Attribution = new Attribution("search", "answers", "dev"),
        Key = new KeyId(Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5c")),
        Protocol = "openai",
        Route = "chat.completions",
        ModelAsked = "gpt-5.4-mini",
        Provider = "openai",
        Tokens = new TokenCounts(3, 0, 0, 0, 0, 0, 4, 1),
        CostNanoUsd = 1500,
        Source = UsageSource.Estimated,
        Status = 200,
        Outcome = Outcome.ClientGone,
        Attempts = 1,
        Streamed = true,
        TimeToFirstByte = TimeSpan.FromMilliseconds(12.5),
        Total = TimeSpan.FromMilliseconds(100),
    };
}
