using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;

namespace Causeway.Tests.Admin;

public sealed class RunTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _grant = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _grant = await _host.SuspendRunAsync("nightly-42");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_run_on_the_ladder_is_listed_with_what_was_seen()
    {
        (int status, JsonElement list) = await _host.GetAsync("api/v1/runs");

        Assert.Equal(200, status);
        JsonElement run = Assert.Single(list.GetProperty("runs").EnumerateArray());
        Assert.Equal(("nightly-42", _grant, "answers", "suspended", "same_request"), (Text(run, "run"), Text(run, "grant"), Text(run, "feature"), Text(run, "stage"), Text(run, "signal")));
        Assert.Equal((5L, 3L, "0.000000000"), (run.GetProperty("calls").GetInt64(), run.GetProperty("refused").GetInt64(), Text(run, "cost_usd")));
        Assert.Contains("same request came", Text(run, "explanation"), StringComparison.Ordinal);
        Assert.Equal(_host.Time.GetUtcNow(), run.GetProperty("last_call").GetDateTimeOffset());
        Assert.Equal(TimeSpan.FromSeconds(7 * 11), _host.Time.GetUtcNow() - run.GetProperty("since").GetDateTimeOffset());
    }

    [Fact]
    public async Task Filters_are_exact_and_a_run_without_a_sign_is_shown_when_it_is_asked_for()
    {
        string other = await _host.MakeGrantAsync();
        _host.Gateway.Runs.Before(new RunKey(Id(other), "quiet"), new RunStep { Feature = "answers" }, RunLimits.Default);

        Assert.Equal("nightly-42", await RunsAsync("?stage=suspended"));
        Assert.Equal("", await RunsAsync("?stage=warned"));
        Assert.Equal("quiet", await RunsAsync("?stage=watching"));
        Assert.Equal("", await RunsAsync($"?grant={other}"));
        Assert.Equal("quiet", await RunsAsync($"?grant={other}&stage=watching"));
        Assert.Equal(404, (await _host.GetAsync("api/v1/runs?grant=grant_nobodys")).Status);
        Assert.Equal(422, (await _host.GetAsync("api/v1/runs?stage=angry")).Status);
    }

    [Fact]
    public async Task A_run_that_is_lifted_goes_on_and_the_ledger_says_who_did_it_and_why()
    {
        (int status, JsonElement lifted) = await LiftAsync("nightly-42", "the tool was fixed");

        Assert.Equal((200, "watching", 0L), (status, Text(lifted, "stage"), lifted.GetProperty("calls").GetInt64()));
        Assert.Empty(await RunsAsync(""));
        Assert.True(_host.Gateway.Runs.Before(new RunKey(Id(_grant), "nightly-42"), new RunStep { Feature = "answers" }, RunLimits.Default).Allowed);
        IReadOnlyList<LedgerEvent> events = await _host.Events.EventsAsync(new LedgerQuery { Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.RunAction } }, TestContext.Current.CancellationToken);
        LedgerEvent lift = Assert.Single(events);
        Assert.Equal(("run_lifted", _grant, "admin", "the tool was fixed"), (lift.Code, lift.Grant.ToString(), lift.Actor, lift.Reason));
        Assert.StartsWith("Run \"nightly-42\" was suspended: ", lift.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_lifted_is_said_by_name()
    {
        (int unknown, JsonElement noRun) = await LiftAsync("another", "because");
        (int wrong, JsonElement noReason) = await LiftAsync("two words", "");
        (int stranger, JsonElement noGrant) = await _host.SendAsync(HttpMethod.Post, "api/v1/runs/lift", """{"grant": "grant_x", "run": "nightly-42", "reason": "because"}""");

        Assert.Equal((404, "run_unknown"), (unknown, Text(noRun, "code")));
        Assert.Equal((422, "run_lift_invalid"), (wrong, Text(noReason, "code")));
        Assert.Equal(["run", "reason"], noReason.GetProperty("errors").EnumerateArray().Select(error => Text(error, "field")));
        Assert.Equal((404, "grant_unknown"), (stranger, Text(noGrant, "code")));
        Assert.Equal("nightly-42", await RunsAsync(""));
    }

    private static GrantId Id(string text) => GrantId.TryParse(text, out GrantId id) ? id : throw new FormatException(text);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private Task<(int Status, JsonElement Json)> LiftAsync(string run, string reason) =>
        _host.SendAsync(HttpMethod.Post, "api/v1/runs/lift", $$"""{"grant": "{{_grant}}", "run": "{{run}}", "reason": "{{reason}}"}""");

    private async Task<string> RunsAsync(string query)
    {
        (int status, JsonElement list) = await _host.GetAsync("api/v1/runs" + query);
        Assert.Equal(200, status);
        return string.Join(' ', list.GetProperty("runs").EnumerateArray().Select(run => Text(run, "run")));
    }
}
