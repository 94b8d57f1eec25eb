using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Ledger;

namespace Causeway.Tests.Admin;

/// <summary>Windows of the calendar, what was before them and what is to come. It is Monday, 2026-11-23, 14:25 UTC.</summary>
public sealed class SpendWindowTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("today", "UTC", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")]
    [InlineData("yesterday", "UTC", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("this_week", "UTC", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData("last_week", "UTC", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("this_month", "UTC", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("last_month", "UTC", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData("this_quarter", "UTC", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("last_quarter", "UTC", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z")]
    [InlineData("this_year", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("last_year", "UTC", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    [InlineData("today", "Pacific/Auckland", "2026-11-23T11:00:00Z", "2026-11-24T11:00:00Z")]
    [InlineData("today", "America/Los_Angeles", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z")]
    [InlineData("last_month", "Europe/Berlin", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")] // Summer time ends within it.
    [InlineData("this_month", "America/Havana", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z")] // There are two midnights on its first day: it begins at the first, as budgets do.
    [InlineData("today", "Asia/Kolkata", "2026-11-22T18:00:00Z", "2026-11-23T19:00:00Z")] // 18:30 UTC: whole hours that hold a part of the day.
    public async Task A_calendar_has_windows_in_every_zone(string window, string zone, string since, string until)
    {
        (int status, JsonElement report) = await _host.GetAsync($"api/v1/spend?window={window}&tz={zone}");

        Assert.Equal(200, status);
        Assert.Equal((At(since), At(until)), (report.GetProperty("since").GetDateTimeOffset(), report.GetProperty("until").GetDateTimeOffset()));
        Assert.Equal((At(since), At(until).AddTicks(-1)), (_host.Usage.LastQuery!.Since, _host.Usage.LastQuery.Until));
        Assert.Equal((window, zone), (report.GetProperty("window").GetString(), report.GetProperty("tz").GetString()));
    }

    [Theory]
    [InlineData("window=today&since=7d", "window", "stands in place of since and until; send one or the other")]
    [InlineData("window=tomorrow", "window", "\"tomorrow\" is not one of: today,")]
    [InlineData("tz=Mars/Olympus", "tz", "\"Mars/Olympus\" is no time zone that this machine knows")]
    [InlineData("tz=../../etc/localtime", "tz", "\"../../etc/localtime\" is no time zone")]
    [InlineData("by=team,day&compare=previous", "compare", "has no meaning by hour and day")]
    [InlineData("compare=next", "compare", "\"next\" is not one of: previous")]
    [InlineData("top=0", "top", "is a whole number from 1 to 10,000")]
    [InlineData("by=tag:Product", "by", "a tag's name has 1 to 32")]
    [InlineData("by=tag:a,tag:b", "by", "names two tags; group by one")]
    [InlineData("tag=product", "tag", "\"product\": a tag is written name=value")]
    [InlineData("tag=a=1,b=2", "tag", "is one tag, NAME=VALUE")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field, string message)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/spend?{query}");

        Assert.Equal(422, status);
        JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Null(_host.Usage.LastQuery);
    }

    [Fact]
    public async Task Days_of_a_zone_are_put_together_from_its_hours()
    {
        _host.Usage.Rows =
        [
            SpendTests.Row(["2026-11-21T22:00Z", "a"], cost: 1), SpendTests.Row(["2026-11-21T23:00Z", "a"], cost: 2), SpendTests.Row(["2026-11-22T22:00Z", "a"], cost: 4),
            SpendTests.Row(["2026-11-22T23:00Z", "a"], cost: 8), SpendTests.Row(["2026-11-22T12:00Z", "b"], cost: 16),
        ];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend?by=day,team&tz=Europe/Berlin&since=7d");

        Assert.Equal([SpendDimension.Hour, SpendDimension.Team], _host.Usage.LastQuery!.By);
        Assert.Equal(
            ["2026-11-21 a 1", "2026-11-22 b 16", "2026-11-22 a 6", "2026-11-23 a 8"],
            report.GetProperty("rows").EnumerateArray().Select(row => $"{row.GetProperty("day").GetString()} {row.GetProperty("team").GetString()} {row.GetProperty("cost_nano_usd").GetInt64()}"));
    }

    [Fact]
    public async Task The_window_before_is_as_long_as_this_one_has_lasted_and_what_moved_most_is_named()
    {
        _host.Usage.Answers = query => query.Since == At("2026-11-01T00:00:00Z")
            ? [SpendTests.Row(["a"], requests: 10, cost: 500), SpendTests.Row(["b"], requests: 1, cost: 90), SpendTests.Row(["new"], requests: 2, cost: 40)]
            : [SpendTests.Row(["a"], requests: 8, cost: 400), SpendTests.Row(["b"], requests: 1, cost: 90), SpendTests.Row(["gone"], requests: 3, cost: 300)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend?window=this_month&compare=previous");

        Assert.Equal((At("2026-10-01T00:00:00Z"), At("2026-10-23T15:00:00Z").AddTicks(-1)), (_host.Usage.LastQuery!.Since, _host.Usage.LastQuery.Until));
        JsonElement before = report.GetProperty("previous");
        Assert.Equal((-160L, -0.2025), (before.GetProperty("change_nano_usd").GetInt64(), before.GetProperty("change_share").GetDouble()));
        Assert.Equal(
            ["gone -300", "a 100", "new 40"],
            before.GetProperty("movers").EnumerateArray().Select(mover => $"{mover.GetProperty("group")[0].GetString()} {mover.GetProperty("change_nano_usd").GetInt64()}"));
        Assert.Equal([400L, 90, 0], report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("previous_nano_usd").GetInt64()));
    }

    [Theory]
    [InlineData("since=2d&until=1d", "2026-11-20T13:00:00Z", "2026-11-21T14:00:00Z")]
    [InlineData("since=24h", "2026-11-21T13:00:00Z", "2026-11-22T14:00:00Z")]
    [InlineData("window=last_month", "2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")] // September is shorter than October.
    public async Task A_window_before_has_the_same_length_and_ends_where_this_one_begins(string window, string since, string until)
    {
        await _host.GetAsync($"api/v1/spend?{window}&compare=previous");

        Assert.Equal((At(since), At(until).AddTicks(-1)), (_host.Usage.LastQuery!.Since, _host.Usage.LastQuery.Until));
    }

    [Fact]
    public async Task A_forecast_adds_the_days_that_remain()
    {
        _host.Usage.Answers = query => query.By is [SpendDimension.Day]
            ? [.. Enumerable.Range(13, 10).Select(day => SpendTests.Row([$"2026-11-{day}"], cost: 240))]
            : [SpendTests.Row(["a"], requests: 1, cost: 100)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend?since=2026-11-23&until=2026-11-25&forecast=true");

        JsonElement forecast = report.GetProperty("forecast");
        long left = (long)Math.Round(240 * ((24 - 14 - (25 / 60.0)) / 24)) + 240; // What is left of today, and tomorrow.
        Assert.Equal((100 + left, 10), (forecast.GetProperty("nano_usd").GetInt64(), forecast.GetProperty("days").GetInt32()));
        Assert.Equal(JsonValueKind.Null, forecast.GetProperty("missing").ValueKind);
        Assert.Equal((At("2026-10-26T00:00:00Z"), At("2026-11-23T00:00:00Z").AddTicks(-1)), (_host.Usage.LastQuery!.Since, _host.Usage.LastQuery.Until));
    }

    [Theory]
    [InlineData("since=7d", "The window has no end that is yet to come")]
    [InlineData("window=last_month", "The window has no end that is yet to come")]
    [InlineData("window=this_month", "It takes 3 whole days since the first request, and there are 2.")]
    [InlineData("since=1d&until=2028-01-01", "The window ends more than 400 days from now.")]
    [InlineData("window=this_month&end_user=mira", "There are no daily totals by end user and tag.")]
    public async Task Where_too_little_is_known_there_is_no_forecast(string window, string why)
    {
        _host.Usage.Answers = query => query.By is [SpendDimension.Day] ? [SpendTests.Row(["2026-11-21"], cost: 5)] : [];

        (_, JsonElement report) = await _host.GetAsync($"api/v1/spend?{window}&forecast=true");

        JsonElement forecast = report.GetProperty("forecast");
        Assert.StartsWith(why, forecast.GetProperty("missing").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, forecast.GetProperty("nano_usd").ValueKind);
    }

    [Fact]
    public async Task The_dearest_are_shown_and_one_row_stands_for_the_others()
    {
        _host.Usage.Rows = [.. Enumerable.Range(0, 12_000).Select(i => SpendTests.Row([$"user{i}"], cost: i))];

        (int status, JsonElement report) = await _host.GetAsync("api/v1/spend?by=end_user&top=2");

        Assert.Equal(200, status);
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["user11999", "user11998"], rows[..2].Select(row => row.GetProperty("end_user").GetString()));
        Assert.Equal((11_998, 12_000L), (rows[2].GetProperty("others").GetInt32(), report.GetProperty("total").GetProperty("requests").GetInt64()));
        Assert.Equal(report.GetProperty("total").GetProperty("cost_nano_usd").GetInt64(), rows.Sum(row => row.GetProperty("cost_nano_usd").GetInt64()));
    }

    [Fact]
    public async Task Labels_group_and_filter()
    {
        _host.Usage.Rows = [SpendTests.Row(["checkout", "CC-1"], cost: 1)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend?by=tag:product,cost_centre&tag=tier=gold&end_user=mira@example.com&cost_centre=");

        SpendQuery asked = _host.Usage.LastQuery!;
        Assert.Equal([SpendDimension.Tag, SpendDimension.CostCentre], asked.By);
        Assert.Equal(("product", ("tier", "gold")), (asked.Tag, asked.Tagged!.Value));
        Assert.Equal([(SpendDimension.CostCentre, ""), (SpendDimension.EndUser, "mira@example.com")], asked.Where.Select(one => (one.Key, one.Value)));
        JsonElement row = report.GetProperty("rows")[0];
        Assert.Equal(("checkout", "CC-1", "tag:product"), (row.GetProperty("tag").GetString(), row.GetProperty("cost_centre").GetString(), report.GetProperty("by")[0].GetString()));
    }

    [Fact]
    public async Task What_is_unpriced_and_what_was_estimated_has_a_share()
    {
        _host.Usage.Rows = [new SpendRow(["a"], 8, 0, 2, 4, 0, 0, 0, 0, 0, 10)];

        (_, JsonElement report) = await _host.GetAsync("api/v1/spend");

        Assert.Equal((0.25, 0.5), (report.GetProperty("unpriced_share").GetDouble(), report.GetProperty("estimated_share").GetDouble()));
    }

    [Fact]
    public async Task Parquet_has_the_same_columns_as_the_spreadsheet()
    {
        _host.Usage.Rows = [SpendTests.Row(["a"], requests: 2, cost: 1_234_000_000_001), SpendTests.Row(["b"], requests: 1, unpriced: 1)];

        using HttpResponseMessage response = await _host.Http.GetAsync("api/v1/spend?by=team&format=parquet");

        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType!.MediaType);
        byte[] file = await response.Content.ReadAsByteArrayAsync();
        Assert.True(file.AsSpan().StartsWith("PAR1"u8) && file.AsSpan().EndsWith("PAR1"u8)); // What is in between another reader reads: FocusParquetTests.
        string[] columns = ["team", "requests", "failures", "unpriced_requests", "estimated_requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost_usd", "priced"];
        Assert.All(columns, column => Assert.True(file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(column)) > 0, column));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
