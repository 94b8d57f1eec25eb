using System.Text.Json;
using Causeway.Admin.Raises;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class GlassTests : IAsyncLifetime
{
    private const long Usd = 1_000_000_000;

    private AdminHost _host = null!;
    private GrantNode _team = null!;
    private GrantNode _leaf = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _team = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        _leaf = _host.MakeGrant(_team, GrantKind.Share, "usd 10/month");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_glass_is_broken_at_once_for_its_time_and_waits_for_a_review()
    {
        List<string> told = [];
        _host.Services.GetRequiredService<GlassAlarm>().Subscribe(glass => told.Add(glass.Name));
        (int made, JsonElement seal) = await PostAsync("seals", $$"""{"parent": "{{_team.Grant.Id}}", "usd": "25/month"}""", AdminHost.Token);
        Spend(_leaf, 10 * Usd);

        (int status, JsonElement glass) = await BreakAsync("20", "60m");
        Spend(_leaf, 15 * Usd);
        (_, JsonElement inbox) = await _host.GetAsync("api/v1/raises");
        _host.Time.Now = _host.Time.Now.AddMinutes(60);

        Assert.Equal((201, "usd 25/month", "team/search", "admin"), (made, seal.GetProperty("limit").GetString(), seal.GetProperty("holder").GetString(), seal.GetProperty("created_by").GetString()));
        Assert.Equal((201, "mira", "20.000000000", seal.GetProperty("id").GetString()), (status, glass.GetProperty("by").GetString(), glass.GetProperty("amount_usd").GetString(), glass.GetProperty("seal").GetString()));
        Assert.Equal([glass.GetProperty("id").GetString()!], told);
        Assert.Equal(told, inbox.GetProperty("glass").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
        Assert.Equal("limit_spent", Denial(_leaf, 1)!.Code); // By the fake clock an hour has passed.
        Assert.Equal((100 - 5 - 25) * Usd, _host.Ledger.LeftUsd(_team));

        (int reviewed, JsonElement closed) = await PostAsync($"glass/{told[0]}/ack", """{"reason": "a real outage"}""", AdminHost.TokenOf("noor"));
        Assert.Equal((200, "noor", "a real outage"), (reviewed, closed.GetProperty("reviewed_by").GetString(), closed.GetProperty("review_reason").GetString()));
        Assert.Empty((await _host.GetAsync("api/v1/raises")).Json.GetProperty("glass").EnumerateArray());
        Assert.Single((await _host.GetAsync("api/v1/raises?all=true")).Json.GetProperty("glass").EnumerateArray());
        Assert.Equal(["glass_broken", "glass_reviewed"], (await _host.EventsAsync(LedgerEventKind.GlassBroken, LedgerEventKind.RaiseDecided)).Select(one => one.Code));
    }

    [Theory]
    [InlineData("61m", "an outage", "for")]
    [InlineData("0m", "an outage", "for")]
    [InlineData("1d", "an outage", "for")]
    [InlineData("60m", "", "reason")]
    public async Task It_needs_a_reason_and_ends_within_an_hour(string time, string reason, string field)
    {
        await PostAsync("seals", $$"""{"parent": "{{_team.Grant.Id}}", "usd": "25/month"}""", AdminHost.Token);

        (int status, JsonElement problem) = await BreakAsync("20", time, reason);

        Assert.Equal((422, "glass_invalid", field), (status, problem.GetProperty("code").GetString(), problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal(75 * Usd, _host.Ledger.LeftUsd(_team));
    }

    [Fact]
    public async Task Without_a_seal_or_with_too_small_a_one_nothing_is_broken()
    {
        (int none, JsonElement missing) = await BreakAsync("20", "60m");
        await PostAsync("seals", $$"""{"parent": "{{_team.Grant.Id}}", "usd": "5/month"}""", AdminHost.Token);
        (int small, JsonElement exceeded) = await BreakAsync("20", "60m");

        Assert.Equal((409, "seal_missing", 409, "seal_exceeded"), (none, missing.GetProperty("code").GetString(), small, exceeded.GetProperty("code").GetString()));
        Assert.Contains("holds 5 USD of usd 5/month, and 20 were asked for.", exceeded.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await _host.GetAsync("api/v1/raises?all=true")).Json.GetProperty("glass").EnumerateArray());
        Assert.Equal(404, (await PostAsync("glass/glass_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b/ack", """{"reason": "x"}""", AdminHost.Token)).Status);
        Assert.Equal(404, (await PostAsync("glass", $$"""{"grant": "{{GrantId.New(_host.Time.Now)}}", "usd": "1", "for": "1m", "reason": "x"}""", AdminHost.Token)).Status);
    }

    [Theory]
    [InlineData("25/day", "needs the window of a money limit of GRANT: usd 100/month")]
    [InlineData("250/month", "usd 250/month is more than the grant above has: usd 100/month (delegation_exceeds)")]
    [InlineData("x", "\"x\" is not an amount of USD; write it plainly, such as 500 or 0.50, with up to nine decimals")]
    public async Task What_cannot_be_sealed_is_said(string usd, string message)
    {
        (int status, JsonElement problem) = await PostAsync("seals", $$"""{"parent": "{{_team.Grant.Id}}", "usd": "{{usd}}"}""", AdminHost.Token);

        Assert.Equal((422, "seal_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(message.Replace("GRANT", _team.Grant.Id.ToString(), StringComparison.Ordinal), problem.GetProperty("errors")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_seal_takes_the_zone_of_the_limit_that_it_comes_out_of()
    {
        Assert.True(Limit.TryParse(Meter.Usd, "100/month", "Europe/Berlin", out Limit limit, out _));
        GrantNode berlin = _host.MakeGrant(null, GrantKind.Share, limit);

        (int status, JsonElement seal) = await PostAsync("seals", $$"""{"parent": "{{berlin.Grant.Id}}", "usd": "25/month"}""", AdminHost.Token);

        Assert.Equal((201, "usd 25/month Europe/Berlin"), (status, seal.GetProperty("limit").GetString()));
    }

    [Fact]
    public async Task A_review_advises_and_applies_only_what_it_may()
    {
        await PostAsync("seals", $$"""{"parent": "{{_team.Grant.Id}}", "usd": "25/month"}""", AdminHost.Token);
        _host.Ledger.DefaultFor("ads");
        _host.Time.Now = _host.Time.Now.AddDays(50);
        GrantNode young = _host.MakeGrant(_team, GrantKind.Share, "usd 1/day");
        Spend(_team, Usd);
        _host.Time.Now = _host.Time.Now.AddDays(31);

        (_, JsonElement report) = await _host.GetAsync("api/v1/grants/review");
        var advice = report.GetProperty("grants").EnumerateArray().ToDictionary(grant => grant.GetProperty("grant").GetString()!, grant => grant.GetProperty("advice").GetString());

        Assert.Equal(("tell", "suspend", "tell"), (advice[_team.Grant.Id.ToString()], advice[_leaf.Grant.Id.ToString()], advice[young.Grant.Id.ToString()]));
        Assert.Equal(3, advice.Count);
        Assert.Contains($"causeway grant suspend {_leaf.Grant.Id} --reason \\\"unused for 81 days\\\"", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(GrantStatus.Active, _leaf.Grant.Status);
        JsonElement later = (await _host.GetAsync("api/v1/grants/review?days=40")).Json.GetProperty("grants").EnumerateArray().Single(grant => grant.GetProperty("grant").GetString() == _team.Grant.Id.ToString());
        Assert.Equal(("none", "usd 1.5/month"), (later.GetProperty("advice").GetString(), later.GetProperty("limits")[0].GetProperty("suggested").GetString())); // It is too large all the same.

        (_, JsonElement applied) = await PostAsync("grants/review/apply", "", AdminHost.TokenOf("mira"));
        Assert.Equal((_leaf.Grant.Id.ToString(), "suspended"), (Assert.Single(applied.GetProperty("changed").EnumerateArray().ToArray()).GetProperty("grant").GetString(), applied.GetProperty("changed")[0].GetProperty("status").GetString()));
        Assert.Equal((GrantStatus.Suspended, "unused for 81 days"), (_leaf.Grant.Status, _leaf.Grant.Reason));
        _host.Time.Now = _host.Time.Now.AddDays(9);
        await PostAsync("grants/review/apply", "", AdminHost.TokenOf("mira"));
        Assert.Equal((GrantStatus.Revoked, GrantStatus.Active), (_leaf.Grant.Status, _team.Grant.Status));
        Assert.Equal("mira", (await _host.EventsAsync(LedgerEventKind.GrantChanged))[^1].Actor);
    }

    private void Spend(GrantNode grant, long nanoUsd) => Assert.Null(Denial(grant, nanoUsd));

    private LedgerDenial? Denial(GrantNode grant, long nanoUsd)
    {
        if (_host.Ledger.Reserve(grant, Guid.NewGuid(), new Amounts(nanoUsd, 0, 0), TimeSpan.FromMinutes(5), default, out LedgerDenial? denial) is { } held)
        {
            _host.Ledger.Settle(held, new Amounts(nanoUsd, 0, 0), UsageSource.Provider, null);
        }

        return denial;
    }

    private Task<(int Status, JsonElement Json)> BreakAsync(string usd, string time, string reason = "an outage") =>
        PostAsync("glass", $$"""{"grant": "{{_leaf.Grant.Id}}", "usd": "{{usd}}", "for": "{{time}}", "reason": "{{reason}}"}""", AdminHost.TokenOf("mira"));

    private Task<(int Status, JsonElement Json)> PostAsync(string path, string body, string credential) => _host.SendAsync(HttpMethod.Post, "api/v1/" + path, body, credential: credential);
}
