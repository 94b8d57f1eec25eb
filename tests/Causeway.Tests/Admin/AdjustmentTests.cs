using System.Text.Json;
using Causeway.Admin.Export;
using Causeway.Budgets.Export;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Commands;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Storage.Sqlite;
using Causeway.Tests.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Admin;

public sealed class AdjustmentTests : IDisposable
{
    private const string Price = "in 750000000, out 4500000000, x 1000000";
    private static readonly Amounts s_bound = new(9_000_000, 5_000, 2_000);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("causeway-adjust-");
    private readonly SettableTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task After_a_later_word_ledger_usage_spend_and_export_are_one_number()
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(Path.Combine(_directory.FullName, "causeway.db"), TimeProvider.System, Cancel);
        await using var journal = new OwnedJournal(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        var ledger = new BudgetLedger(journal, _time);
        GrantNode node = Grant(ledger);
        UsageRecord doubted = InDoubt(ledger, node, Record());
        UsageRecord estimated = Settled(ledger, node, Record() with { Tokens = new TokenCounts(100, 0, 0, 0, 0, 0, 10, 0), CostNanoUsd = 120_000, Price = Price, Source = UsageSource.Estimated });
        var policies = new PolicyPublisher();
        UsageRecord orphan = Record();
        policies.Publish(policy => policy.WithKeys([new Budgets.Keys.Key { Id = orphan.Key, Hash = default, Shown = "cw0_…", Attribution = orphan.Attribution, CreatedAt = _time.Now }]));
        Assert.True(ledger.Doubt(ledger.Reserve(node, orphan.Request, s_bound, TimeSpan.FromMinutes(1), new Spender(orphan.Key, "gpt-5.4-mini"), out _)!, "restart", null));
        using LateUsage late = new(store.Ledger, store.Usage, ledger, journal, policies, _time);
        LateWord[] words =
        [
            Word(0, doubted.Request, "line 1") with { NanoUsd = 777 },
            Word(1, estimated.Request, "line 2") with { Tokens = new TokenCounts(80, 40, 0, 0, 0, 0, 30, 5) },
            Word(2, orphan.Request, "line 3") with { NanoUsd = 1_234, Tokens = new TokenCounts(11, 0, 0, 0, 0, 0, 7, 0) },
        ];

        (IReadOnlyList<LateOutcome> done, IReadOnlyList<LateProblem> problems) = await late.TakeAsync(words, "lead", Cancel);

        Assert.Empty(problems);
        Assert.All(done, one => Assert.Equal(LateResult.Booked, one.Result));
        long cost = 777 + new Rates { Input = 750_000_000, Output = 4_500_000_000 }.CostNanoUsd(words[1].Tokens!.Value) + 1_234;
        await AgreesAsync(store, ledger, node, cost);
        Assert.Equal(777, (await store.Usage.FindAsync(doubted.Request, Cancel))!.FinalCostNanoUsd);
        Assert.Equal(words[1].Tokens!.Value, (await store.Usage.FindAsync(estimated.Request, Cancel))!.FinalTokens);
        Assert.Equal(("search", 1_234L), (await store.Usage.FindAsync(orphan.Request, Cancel) is { } made ? (made.Attribution.Team, made.FinalCostNanoUsd!.Value) : default));

        // The same again changes nothing; the same evidence with other amounts is refused; other evidence corrects.
        (done, _) = await late.TakeAsync(words, "lead", Cancel);
        Assert.All(done, one => Assert.Equal(LateResult.Same, one.Result));
        (_, problems) = await late.TakeAsync([words[0] with { NanoUsd = 778 }, words[1] with { Evidence = "line 9" }], "lead", Cancel);
        Assert.StartsWith("was given before", Assert.Single(problems).Message, StringComparison.Ordinal);
        await AgreesAsync(store, ledger, node, cost);
        (done, _) = await late.TakeAsync([words[0] with { NanoUsd = 700, Evidence = "credit note" }], "lead", Cancel);
        Assert.Equal((777, 700), (done[0].Before.NanoUsd, done[0].After.NanoUsd));
        await AgreesAsync(store, ledger, node, cost - 77);

        // A start folds to the same.
        var again = new BudgetLedger(journal, _time);
        Assert.Null(again.Start(await store.Ledger.LoadAsync(Cancel)).Mismatch);
        Assert.Equal(ledger.Use(node).Select(use => (use.Committed, use.InDoubt)), again.Use(again.Find(node.Grant.Id)!).Select(use => (use.Committed, use.InDoubt)));
    }

