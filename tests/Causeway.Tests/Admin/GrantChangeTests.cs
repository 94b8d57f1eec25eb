using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>A grant is suspended, resumed, revoked, and its keys are ended: once, however often it is said.</summary>
public sealed class GrantChangeTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("suspend", "suspended")]
    [InlineData("revoke", "revoked")]
    public async Task The_same_again_is_no_mistake_and_leaves_nothing_in_the_audit(string verb, string status)
    {
        string id = Made();

        (int first, _, _) = await RunAsync("grant", verb, id, "--reason", "first");
        (int second, string output, string error) = await RunAsync("grant", verb, id, "--reason", "second");

        Assert.Equal((0, 0, ""), (first, second, error));
        Assert.Contains($"is {status}: first", output, StringComparison.Ordinal);
        Assert.Equal("first", Assert.Single(await _host.EventsAsync(LedgerEventKind.GrantChanged)).Reason);
    }

    [Fact]
    public async Task A_grant_that_works_is_resumed_without_an_entry_and_one_that_was_revoked_is_not_resumed()
    {
        string id = Made();

        (int works, _, _) = await RunAsync("grant", "resume", id, "--reason", "it works");
        Assert.Empty(await _host.EventsAsync(LedgerEventKind.GrantChanged));
        await RunAsync("grant", "revoke", id, "--reason", "over");
        (int resumed, _, string error) = await RunAsync("grant", "resume", id, "--reason", "back");
        (int suspended, _) = await _host.SendAsync(HttpMethod.Patch, $"api/v1/grants/{id}", """{"status": "suspended", "reason": "rest"}""");

        Assert.Equal((0, 1, 409), (works, resumed, suspended));
        Assert.Contains("was revoked (over) and stays so", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revoke", "compromised", LedgerEvent.Cuts)]
    [InlineData("revoke", "Compromised: in a build log", LedgerEvent.Cuts)]
    [InlineData("revoke", "project ended", null)]
    [InlineData("suspend", "compromised", null)] // What is suspended mid-stream is finished, unless somebody says --cut.
    public async Task What_runs_is_cut_on_every_instance_where_a_revocation_says_compromised(string verb, string reason, string? detail)
    {
        string id = Made();

        await RunAsync("grant", verb, id, "--reason", reason);

        Assert.Equal(detail, Assert.Single(await _host.EventsAsync(LedgerEventKind.GrantChanged)).Detail);
    }

    [Fact]
    public async Task A_narrowed_key_that_is_compromised_is_cut_as_well()
    {
        await RunAsync("key", "revoke", "rid_5f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f", "--reason", "compromised");
        await RunAsync("key", "revoke", "rid_6f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f", "--reason", "job ended");

        Assert.Equal(
            [$"rid_5f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f {LedgerEvent.Cuts}", "rid_6f2d7c1e90ab4c6d8e0f1a2b3c4d5e6f"],
            (await _host.EventsAsync(LedgerEventKind.KeyRevoked)).Select(one => one.Detail));
    }

    [Fact]
    public async Task What_a_child_leaves_out_it_has_from_the_grant_above_and_no_softer()
    {
        string parent = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "not_before": "2030-01-01T00:00:00Z", "enforcement": "soft", "on_revoke": "cut"}""");

        JsonElement child = (await _host.GetAsync($"api/v1/grants/{await MakeAsync($$"""{"parent": "{{parent}}"}""")}")).Json;
        (int status, JsonElement problem) = await _host.SendAsync(
            HttpMethod.Post, "api/v1/grants", $$"""{"parent": "{{parent}}", "holder": "team/other", "not_before": "2029-01-01T00:00:00Z", "enforcement": "critical", "on_revoke": "finish"}""");

        Assert.Equal(
            ("soft", "cut", "2030-01-01T00:00:00+00:00"),
            (child.GetProperty("enforcement").GetString(), child.GetProperty("on_revoke").GetString(), child.GetProperty("not_before").GetString()));
        Assert.Equal(403, status);
        Assert.Equal(4, problem.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task No_key_is_made_for_a_grant_that_is_over_or_below_one()
    {
        string parent = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "expires_in": "1h"}""");
        string child = await MakeAsync($$"""{"parent": "{{parent}}"}""");
        await _host.MakeKeyAsync(more: $", \"grant\": \"{child}\""); // The control.
        string end = $"{_host.Time.Now.AddHours(1):u}";
        _host.Time.Now = _host.Time.Now.AddHours(1);

        (int status, JsonElement problem) = await _host.SendAsync(
            HttpMethod.Post, "api/v1/keys", $$"""{"team": "search", "feature": "answers", "env": "dev", "grant": "{{child}}"}""");

        Assert.Equal(422, status);
        Assert.Contains(
            $"{parent} is over since {end}; name one that holds, or make one with: causeway grant new",
            problem.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Rekeying_ends_every_capability_key_of_the_grant_and_no_other_and_the_audit_has_it()
    {
        string id = await MakeAsync("""{"holder": "team/search", "env": ["dev"]}""");
        string other = await MakeAsync("""{"holder": "team/search", "env": ["dev"]}""");
        string before = await CapabilityOfAsync(id);
        string control = await CapabilityOfAsync(other);
        Assert.True(Holds(before));

        (int code, string output, string error) = await RunAsync("grant", "rekey", id, "--reason", "keys were in a build log");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{id} (team/search): key_gen: 1 -> 2", output, StringComparison.Ordinal);
        Assert.Equal((false, true, true), (Holds(before), Holds(control), Holds(await CapabilityOfAsync(id))));
        LedgerEvent set = Assert.Single(await _host.EventsAsync(LedgerEventKind.GrantChanged));
        Assert.Equal((GrantSetting.Code, "keys were in a build log", "key_gen: 1 -> 2"), (set.Code, set.Reason, Assert.Single(GrantSetting.Of(set).Differences())));
    }

    [Fact]
    public async Task Keys_of_a_grant_that_is_over_or_unknown_are_not_ended_again_and_a_reason_is_needed()
    {
        string id = Made();

        (int without, _) = await RekeyAsync(id, """{"reason": ""}""");
        (int unknown, _) = await RekeyAsync("grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", """{"reason": "x"}""");
        await RunAsync("grant", "revoke", id, "--reason", "over");
        (int over, _) = await RekeyAsync(id, """{"reason": "x"}""");

        Assert.Equal((422, 404, 409), (without, unknown, over));
        Assert.Equal(1, _host.Ledger.Grants.Single().Grant.KeyGeneration);
    }

    private string Made() => _host.MakeGrant(null, GrantKind.Share, "usd 100/month").Grant.Id.ToString();

    private async Task<string> MakeAsync(string body)
    {
        (int status, JsonElement json) = await _host.SendAsync(HttpMethod.Post, "api/v1/grants", body);
        Assert.True(status == 201, json.GetRawText());
        return json.GetProperty("id").GetString()!;
    }

    private async Task<string> CapabilityOfAsync(string grant) => (await _host.MakeKeyAsync(more: $", \"grant\": \"{grant}\", \"capability\": true")).GetProperty("key").GetString()!;

    private bool Holds(string key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(System.Text.Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
        return token.Verify(((MasterKeys)_host.Services.GetService(typeof(MasterKeys))!).Find(token.Kid), (uint)_host.Ledger.Find(token.Grant)!.Grant.KeyGeneration, out _) == CapabilityFault.None;
    }

    private Task<(int Status, JsonElement Json)> RekeyAsync(string id, string body) => _host.SendAsync(HttpMethod.Post, $"api/v1/grants/{id}/rekey", body);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
