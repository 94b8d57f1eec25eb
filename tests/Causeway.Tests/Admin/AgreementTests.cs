using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Tests.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Admin;

/// <summary>Agreements over the API and from the command line: what is kept, what is in force, what is told.</summary>
public sealed class AgreementTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_agreement_is_kept_is_in_force_and_is_in_the_audit()
    {
        (int status, JsonElement made) = await MakeAsync("openai", """["eu"]""", """["customer", "internal"]""", "2027-06-30", ", \"document\": \"https://legal.example/dpa\", \"retention\": \"none\"");

        Assert.Equal(201, status);
        string id = Text(made, "id")!;
        Assert.Equal(("openai", "in_force", "none", "admin"), (Text(made, "provider"), Text(made, "state"), Text(made, "retention"), Text(made, "created_by")));
        Assert.Equal(["internal", "customer"], made.GetProperty("data").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(new DateTimeOffset(2027, 7, 1, 0, 0, 0, TimeSpan.Zero), made.GetProperty("until").GetDateTimeOffset()); // The last day belongs to it.
        Assert.True(made.GetProperty("covers").GetBoolean());
        Assert.Equal(id, Assert.Single(await _host.Agreements.ListAsync(default)).Id.ToString());
        Assert.Equal(id, Assert.Single(_host.Policies.Current.Agreements.All).Id.ToString());
        LedgerEvent written = Assert.Single(await _host.EventsAsync(LedgerEventKind.AgreementChanged));
        Assert.Equal(("agreement_made", "openai", "admin"), (written.Code, written.Provider, written.Actor));
        Assert.Equal(id, AgreementJson.Read(System.Text.Encoding.UTF8.GetBytes(written.Detail!)).Id.ToString());
    }

    [Fact]
    public async Task One_for_another_region_than_the_provider_is_bound_to_covers_nothing_and_says_so()
    {
        (_, JsonElement made) = await MakeAsync("openai", """["us"]""", """["customer"]""", "2027-06-30");
        (_, JsonElement unbound) = await MakeAsync("claude", """["eu"]""", """["customer"]""", "2027-06-30");

        Assert.False(made.GetProperty("covers").GetBoolean());
        Assert.Equal("The configuration binds openai to region eu-west-1, which lies in none of: us. Mend providers.region, or the agreement.", Text(made, "problem"));
        Assert.StartsWith("The configuration binds claude to no region", Text(unbound, "problem"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_ended_once_with_its_reason()
    {
        (_, JsonElement made) = await MakeAsync("openai", """["eu"]""", """["customer"]""", "2027-06-30");
        string path = $"api/v1/agreements/{Text(made, "id")}/end";

        (int first, JsonElement ended) = await _host.SendAsync(HttpMethod.Post, path, """{"reason": "moved"}""");
        _host.Time.Now += TimeSpan.FromMinutes(1);
        (int second, JsonElement again) = await _host.SendAsync(HttpMethod.Post, path, """{"reason": "later"}""");

        Assert.Equal((200, 200), (first, second));
        Assert.Equal(("ended", "moved", "admin"), (Text(ended, "state"), Text(ended, "end_reason"), Text(ended, "ended_by")));
        Assert.Equal("moved", Text(again, "end_reason"));
        Assert.Equal("agreement_ended", (await _host.EventsAsync(LedgerEventKind.AgreementChanged))[^1].Code);
        Assert.Null(_host.Policies.Current.Agreements.Find("openai", "eu-west-1", 3, 0, _host.Time.Now.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field_and_nothing_is_made()
    {
        (int status, JsonElement problem) = await MakeAsync("opnai", """["EU West"]""", """["secret"]""", "2026-11-01", ", \"document\": \"http://u:p@x\", \"retention\": \"some\", \"note\": \"\"");
        (int past, JsonElement late) = await MakeAsync("openai", """["eu"]""", """["public"]""", "2026-11-22");
        (int unknown, JsonElement none) = await _host.GetAsync("api/v1/agreements/agr_nothing");

        Assert.Equal((422, "agreement_invalid"), (status, Text(problem, "code")));
        Assert.Equal(["provider", "regions", "data", "retention", "document", "note"], problem.GetProperty("errors").EnumerateArray().Select(error => Text(error, "field")));
        Assert.Contains("did you mean \"openai\"?", Text(problem.GetProperty("errors")[0], "message"), StringComparison.Ordinal);
        Assert.Equal((422, "until"), (past, Text(late.GetProperty("errors")[0], "field")));
        Assert.Equal((404, "agreement_unknown"), (unknown, Text(none, "code")));
        Assert.Empty(_host.Policies.Current.Agreements.All);
    }

    [Fact]
    public async Task The_list_has_filters_and_pages()
    {
        await MakeAsync("openai", """["eu"]""", """["public"]""", "2026-12-01");
        await MakeAsync("claude", """["global"]""", """["public"]""", "2027-06-30");
        await MakeAsync("openai", """["eu"]""", """["customer"]""", "2027-06-30");
        _host.Time.Now += TimeSpan.FromDays(30);

        (_, JsonElement first) = await _host.GetAsync("api/v1/agreements?limit=2");
        (_, JsonElement second) = await _host.GetAsync($"api/v1/agreements?limit=2&cursor={Text(first, "next")}");
        (_, JsonElement expired) = await _host.GetAsync("api/v1/agreements?state=expired");
        (_, JsonElement claude) = await _host.GetAsync("api/v1/agreements?provider=claude&state=in_force");

        Assert.Equal(2, first.GetProperty("agreements").GetArrayLength());
        Assert.False(first.GetProperty("required").GetBoolean());
        Assert.Equal(1, second.GetProperty("agreements").GetArrayLength());
        Assert.Equal("2026-12-02", Text(Assert.Single(expired.GetProperty("agreements").EnumerateArray()), "until")![..10]);
        Assert.Equal("claude", Text(Assert.Single(claude.GetProperty("agreements").EnumerateArray()), "provider"));
    }

    [Fact]
    public async Task The_end_is_told_30_7_and_1_days_before_and_when_it_has_come_once_each()
    {
        await MakeAsync("openai", """["eu"]""", """["customer"]""", "2027-06-30");
        using AgreementWatch watch = new(_host.Agreements, _host.Policies, _host.Ledger, webhook: null, Leadership.Alone(), _host.Time, NullLogger<AgreementWatch>.Instance);
        using AgreementWatch another = new(_host.Agreements, _host.Policies, _host.Ledger, webhook: null, Leadership.Alone(), _host.Time, NullLogger<AgreementWatch>.Instance);
        List<string> told = [];

        DateTimeOffset end = new(2027, 7, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (double daysLeft in (double[])[31, 30, 29, 7, 6, 1, 0.5, 0, -1])
        {
            _host.Time.Now = end.AddDays(-daysLeft);
            await watch.TurnAsync(default);
            await another.TurnAsync(default);
            LedgerEvent[] all = [.. (await _host.EventsAsync(LedgerEventKind.AlertRaised)).Where(one => one.Detail is not null)];
            told.AddRange(all.Skip(told.Count).Select(one => $"{one.Code} {JsonElement.Parse(one.Detail!).GetProperty("days").GetInt32()} at {daysLeft.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
        }

        Assert.Equal(["agreement_expiring 30 at 30", "agreement_expiring 7 at 7", "agreement_expiring 1 at 1", "agreement_expired 0 at 0"], told);
    }

    [Fact]
    public async Task The_command_line_makes_lists_shows_and_ends_one()
    {
        (int made, string first, string error) = await RunAsync("agreement", "new", "--provider", "openai", "--region", "eu", "--data", "internal,customer", "--until", "2027-06-30", "--document", "https://legal.example/dpa");
        string id = _host.Policies.Current.Agreements.All[0].Id.ToString();
        (_, string list, _) = await RunAsync("agreement", "list");
        (_, string shown, _) = await RunAsync("agreement", "show", id, "--json");
        (int ended, string last, _) = await RunAsync("agreement", "end", id, "--reason", "moved");

        Assert.Equal((0, "", 0), (made, error, ended));
        Assert.Equal(
            $"""
            {id} with openai: internal, customer in eu
            in force, 2026-11-23 14:25 UTC to 2027-07-01 00:00 UTC, 219 days left
            What is kept is as the provider's terms say.
            https://legal.example/dpa
            It lets data of these classes go from the next call on.

            """,
            first);
        Assert.Matches($"(?m)^{id} +openai +eu +internal, customer +in force +2027-07-01 00:00 UTC +219 +yes", list);
        Assert.Equal(id, Text(JsonElement.Parse(shown), "id"));
        Assert.Contains("Ended 2026-11-23 14:25 UTC by admin: moved", last, StringComparison.Ordinal);
        Assert.Contains("It lets nothing go. It was ended.", last, StringComparison.Ordinal);
    }

    private Task<(int Status, JsonElement Json)> MakeAsync(string provider, string regions, string data, string until, string more = "") => _host.SendAsync(
        HttpMethod.Post, "api/v1/agreements", $$"""{"provider": "{{provider}}", "regions": {{regions}}, "data": {{data}}, "until": "{{until}}"{{more}}}""");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
