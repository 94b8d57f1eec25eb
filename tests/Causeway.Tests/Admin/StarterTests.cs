using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Grants;
using Causeway.Admin.Identity;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

/// <summary>Developers make keys for their own teams, and nobody has to be asked.</summary>
public sealed class StarterTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync(SignInTests.Identity("https://login.company.example"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_developer_says_a_feature_and_has_a_key_for_dev_under_the_starter_grant_of_the_team()
    {
        (int status, JsonElement key) = await MakeAsync(Session([Role.Developer], "search"), """{"feature": "answers"}""");

        Assert.Equal(201, status);
        Assert.Equal(("search", "answers", "dev", StarterGrants.IdOf("search").ToString()), (Text(key, "team"), Text(key, "feature"), Text(key, "env"), Text(key, "grant")));
        Assert.Equal(_host.Time.Now.AddDays(30), key.GetProperty("expires_at").GetDateTimeOffset());
        Grant grant = _host.Ledger.Find(StarterGrants.IdOf("search"))!.Grant;
        Assert.Equal("usd 20/month", Assert.Single(grant.Limits).ToString());
        Assert.Equal(("dev", 1, 0, "team/search"), (Assert.Single(grant.Scope.Environments!.Value), grant.Scope.DataClassMax, grant.DepthLeft, grant.Holder.ToString()));

        (status, JsonElement second) = await MakeAsync(Session([Role.Developer], "search"), """{"feature": "other", "expires_in": "1h"}""");
        Assert.Equal((201, Text(key, "grant")), (status, Text(second, "grant")));
        Assert.Single(await _host.EventsAsync(LedgerEventKind.GrantCreated), one => one.Grant == grant.Id);
        Assert.Equal("company:mira", (await _host.Keys.ListAsync(CancellationToken.None))[^1].CreatedBy);
    }

    [Theory]
    [InlineData("""{"feature": "a", "team": "shop"}""", 403, "key_not_yours", "company:mira belongs to search.")]
    [InlineData("""{"feature": "a", "env": "prod"}""", 403, "key_not_yours", "Without a budget owner there are keys for dev.")]
    [InlineData("""{"feature": "a", "grant": "grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b"}""", 403, "key_not_yours", "are made by a budget owner")]
    [InlineData("""{"feature": "a", "expires_in": "31d"}""", 422, "key_invalid", "is more than the 30 days")]
    [InlineData("""{"feature": "A"}""", 422, "key_invalid", "feature")]
    public async Task A_developer_has_no_more_than_that(string body, int status, string code, string message)
    {
        (int answered, JsonElement problem) = await MakeAsync(Session([Role.Developer], "search"), body);

        Assert.Equal((status, code), (answered, Text(problem, "code")));
        Assert.Contains(message, problem.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await _host.Keys.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_has_no_team_or_several_is_told_what_to_do()
    {
        Assert.Contains("belongs to no team here", (await MakeAsync(Session([Role.Developer]), """{"feature": "a"}""")).Json.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("sign in with causeway login", (await MakeAsync(AdminHost.TokenOf("developer"), """{"team": "search", "feature": "a", "env": "dev"}""")).Json.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("is missing; you belong to search, shop", (await MakeAsync(Session([Role.Developer], "search", "shop"), """{"feature": "a"}""")).Json.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("shop", Text((await MakeAsync(Session([Role.Developer], "search", "shop"), """{"feature": "a", "team": "shop"}""")).Json, "team"));
        Assert.Equal(403, (await MakeAsync(Session([Role.Auditor], "search"), """{"feature": "a"}""")).Status);
    }

    [Fact]
    public async Task A_budget_owner_makes_keys_for_everybody_as_ever()
    {
        string owner = Session([Role.BudgetOwner, Role.Developer], "search");

        (int status, JsonElement any) = await MakeAsync(owner, """{"team": "shop", "feature": "a", "env": "prod"}""");
        Assert.Equal((201, BudgetLedger.DefaultId("shop").ToString(), true), (status, Text(any, "grant"), any.GetProperty("expires_at").ValueKind == JsonValueKind.Null));
        Assert.Equal(StarterGrants.IdOf("search").ToString(), Text((await MakeAsync(owner, """{"feature": "a"}""")).Json, "grant"));
    }

    [Fact]
    public async Task A_starter_grant_that_was_revoked_stays_so_and_one_that_is_switched_off_is_not_made()
    {
        string developer = Session([Role.Developer], "search");
        await MakeAsync(developer, """{"feature": "a"}""");
        _host.Ledger.Change(StarterGrants.IdOf("search"), GrantStatus.Revoked, "noor", "they have a budget of their own", out _);

        (int status, JsonElement problem) = await MakeAsync(developer, """{"feature": "b"}""");
        Assert.Equal((422, true), (status, problem.GetRawText().Contains("was revoked (they have a budget of their own); a budget owner", StringComparison.Ordinal)));

        await using AdminHost off = await AdminHost.StartAsync(SignInTests.Identity("https://login.company.example") with { Starter = new StarterConfiguration { Enabled = false } });
        string other = off.Services.GetRequiredService<PeopleSeal>().Make(new Person("company", "mira", "company:mira", [Role.Developer], ["search"]), SessionKind.CommandLine).Text;
        Assert.Contains("starter grants are switched off", (await off.SendAsync(HttpMethod.Post, "api/v1/keys", """{"feature": "a"}""", credential: other)).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_developer_revokes_what_they_made_and_nothing_else()
    {
        string developer = Session([Role.Developer], "search");
        string mine = Text((await MakeAsync(developer, """{"feature": "a"}""")).Json, "id")!;
        string theirs = Text(await _host.MakeKeyAsync(), "id")!;

        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Delete, "api/v1/keys/" + mine, credential: developer)).Status);
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Delete, "api/v1/keys/" + theirs, credential: developer);
        Assert.Equal((403, "key_not_yours"), (status, Text(problem, "code")));
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Delete, "api/v1/keys/" + theirs, credential: Session([Role.OnCall, Role.Developer], "search"))).Status);
    }

    [Fact]
    public async Task Who_names_the_starter_grant_gets_no_more_by_it()
    {
        string developer = Session([Role.Developer], "search");
        string named = $"{{\"feature\": \"a\", \"grant\": \"{StarterGrants.IdOf("search")}\"MORE}}";

        Assert.Equal(201, (await MakeAsync(developer, """{"feature": "first"}""")).Status); // Now there is one.
        (int status, JsonElement key) = await MakeAsync(developer, named.Replace("MORE", "", StringComparison.Ordinal));
        Assert.Equal((201, _host.Time.Now.AddDays(30)), (status, key.GetProperty("expires_at").GetDateTimeOffset()));
        Assert.Equal(422, (await MakeAsync(developer, named.Replace("MORE", ", \"expires_in\": \"31d\"", StringComparison.Ordinal))).Status);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private string Session(Role[] roles, params string[] teams) =>
        _host.Services.GetRequiredService<PeopleSeal>().Make(new Person("company", "mira", "company:mira", roles, teams), SessionKind.CommandLine).Text;

    private Task<(int Status, JsonElement Json)> MakeAsync(string credential, string body) => _host.SendAsync(HttpMethod.Post, "api/v1/keys", body, credential: credential);
}