    [Fact]
    public async Task A_word_on_an_earlier_month_is_a_correction_of_the_month_in_which_it_is_said()
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(Path.Combine(_directory.FullName, "causeway.db"), TimeProvider.System, Cancel);
        await using var journal = new OwnedJournal(store.Ledger, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        var ledger = new BudgetLedger(journal, _time);
        GrantNode node = Grant(ledger);
        UsageRecord doubted = InDoubt(ledger, node, Record());
        using LateUsage late = new(store.Ledger, store.Usage, ledger, journal, new PolicyPublisher(), _time);
        _time.Now = _time.Now.AddMonths(1);

        await late.TakeAsync([Word(0, doubted.Request, "line 1") with { NanoUsd = 777 }], "lead", Cancel);

        Assert.Empty(await RowsAsync(store, ledger, "2026-11"));
        FocusRow row = Assert.Single(await RowsAsync(store, ledger, "2026-12"));
        Assert.Equal((777L, true), (row.CostNanoUsd, row.IsCorrection));
        SpendRow november = Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], doubted.At, doubted.At), Cancel));
        Assert.Equal((1L, 777L), (november.Requests, november.CostNanoUsd));
    }

    [Fact]
    public async Task Over_the_API_a_list_is_taken_whole_or_not_and_every_mistake_is_named()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        GrantNode node = Grant(host.Ledger);
        UsageRecord doubted = InDoubt(host.Ledger, node, Record() with { Request = Guid.CreateVersion7(host.Time.Now), At = host.Time.Now });
        string good = $$"""{"request": "req_{{doubted.Request:N}}", "usd": "0.5", "reason": "billed", "evidence": "line 1"}""";
        string unknown = $$"""{"request": "req_{{Guid.CreateVersion7(host.Time.Now):N}}", "usd": "1", "reason": "billed", "evidence": "line 2", "line": 7}""";

        (int form, JsonElement shape) = await host.SendAsync(HttpMethod.Post, "api/v1/adjustments", $$"""{"adjustments": [{{good}}, {"request": "x", "usd": "1e9", "input": 4, "reason": "", "evidence": "e"}]}""");
        (int status, JsonElement problem) = await host.SendAsync(HttpMethod.Post, "api/v1/adjustments", $$"""{"adjustments": [{{good}}, {{unknown}}]}""");

        Assert.Equal((422, "adjustments_invalid"), (form, shape.GetProperty("code").GetString()));
        Assert.Equal(
            ["adjustments[1].request", "adjustments[1].usd", "adjustments[1].output", "adjustments[1].reason"],
            shape.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal(422, status);
        JsonElement only = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("request", 7), (only.GetProperty("field").GetString(), only.GetProperty("line").GetInt32()));
        Assert.Empty(await host.EventsAsync(LedgerEventKind.Adjusted));

        (status, JsonElement done) = await host.SendAsync(HttpMethod.Post, "api/v1/adjustments", $$"""{"adjustments": [{{good}}]}""");
        Assert.Equal((200, true, "0.500000000"), (status, done.GetProperty("requests")[0].GetProperty("changed").GetBoolean(), done.GetProperty("requests")[0].GetProperty("after_usd").GetString()));
        LedgerEvent word = Assert.Single(await host.EventsAsync(LedgerEventKind.Adjusted));
        Assert.Equal(("admin", "billed", "line 1", s_bound, 500_000_000L), (word.Actor, word.Reason, word.Detail, word.Held, word.Booked.NanoUsd));
        Assert.Equal((500_000_000L, 0L), (host.Ledger.Use(node)[0].Committed, host.Ledger.Use(node)[0].InDoubt));
    }

    [Fact]
    public async Task The_command_takes_one_request_or_a_file_and_names_the_lines_that_are_wrong()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        GrantNode node = Grant(host.Ledger);
        UsageRecord[] doubted = [.. Enumerable.Range(0, 3).Select(_ => InDoubt(host.Ledger, node, Record() with { Request = Guid.CreateVersion7(host.Time.Now), At = host.Time.Now }))];
        string file = Path.Combine(_directory.FullName, "usage.csv");
        string Line(int at, string usd) => $"req_{doubted[at].Request:N},{usd},\"export, line {at}\"\n";

        (int neither, _, string which) = await RunAsync(host, "adjust");
        await File.WriteAllTextAsync(file, "request,input,colour\n", Cancel);
        (int column, _, string stranger) = await RunAsync(host, "adjust", "--file", file);
        await File.WriteAllTextAsync(file, "request,usd,evidence\n" + Line(0, "0.1") + "req_1,2\n" + "req_1,1,e\n", Cancel);
        (int fields, _, string short1) = await RunAsync(host, "adjust", "--file", file, "--reason", "late");
        await File.WriteAllTextAsync(file, "request,usd,evidence\n" + Line(0, "0.1") + "\nreq_1,1,e\n" + Line(1, "-1"), Cancel);
        (int wrong, _, string named) = await RunAsync(host, "adjust", "--file", file, "--reason", "late");
        await File.WriteAllTextAsync(file, "request,usd,evidence\r\n" + Line(0, "0.1") + Line(1, "0.2"), Cancel);
        (int code, string output, string error) = await RunAsync(host, "adjust", "--file", file, "--reason", "late");
        (_, string again, _) = await RunAsync(host, "adjust", "--file", file, "--reason", "late");
        (int one, string single, _) = await RunAsync(host, "adjust", $"req_{doubted[2].Request:N}", "--usd", "0.3", "--reason", "late", "--evidence", "note");

        Assert.Equal((2, 2, 2, 1, 0, 0), (neither, column, fields, wrong, code, one));
        Assert.Contains("Name a request or a --file", which, StringComparison.Ordinal);
        Assert.Contains($"{file}:1:1  \"colour\" is not a column", stranger, StringComparison.Ordinal);
        Assert.Contains($"{file}:3:1  has 2 fields, and the first line names 3", short1, StringComparison.Ordinal);
        Assert.Contains($"{file}:4:1  request: is a request's id", named, StringComparison.Ordinal);
        Assert.Contains($"{file}:5:1  usd: is less than 0", named, StringComparison.Ordinal);
        Assert.Equal("", error);
        Assert.StartsWith("Adjusted: 2. Said before, nothing changed: 0.\n", output, StringComparison.Ordinal);
        Assert.StartsWith("Adjusted: 0. Said before, nothing changed: 2.\n", again, StringComparison.Ordinal);
        Assert.StartsWith("Adjusted: 1.", single, StringComparison.Ordinal);
        Assert.Equal((600_000_000L, 0L), (host.Ledger.Use(node)[0].Committed, host.Ledger.Use(node)[0].InDoubt));
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(AdminHost host, params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(host.Address.AbsoluteUri), IsTerminal = _ => false },
        arguments);

    private GrantNode Grant(BudgetLedger ledger)
    {
        Assert.True(Limit.TryParse(Meter.Usd, "1000", "UTC", out Limit usd, out _));
        Assert.True(Limit.TryParse(Meter.Tokens, "1G", "UTC", out Limit tokens, out _));
        Grant grant = new() { Id = GrantId.New(_time.Now), Holder = new Holder(IsFeature: false, "search"), Limits = [usd, tokens], CreatedAt = _time.Now, CreatedBy = "test" };
        Assert.Empty(ledger.Create(grant, out _));
        return ledger.Find(grant.Id)!;
    }

    private UsageRecord Record() => SpendTests.Record() with { Request = Guid.CreateVersion7(_time.Now), At = _time.Now, Tokens = default, CostNanoUsd = null, Price = null, Source = UsageSource.None };

    private static UsageRecord InDoubt(BudgetLedger ledger, GrantNode node, UsageRecord record)
    {
        UsageRecord booked = record with { Grant = node.Grant.Id };
        Assert.True(ledger.Doubt(ledger.Reserve(node, record.Request, s_bound, TimeSpan.FromMinutes(1), default, out _)!, "upstream_timeout", booked));
        return booked;
    }

    private static UsageRecord Settled(BudgetLedger ledger, GrantNode node, UsageRecord record)
    {
        UsageRecord booked = record with { Grant = node.Grant.Id };
        Reservation held = ledger.Reserve(node, record.Request, s_bound, TimeSpan.FromMinutes(1), default, out _)!;
        Assert.True(ledger.Settle(held, new Amounts(booked.CostNanoUsd!.Value, booked.Tokens.AllInput, booked.Tokens.Output), booked.Source, booked));
        return booked;
    }

    private static LateWord Word(int place, Guid request, string evidence) => new(place, null, request, null, null, "late usage", evidence);

    private static async Task AgreesAsync(SqliteStore store, BudgetLedger ledger, GrantNode node, long cost)
    {
        LimitUse use = ledger.Use(node)[0];
        SpendRow spent = Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], DateTimeOffset.UnixEpoch), Cancel));
        FocusRow[] rows = await RowsAsync(store, ledger, "2026-11");
        Assert.Equal((cost, 0L), (use.Committed, use.InDoubt));
        Assert.Equal((3L, cost), (spent.Requests, spent.CostNanoUsd));
        Assert.Equal(cost, rows.Sum(row => row.CostNanoUsd ?? 0));
        Assert.DoesNotContain(rows, row => row.IsCorrection);
        Assert.Equal(cost, (await store.Usage.RecentAsync(10, Cancel)).Sum(record => record.FinalCostNanoUsd ?? 0));
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
}
