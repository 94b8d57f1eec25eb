using System.Text;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Alerts;

public sealed class BudgetAlertTests
{
    private const string Secret = "a-secret-of-the-operators-own-choice";

    [Fact]
    public async Task A_threshold_is_in_the_ledger_logged_counted_and_posted_with_a_signature()
    {
        TaskCompletionSource<RawConnection> posted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            await connection.AnswerAsync("{}");
            posted.TrySetResult(connection);
        });
        await using SignedWebhook webhook = new(hook.Address, Secret, TimeProvider.System, NullLogger.Instance);
        await using AlertHouse house = AlertHouse.Open(webhook);
        GrantNode grant = house.Grant("100/none");

        house.Spend(grant, 85);
        await house.LookAsync();
        house.Collect();
        RawConnection told = await posted.Task.Soon();

        LedgerEvent raised = Assert.Single(house.Raised);
        Assert.Equal(("budget_threshold", grant.Grant.Id, "usd 100", "causeway"), (raised.Code, raised.Grant, raised.Limit, raised.Actor));
        Assert.Equal(raised.Detail, told.Body);
        JsonElement body = JsonElement.Parse(told.Body);
        Assert.Equal(("budget.threshold", "team/support", 80, 85_000_000_000L), (body.GetProperty("event").GetString(), body.GetProperty("holder").GetString(), body.GetProperty("threshold").GetInt32(), body.GetProperty("used").GetInt64()));
        Assert.Equal("[50,80]", body.GetProperty("passed").GetRawText());
        Assert.Contains(house.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains($"700: Budget: team/support ({grant.Grant.Id}) has used 80 % or more of usd 100: 85 of 100.", StringComparison.Ordinal));
        Assert.Contains("causeway.budget.alerts 1 causeway.alert.kind=threshold", house.Measured);
        Assert.Contains("causeway.budget.limits.at_threshold 1 causeway.alert.threshold=80", house.Measured);
        Assert.Contains("causeway.budget.limits.at_threshold 0 causeway.alert.threshold=100", house.Measured);
        string signature = told.Header(SignedWebhook.SignatureHeader)!;
        long seconds = long.Parse(signature.Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(SignedWebhook.Sign(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(told.Body), DateTimeOffset.FromUnixTimeSeconds(seconds)), signature);
    }

    [Fact]
    public async Task Use_of_a_grant_is_told_of_every_grant_above_it_too()
    {
        await using AlertHouse house = AlertHouse.Open();
        GrantNode root = house.Grant("100/none");
        GrantNode one = house.Grant("90/none", root);
        GrantNode other = house.Grant("90/none", root);

        house.Spend(one, 30);
        house.Spend(other, 30);
        await house.LookAsync();

        Assert.Equal([(root.Grant.Id, "budget_threshold")], house.Raised.Select(raised => (raised.Grant!.Value, raised.Code)));
    }

    [Fact]
    public async Task A_settlement_in_the_last_second_of_a_window_is_told_though_it_is_over_when_it_is_looked_at()
    {
        await using AlertHouse house = AlertHouse.Open(time: new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 23, 59, 59, TimeSpan.Zero)));
        GrantNode grant = house.Grant("100/day");

        house.Spend(grant, 100);
        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();
        house.Time.Advance(TimeSpan.FromSeconds(2));
        await house.LookAsync();

        Assert.Contains("\"threshold\":100,\"passed\":[50,80,100]", Assert.Single(house.Raised).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_that_will_not_last_is_told_once()
    {
        await using AlertHouse house = AlertHouse.Open();
        GrantNode grant = house.Grant("100/day");

        for (int minute = 0; minute < 30; minute++)
        {
            house.Spend(grant, 1.5m);
            await house.LookAsync();
            house.Time.Advance(TimeSpan.FromMinutes(1));
        }

        LedgerEvent raised = Assert.Single(house.Raised);
        Assert.Equal("budget_forecast", raised.Code);
        Assert.True(JsonElement.Parse(raised.Detail!).GetProperty("forecast_at").GetDateTimeOffset() < AlertHouse.Noon.AddHours(12));
    }

    [Fact]
    public async Task After_a_restart_nothing_is_told_again_and_what_was_not_told_is()
    {
        await using AlertHouse first = AlertHouse.Open();
        GrantNode told = first.Grant("100/none");
        GrantNode untold = first.Grant("100/none");
        first.Spend(told, 60);
        first.Ledger.Denied(Denial(told, "scope_model", null), null!);
        await first.LookAsync();
        first.Spend(untold, 90); // The process ends before it looks.
        await first.Journal.FlushAsync(GatewayHouse.Token).Soon();

        await using AlertHouse second = first.Again();
        await second.Alerts.RestoreAsync(GatewayHouse.Token).Soon();
        second.Spend(second.Ledger.Find(told.Grant.Id)!, 1);
        second.Ledger.Denied(Denial(told, "scope_model", null), null!);
        await second.LookAsync();

        Assert.Equal(
            [("budget_threshold", told.Grant.Id), ("budget_denied", told.Grant.Id), ("budget_threshold", untold.Grant.Id)],
            first.Raised.Select(raised => (raised.Code!, raised.Grant!.Value)));
        Assert.True(first.Store.Asked!.Since <= told.Grant.CreatedAt);
    }

    [Fact]
    public async Task What_a_store_that_is_away_does_not_take_is_told_all_the_same()
    {
        await using AlertHouse house = AlertHouse.Open();
        GrantNode grant = house.Grant("100/none");
        house.Spend(grant, 60);
        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();
        house.Store.Failing = true;

        await house.Alerts.LookAsync().Soon();

        Assert.Contains(house.Log.Lines, line => line.Contains("has used 50 % or more", StringComparison.Ordinal));
        Assert.Empty(house.Raised);
        house.Store.Failing = false;
        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();
        Assert.Single(house.Raised);
    }

    [Fact]
    public async Task It_looks_by_itself_and_a_last_time_when_the_process_ends()
    {
        await using AlertHouse house = AlertHouse.Open();
        GrantNode grant = house.Grant("100/none");
        house.Spend(grant, 60);
        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();

        await house.Alerts.StartAsync(GatewayHouse.Token);
        while (house.Raised.Count == 0)
        {
            house.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        house.Spend(grant, 25);
        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();
        await house.Alerts.StopAsync(GatewayHouse.Token).Soon();

        await house.Journal.FlushAsync(GatewayHouse.Token).Soon();
        Assert.Equal(2, house.Raised.Count);
    }

    [Fact]
    public async Task The_first_denial_of_a_request_is_told_with_the_limit_that_decided()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using BudgetAlerts alerts = new(
            house.Ledger, house.Recorder, Leadership.Alone(), new EventStore(), Causeway.Budgets.Alerts.AlertRules.Default, webhook: null, house.Meters, TimeProvider.System, NullLogger<BudgetAlerts>.Instance);
        Assert.True(Limit.TryParse(Meter.Usd, "0.000001/day", "UTC", out Limit limit, out _));
        Grant grant = new() { Id = GrantId.New(DateTimeOffset.UtcNow), Holder = new Holder(false, GatewayHouse.Attribution.Team), Limits = [limit], CreatedAt = DateTimeOffset.UtcNow, CreatedBy = "admin" };
        Assert.Empty(house.Ledger.Create(grant, out _));
        string secret = KeySecret.New();
        house.Policies.Publish(now => now.WithKeys([.. now.Keys.All, GatewayHouse.NewKey(secret, TimeProvider.System) with { Grant = grant.Id }]));

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("request_exceeds_limit", (await house.SendAsync(Saying.Chat.ToMessage(secret))).Error);
        }

        await house.RecordsAsync();
        await alerts.LookAsync().Soon();
        await house.Recorder.FlushAsync(GatewayHouse.Token).Soon();

        LedgerEvent raised = Assert.Single(house.Store.Events, one => one.Kind == LedgerEventKind.AlertRaised);
        JsonElement body = JsonElement.Parse(raised.Detail!);
        Assert.Equal(
            ("budget.denied", "request_exceeds_limit", "usd 0.000001/day", 1_000L),
            (body.GetProperty("event").GetString(), body.GetProperty("code").GetString(), body.GetProperty("limit").GetString(), body.GetProperty("left").GetInt64()));
        Assert.True(body.TryGetProperty("window_ends", out _));
    }

    [Fact]
    public void A_thousand_requests_of_a_grant_are_one_change_and_one_denial()
    {
        BookedChanges changes = new();
        GrantId grant = GrantId.New(AlertHouse.Noon);
        long at = AlertHouse.Noon.ToUnixTimeMilliseconds();

        changes.Take([.. Enumerable.Range(0, 1000).Select(i => new JournalEntry(new LedgerEvent(LedgerEventKind.Settled, at + i) { Grant = grant, ReservedAtMs = at + i }))]);
        changes.Take([.. Enumerable.Range(0, 1000).Select(i => new JournalEntry(new LedgerEvent(LedgerEventKind.Denied, at + i) { Grant = grant, Code = "limit_held", Limit = "usd 1/day" }))]);
        changes.Take([new JournalEntry(new LedgerEvent(LedgerEventKind.Reserved, at) { Grant = grant }), new JournalEntry((LedgerEvent?)null)]);
        (IReadOnlyCollection<BookedChange> first, IReadOnlyCollection<LedgerEvent> denials, _) = changes.Drain();

        Assert.Equal([new BookedChange(grant, at)], first);
        Assert.Equal(at, Assert.Single(denials).AtMs);
        Assert.Empty(changes.Drain().Changes);
    }

    private static LedgerEvent Denial(GrantNode grant, string code, string? limit) =>
        new(LedgerEventKind.Denied, 0) { Grant = grant.Grant.Id, DecidedBy = grant.Grant.Id, Code = code, Limit = limit };
}
