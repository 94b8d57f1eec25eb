using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary><c>grant set</c>: what is stated changes, what is not stays, by API and command line.</summary>
public sealed class GrantSetTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_is_stated_changes_and_what_is_not_stays()
    {
        string id = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["500/month"], "pace": "20%/10m", "requests": ["1000/day"], "time_zone": "Europe/Berlin", "classes": ["small"], "max_output": 900}""");

        (int status, JsonElement set) = await SetAsync(id, """{"usd": ["600/month"], "classes": [], "max_output": 0, "expires_in": "30d", "reason": "more"}""");

        Assert.Equal(200, status);
        Assert.Equal(
            [
                "limits: usd 500/month Europe/Berlin, requests 1000/day Europe/Berlin, usd 100/10m (pace) -> usd 600/month Europe/Berlin, requests 1000/day Europe/Berlin, usd 120/10m (pace)",
                "classes: small -> any",
                "max_output: 900 -> any",
            ],
            set.GetProperty("changes").EnumerateArray().Select(change => change.GetString()).Where(change => !change!.StartsWith("expires_at", StringComparison.Ordinal)));
        JsonElement grant = (await _host.GetAsync($"api/v1/grants/{id}")).Json;
        Assert.Equal((2, "more", JsonValueKind.String), (grant.GetProperty("version").GetInt32(), grant.GetProperty("reason").GetString(), grant.GetProperty("expires_at").ValueKind));
    }

    [Fact]
    public async Task Every_mistake_is_named_and_nothing_changes()
    {
        string id = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["500/month"]}""");

        (int status, JsonElement problem) = await SetAsync(id, """{"usd": ["much"], "env": [], "time_zone": "Mars/Port", "concurrent": -1, "reserve": "clmap"}""");
        (int empty, JsonElement none) = await SetAsync(id, """{"time_zone": "Europe/Berlin", "reason": "x"}""");
        (int stale, _) = await SetAsync(id, """{"usd": ["400/month"], "version": 7, "reason": "x"}""");
        (int unknown, _) = await SetAsync("grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", """{"reason": "x"}""");

        Assert.Equal((422, 422, 412, 404), (status, empty, stale, unknown));
        Assert.Equal(["usd", "concurrent", "env", "reserve", "reason"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal("time_zone", Assert.Single(none.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString());
        Assert.Equal(1, (await _host.GetAsync($"api/v1/grants/{id}")).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_child_is_not_widened_past_its_parent_and_a_revoked_grant_stays_as_it_is()
    {
        GrantNode parent = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        GrantNode child = _host.MakeGrant(parent, GrantKind.Share, "usd 50/month");

        (int wide, JsonElement problem) = await SetAsync(child.Grant.Id.ToString(), """{"usd": ["101/month"], "reason": "x"}""");
        await _host.SendAsync(HttpMethod.Patch, $"api/v1/grants/{child.Grant.Id}", """{"status": "revoked", "reason": "over"}""");
        (int over, _) = await SetAsync(child.Grant.Id.ToString(), """{"usd": ["10/month"], "reason": "x"}""");

        Assert.Equal((403, 409), (wide, over));
        Assert.Equal("usd 101/month is more than the grant above has: usd 100/month", problem.GetProperty("errors")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_request_for_a_raise_of_a_limit_that_says_something_else_by_now_is_not_approved()
    {
        string id = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["500/month"]}""");
        (int made, JsonElement raise) = await _host.SendAsync(HttpMethod.Post, "api/v1/raises", $$"""{"grant": "{{id}}", "meter": "usd", "amount": "200", "until": "7d", "reason": "demo"}""");

        await SetAsync(id, """{"usd": ["600/month"], "reason": "for good"}""");
        (int code, string output, string error) = await RunAsync("grant", "approve", raise.GetProperty("id").GetString()!, "--yes");

        Assert.Equal((201, 1), (made, code));
        Assert.Contains("no usd 500/month any more", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_says_what_changed_and_the_audit_has_it()
    {
        string id = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["500/month"], "requests": ["10/day"]}""");

        (int code, string output, string error) = await RunAsync("grant", "set", id, "--usd", "80/month", "--requests", "none", "--model", "gpt-5*", "--reason", "trial");
        (_, string again, _) = await RunAsync("grant", "set", id, "--usd", "80/month", "--reason", "trial");
        (_, string audit, _) = await RunAsync("audit", "--kind", "grant_changed");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("limits: usd 500/month, requests 10/day -> usd 80/month\nmodels: any -> gpt-5*\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("It says so already", again, StringComparison.Ordinal);
        Assert.Contains("usd 500/month, requests 10/day -> usd 80/month; models: any -> gpt-5*", audit, StringComparison.Ordinal);
        Assert.Contains("grant_set", audit, StringComparison.Ordinal);
    }

    private Task<(int Status, JsonElement Json)> SetAsync(string id, string body) => _host.SendAsync(HttpMethod.Patch, $"api/v1/grants/{id}/terms", body);

    private async Task<string> MakeAsync(string body)
    {
        (int status, JsonElement json) = await _host.SendAsync(HttpMethod.Post, "api/v1/grants", body);
        Assert.Equal(201, status);
        return json.GetProperty("id").GetString()!;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
