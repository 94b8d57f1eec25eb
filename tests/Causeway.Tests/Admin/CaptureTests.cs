using System.Text.Json;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Payloads;
using Causeway.Commands;
using Causeway.Gateway.Capture;
using Causeway.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

/// <summary>Orders to keep a feature's prompts and answers: who may give them, that they are on record, and that they end.</summary>
public sealed class CaptureTests : IAsyncLifetime
{
    private const string Wanted = """{"feature": "triage", "team": "support", "environments": ["prod", "dev"], "until": "24h", "reason": "ticket 1234"}""";
    private static readonly Attribution s_triage = new("support", "triage", "dev");
    private AdminHost _host = null!;

    private PayloadBook Book => _host.Services.GetRequiredService<PayloadBook>();

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_order_holds_from_the_next_request_on_and_ends_by_itself()
    {
        Assert.Null(Book.Find(s_triage, "internal", isRedacted: false));
        (int status, JsonElement order) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture", Wanted);

        Assert.Equal((201, "in_force", "admin"), (status, order.GetProperty("state").GetString(), order.GetProperty("created_by").GetString()));
        Assert.Equal(TimeSpan.FromDays(7), Book.Find(s_triage, "internal", isRedacted: false)!.Keep);
        Assert.Null(Book.Find(s_triage, "customer", isRedacted: false)); // Of a higher class.
        Assert.Null(Book.Find(s_triage, "internal", isRedacted: true));
        Assert.Null(Book.Find(s_triage with { Environment = "staging" }, "internal", isRedacted: false));
        Assert.Null(Book.Find(s_triage with { Team = "ads" }, "internal", isRedacted: false));
        _host.Time.Now += TimeSpan.FromHours(24);
        Assert.Null(Book.Find(s_triage, "internal", isRedacted: false));
        (_, JsonElement list) = await _host.GetAsync("api/v1/capture");
        Assert.Equal("expired", Assert.Single(list.GetProperty("orders").EnumerateArray()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task It_is_on_record_who_ordered_and_who_ended_it_and_why()
    {
        (_, JsonElement order) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture", Wanted);
        string path = $"api/v1/capture/{order.GetProperty("id").GetString()}/end";

        (int ended, JsonElement end) = await _host.SendAsync(HttpMethod.Post, path, """{"reason": "found"}""", credential: AdminHost.TokenOf("on-call"));
        (int again, JsonElement same) = await _host.SendAsync(HttpMethod.Post, path, """{"reason": "once more"}""");

        Assert.Equal((200, 200, "ended"), (ended, again, end.GetProperty("state").GetString()));
        Assert.Equal("found", same.GetProperty("end_reason").GetString());
        Assert.Null(Book.Find(s_triage, "internal", isRedacted: false));
        IReadOnlyList<LedgerEvent> noted = await _host.EventsAsync(LedgerEventKind.CaptureChanged);
        Assert.Equal(["capture_ordered admin ticket 1234", "capture_ended on-call found"], noted.Select(one => $"{one.Code} {one.Actor} {one.Reason}"));
        Assert.Equal(order.GetProperty("id").GetString(), CaptureOrderJson.Read(System.Text.Encoding.UTF8.GetBytes(noted[0].Detail!)).Id.ToString());
        Assert.Equal("ended", Assert.Single(await _host.Services.GetRequiredService<ICaptureOrderStore>().ListAsync(default)).EndedAt is null ? "open" : "ended");
    }

    [Theory]
    [InlineData("release-manager")]
    [InlineData("budget-owner")]
    [InlineData("on-call")]
    [InlineData("developer")]
    [InlineData("auditor")]
    public async Task Nobody_but_an_administrator_orders_it(string role)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture", Wanted, credential: AdminHost.TokenOf(role));

        Assert.Equal((403, "role_missing"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(Book.Orders);
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field_and_nothing_is_kept()
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture", """{"feature": "A b", "team": "", "environments": ["moon"], "up_to": "secret", "keep": "31d", "max_bytes": 12, "until": "91d", "reason": ""}""");
        (int unknown, JsonElement none) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture/cap_none/end", """{"reason": "x"}""");
        (int past, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/capture", """{"feature": "triage", "until": "2026-11-01", "reason": "x"}""");

        Assert.Equal((422, "capture_invalid", 422), (status, problem.GetProperty("code").GetString(), past));
        Assert.Equal(["feature", "team", "environments", "up_to", "keep", "max_bytes", "until", "reason"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal((404, "capture_unknown"), (unknown, none.GetProperty("code").GetString()));
        Assert.Empty(Book.Orders);
    }

    [Fact]
    public void What_another_instance_ended_stays_ended_in_whatever_order_it_is_heard()
    {
        CaptureOrder order = new() { Id = CaptureOrderId.New(_host.Time.Now), Feature = "triage", UpTo = "internal", Keep = TimeSpan.FromDays(1), MaxBytes = 1024, Until = _host.Time.Now.AddDays(1), Reason = "x", CreatedAt = _host.Time.Now, CreatedBy = "mira" };

        Book.Take([order with { EndedAt = _host.Time.Now, EndedBy = "noor", EndReason = "y" }]);
        Book.Take([order]);

        Assert.Null(Book.Find(s_triage, "internal", isRedacted: false));
        Assert.False(Book.HasRules);
    }

    [Fact]
    public async Task The_command_line_orders_lists_and_ends()
    {
        (int first, string made, string error) = await RunAsync("capture", "order", "--feature", "triage", "--until", "7d", "--reason", "ticket 1234");
        string id = Book.Orders.Single().Id.ToString();
        (int second, string list, _) = await RunAsync("capture", "list");
        (int third, string ended, _) = await RunAsync("capture", "end", id, "--reason", "found");

        Assert.Equal((0, "", 0, 0), (first, error, second, third));
        Assert.StartsWith(id, made, StringComparison.Ordinal);
        Assert.Contains("triage of every team, up to internal  in force", list, StringComparison.Ordinal);
        Assert.Contains("ended, until 2026-11-23 14:25 UTC", ended, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
