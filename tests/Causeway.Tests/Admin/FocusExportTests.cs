using Causeway.Admin.Export;
using Causeway.Budgets.Export;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Admin;

public sealed class FocusExportTests : IDisposable
{
    private static readonly Rates s_rates = new() { Input = 750_000_001, Output = 4_500_000_007, CacheRead = 75_000_003 };
    private static readonly DateTimeOffset s_november = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("causeway-focus-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    // B-18 and I14, on a real file: more than a page of usage, requests on both edges of the month, a late word on one that was in doubt.
    [Fact]
    public async Task The_rows_of_a_month_add_up_to_what_the_ledger_settled_in_it_to_the_nano_usd()
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(Path.Combine(_directory.FullName, "causeway.db"), TimeProvider.System, Cancel);
        var time = new SettableTime { Now = s_november.AddDays(-1) };
        await using var journal = new OwnedJournal(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        var ledger = new BudgetLedger(journal, time);
        GrantNode[] grants = [ledger.DefaultFor("search"), ledger.DefaultFor("support")];
        var random = new Random(20261123);
        var inDoubt = new List<Reservation>();
        for (int i = 0; i < 2 * UsageRange.PageRecords + 100; i++)
        {
            time.Now = s_november.AddHours(-2).AddMilliseconds(i * 652_000L);
            GrantNode grant = grants[i % 2];
            UsageRecord usage = Usage(time.Now, grant, random, i % 7 != 0);
            Reservation held = ledger.Reserve(grant, usage.Request, new Amounts(1_000, 10, 10), TimeSpan.FromMinutes(1), default, out _)!;
            if (i % 11 == 0)
            {
                ledger.Doubt(held, "upstream_timeout", usage with { Tokens = default, CostNanoUsd = null, Price = null, Source = UsageSource.None });
                inDoubt.Add(held);
                continue;
            }

            ledger.Settle(held, new Amounts(usage.CostNanoUsd ?? 0, usage.Tokens.AllInput, usage.Tokens.Output), usage.Source, usage);
        }

        time.Now = s_november.AddMonths(1).AddDays(3);
        await ledger.Adjust(inDoubt[5].Grant, inDoubt[5].Id, inDoubt[5].AtMs, inDoubt[5].Held, new Amounts(777, 5, 5), "lead", "reported late", "line 12");
        await journal.FlushAsync(Cancel);

        FocusRow[] november = await RowsAsync(store, ledger, "2026-11");
        FocusRow[] december = await RowsAsync(store, ledger, "2026-12");

        IReadOnlyList<LedgerEvent> settled = await EventsAsync(store, LedgerEventKind.Settled);
        long ofNovember = settled.Where(one => DateTimeOffset.FromUnixTimeMilliseconds(one.ReservedAtMs) is { Month: 11 }).Sum(one => one.Booked.NanoUsd);
        SpendRow spent = Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], s_november, s_november.AddMonths(1).AddTicks(-1)), Cancel));
        Assert.True(ofNovember > 0);
        Assert.Equal(ofNovember, november.Sum(row => row.CostNanoUsd ?? 0));
        Assert.Equal(spent.CostNanoUsd, november.Sum(row => row.CostNanoUsd ?? 0));
        Assert.Equal(spent.InputTokens + spent.CacheReadTokens + spent.OutputTokens, november.Where(row => row.Meter != TokenMeter.ToolUses).Sum(row => row.Tokens));
        Assert.InRange(november.Where(row => row.Meter == TokenMeter.ToolUses).Sum(row => row.CostNanoUsd ?? 0), 1, ofNovember);
        Assert.All(november, row => Assert.InRange(row.Hour, s_november, s_november.AddMonths(1).AddHours(-1)));

        // Days have no hidden rest either: provider, day and model as I14 has them.
        foreach (IGrouping<int, FocusRow> day in november.GroupBy(row => row.Hour.Day))
        {
            long booked = settled.Where(one => DateTimeOffset.FromUnixTimeMilliseconds(one.ReservedAtMs) is { Month: 11 } at && at.Day == day.Key).Sum(one => one.Booked.NanoUsd);
            Assert.Equal(booked, day.Sum(row => row.CostNanoUsd ?? 0));
        }

        FocusRow adjustment = Assert.Single(december, row => row.Adjustment is not null);
        Assert.Equal((777L, "openai", "support"), (adjustment.CostNanoUsd, adjustment.Provider, adjustment.Team));
        Assert.True(adjustment.IsCorrection);
        Assert.DoesNotContain(november, row => row.Adjustment is not null);
        long all = december.Sum(row => row.CostNanoUsd ?? 0) + november.Sum(row => row.CostNanoUsd ?? 0) + (await RowsAsync(store, ledger, "2026-10")).Sum(row => row.CostNanoUsd ?? 0);
        Assert.Equal(settled.Sum(one => one.Booked.NanoUsd) + 777, all);
    }

    [Fact]
    public async Task Csv_comes_with_its_head_exact_numbers_and_no_formula()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        GrantNode grant = host.Ledger.DefaultFor("search");
        UsageRecord usage = SpendTests.Record() with
        {
            At = host.Time.Now,
            Grant = grant.Grant.Id,
            ModelAsked = "=cmd|' /C calc'!A0",
            Tokens = new TokenCounts(1_000, 0, 0, 0, 0, 0, 0, 0),
            CostNanoUsd = 750_000,
            Price = "in 750000000, out 4500000000, x 1000000",
            Source = UsageSource.Provider,
        };
        host.Recorder.Enqueue(usage);
        await host.Ledger.Adjust(grant, usage.Request, host.Time.Now.ToUnixTimeMilliseconds(), default, new Amounts(-250_000, 0, 0), "lead", "a \"credit\", late", "note");

        using HttpResponseMessage response = await host.Http.GetAsync("api/v1/export/focus?month=2026-11", Cancel);

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment; filename=\"causeway-focus-2026-11.csv\"", response.Content.Headers.ContentDisposition!.ToString());
        string[] lines = (await response.Content.ReadAsStringAsync(Cancel)).Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.Equal(string.Join(",", FocusColumns.All.Select(column => column.Name)), lines[0]);
        Assert.StartsWith("2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-23T14:00:00Z,2026-11-23T15:00:00Z,0.000750000,0.000750000,0.000750000,0.000750000,0.750000000,0.750000000,USD,openai,openai,Provider,search,search,Team,Usage,,Usage-Based,\"Input Tokens of =cmd", lines[1], StringComparison.Ordinal);
        Assert.Contains($",{grant.Grant.Id},team/search,Grant,", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"{\"\"feature\"\":\"\"answers\"\",\"\"env\"\":\"\"dev\"\"}\"", lines[1], StringComparison.Ordinal);
        Assert.Contains(",-0.000250000,-0.000250000,", lines[2], StringComparison.Ordinal);
        Assert.Contains("a \"\"credit\"\", late", lines[2], StringComparison.Ordinal);
        Assert.Equal("", lines[3]);
    }

    [Fact]
    public async Task Parquet_is_a_file_of_its_own_kind()
    {
        await using AdminHost host = await AdminHost.StartAsync();

        using HttpResponseMessage response = await host.Http.GetAsync("api/v1/export/focus?month=2026-11&format=parquet", Cancel);
        byte[] file = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("PAR1", "PAR1"), (System.Text.Encoding.ASCII.GetString(file[..4]), System.Text.Encoding.ASCII.GetString(file[^4..])));
    }

    [Theory]
    [InlineData("", "month", "is a month such as 2026-11")]
    [InlineData("month=2026-13", "month", "is a month such as 2026-11")]
    [InlineData("month=2026-11&format=xlsx", "format", "\"xlsx\" is not one of: csv, parquet")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field, string message)
    {
        await using AdminHost host = await AdminHost.StartAsync();

        (int status, System.Text.Json.JsonElement problem) = await host.GetAsync($"api/v1/export/focus?{query}");

        Assert.Equal(422, status);
        System.Text.Json.JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal((field, message), (error.GetProperty("field").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_store_that_fails_leaves_no_half_answer()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        host.Usage.Failure = new Storage.StoreUnavailableException("The disk is gone.");

        (int status, System.Text.Json.JsonElement problem) = await host.GetAsync("api/v1/export/focus?month=2026-11");

        Assert.Equal((503, "store_unavailable"), (status, problem.GetProperty("code").GetString()));
    }

    private static UsageRecord Usage(DateTimeOffset at, GrantNode grant, Random random, bool priced)
    {
        var tokens = new TokenCounts(random.Next(0, 5_000), random.Next(0, 900), 0, 0, 0, 0, random.Next(1, 700), 0);
        int uses = random.Next(0, 4);
        return SpendTests.Record() with
        {
            Request = Guid.CreateVersion7(at),
            At = at,
            Attribution = new Budgets.Keys.Attribution(grant.Grant.Holder.Name, "answers", "prod"),
            Grant = grant.Grant.Id,
            Tokens = tokens,
            CostNanoUsd = priced ? s_rates.CostNanoUsd(tokens) + (uses * 10_000_000) : null,
            ToolUses = uses,
            ToolFeeNanoUsd = priced && uses > 0 ? uses * 10_000_000 : null,
            Price = priced ? s_rates.Text() : null,
            Source = UsageSource.Provider,
            Outcome = Outcome.Completed,
        };
    }

    private static async Task<FocusRow[]> RowsAsync(SqliteStore store, BudgetLedger ledger, string text)
    {
        Assert.True(BillingMonth.TryParse(text, out BillingMonth month), text);
        List<FocusRow> rows = [];
        await foreach (FocusRow row in new FocusSource(store.Usage, store.Ledger, ledger).RowsAsync(month, Cancel))
        {
            rows.Add(row);
        }

        return [.. rows];
    }

    private static Task<IReadOnlyList<LedgerEvent>> EventsAsync(SqliteStore store, LedgerEventKind kind) =>
        store.Ledger.EventsAsync(new LedgerQuery { Kinds = new HashSet<LedgerEventKind> { kind }, Limit = 10_000 }, Cancel);
}
