using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Tests.Admin;

/// <summary>B-17 over HTTP: who may ask, who may decide, and on what.</summary>
public sealed class RaiseTests : IAsyncLifetime
{
    private const long Usd = 1_000_000_000;

    private AdminHost _host = null!;
    private GrantNode _grant = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _grant = Make(null, "usd 10/month", "tokens 1M/day", "tokens 10M/month");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_is_shown_decided_by_somebody_else_and_holds_until_its_end()
    {
        JsonElement asked = await AskAsync("mira");
        (_, JsonElement inbox) = await GetAsync("raises", "noor");
        (int status, JsonElement approved) = await ApproveAsync(asked, "noor", """, "amount": "3.50", "reason": "fine" """);

        Assert.Equal("pending", asked.GetProperty("state").GetString());
        Assert.Equal(("mira", 1, "usd 10/month", "5 USD"), (asked.GetProperty("requested_by").GetString(), asked.GetProperty("limit").GetInt32(), asked.GetProperty("limit_text").GetString(), asked.GetProperty("amount_text").GetString()));
        Assert.Equal(asked.GetProperty("digest").GetString(), Assert.Single(inbox.GetProperty("raises").EnumerateArray().ToArray()).GetProperty("digest").GetString());
        Assert.Equal((200, "approved", "3.5 USD", "noor"), (status, approved.GetProperty("state").GetString(), approved.GetProperty("granted_text").GetString(), approved.GetProperty("decided_by").GetString()));
        Assert.Equal(13_500_000_000, _host.Ledger.LeftUsd(_grant));
        Assert.Equal(10 * Usd, _grant.Grant.Limits[0].Amount);
        Assert.Empty((await GetAsync("raises", "noor")).Json.GetProperty("raises").EnumerateArray());
        Assert.Single((await GetAsync("raises?all=true", "noor")).Json.GetProperty("raises").EnumerateArray());
        Assert.Null(Refused(new Amounts(13 * Usd, 0, 0)));

        _host.Time.Now = _host.Time.Now.AddDays(7);
        Assert.Equal("limit_spent", Refused(new Amounts(1, 0, 0))!.Code);
    }

    [Fact]
    public async Task Self_approval_is_refused_to_the_operator_to_the_administrator_and_to_who_made_the_key()
    {
        JsonElement mine = await AskAsync("mira");
        (_, JsonElement byAdmin) = await PostAsync("raises", Body(), AdminHost.Token);
        (_, JsonElement key) = await PostAsync("keys", """{"team": "search", "feature": "answers", "env": "dev"}""", AdminHost.TokenOf("noor"));
        GrantNode own = _host.Ledger.DefaultFor("search");
        (int refused, JsonElement none) = await PostAsync("raises", """{"meter": "usd", "amount": "5", "until": "7d", "reason": "x"}""", key.GetProperty("key").GetString()!);

        Assert.Equal((403, "self_approval"), Code(await ApproveAsync(mine, "mira")));
        Assert.Equal((403, "self_approval"), Code(await ApproveAsync(byAdmin, null)));
        Assert.Equal((422, "meter"), (refused, none.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Contains($"{own.Grant.Id} has no limit of usd", none.GetRawText(), StringComparison.Ordinal);
        JsonElement byKey = await AskByKeyAsync("noor");
        Assert.StartsWith("key_", byKey.GetProperty("requested_by").GetString(), StringComparison.Ordinal);
        Assert.Equal((403, "self_approval"), Code(await ApproveAsync(byKey, "noor")));
        Assert.Equal(200, (await ApproveAsync(byKey, "ida")).Status);
    }

    [Fact]
    public async Task An_amount_that_changed_after_it_was_shown_is_refused()
    {
        JsonElement asked = await AskAsync("mira");
        Assert.True(RaiseId.TryParse(asked.GetProperty("id").GetString(), out RaiseId id));
        Raise kept = (await _host.Raises.FindAsync(id, CancellationToken.None))!;
        _host.Raises.Tamper(kept with { Amount = 900 * Usd });

        Assert.Equal((409, "raise_changed"), Code(await ApproveAsync(asked, "noor")));
        Assert.Equal(10 * Usd, _host.Ledger.LeftUsd(_grant));
    }

    [Fact]
    public async Task An_expired_request_is_refused()
    {
        JsonElement asked = await AskAsync("mira");
        _host.Time.Now = _host.Time.Now.AddHours(24);

        Assert.Equal((409, "raise_expired"), Code(await ApproveAsync(asked, "noor")));
        Assert.Equal((409, "raise_expired"), Code(await PostAsync($"raises/{Id(asked)}/deny", """{"reason": "late"}""", AdminHost.TokenOf("noor"))));
        Assert.Equal("expired", (await GetAsync($"raises/{Id(asked)}", "noor")).Json.GetProperty("state").GetString());
        Assert.Equal(10 * Usd, _host.Ledger.LeftUsd(_grant));
    }

    [Fact]
    public async Task The_same_approval_is_answered_the_same_and_a_replay_by_another_is_refused()
    {
        JsonElement asked = await AskAsync("mira");
        (_, JsonElement first) = await ApproveAsync(asked, "noor");
        _host.Time.Now = _host.Time.Now.AddMinutes(5);

        (int status, JsonElement again) = await ApproveAsync(asked, "noor");

        Assert.Equal((200, first.GetRawText()), (status, again.GetRawText()));
        Assert.Equal(15 * Usd, _host.Ledger.LeftUsd(_grant));
        (int replayed, JsonElement problem) = await ApproveAsync(asked, "ida");
        Assert.Equal((409, "raise_decided"), (replayed, problem.GetProperty("code").GetString()));
        Assert.Contains("is approved since", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((409, "raise_decided"), Code(await PostAsync($"raises/{Id(asked)}/deny", """{"reason": "no"}""", AdminHost.TokenOf("ida"))));
        Assert.Equal(15 * Usd, _host.Ledger.LeftUsd(_grant));
    }

    [Fact]
    public async Task Above_the_threshold_two_have_to_say_yes()
    {
        JsonElement asked = await AskAsync("mira", "1000.01");
        (_, JsonElement first) = await ApproveAsync(asked, "noor");

        Assert.Equal(("pending", 2, 1), (first.GetProperty("state").GetString(), first.GetProperty("approvers_needed").GetInt32(), first.GetProperty("approvals").GetArrayLength()));
        Assert.Equal(10 * Usd, _host.Ledger.LeftUsd(_grant));
        Assert.Equal((409, "raise_changed"), Code(await ApproveAsync(asked, "ida")));
        Assert.Equal((409, "raise_decided"), Code(await ApproveAsync(first, "noor")));
        Assert.Equal("approved", (await ApproveAsync(first, "ida")).Json.GetProperty("state").GetString());
        Assert.Equal(1_010_010_000_000, _host.Ledger.LeftUsd(_grant));
    }

    [Fact]
    public async Task A_limit_above_that_binds_all_the_same_is_said_but_not_to_a_key()
    {
        GrantNode child = Make(_grant, "usd 10/month");
        _ = _host.Ledger.Reserve(child, Guid.NewGuid(), new Amounts(8 * Usd, 0, 0), TimeSpan.FromMinutes(5), default, out _);

        JsonElement asked = await AskAsync("mira", "5", child);
        JsonElement byKey = await AskByKeyAsync("noor", child);

        JsonElement binding = Assert.Single(asked.GetProperty("still_binding").EnumerateArray().ToArray());
        Assert.Equal((_grant.Grant.Id.ToString(), "usd 10/month", "2 USD"), (binding.GetProperty("grant").GetString(), binding.GetProperty("limit").GetString(), binding.GetProperty("left_text").GetString()));
        Assert.Empty(byKey.GetProperty("still_binding").EnumerateArray());
        Assert.Single((await ApproveAsync(asked, "noor")).Json.GetProperty("still_binding").EnumerateArray().ToArray());
    }

    [Theory]
    [InlineData("""{"meter": "tokens", "amount": "5", "until": "7d", "reason": "x"}""", "limit", "is needed: several limits of GRANT count tokens (2: tokens 1000000/day, 3: tokens 10000000/month)")]
    [InlineData("""{"meter": "requests", "amount": "5", "until": "7d", "reason": "x"}""", "meter", "GRANT has no limit of requests that could be raised; it has usd 10/month, tokens 1000000/day, tokens 10000000/month")]
    [InlineData("""{"meter": "tokens", "amount": "5", "limit": 1, "until": "7d", "reason": "x"}""", "limit", "is not the number of a limit of tokens; GRANT has 2: tokens 1000000/day, 3: tokens 10000000/month")]
    [InlineData("""{"meter": "usdd", "amount": "5", "until": "7d", "reason": "x"}""", "meter", "\"usdd\" is not one of: usd, tokens, tokens_in, tokens_out, requests, concurrent; did you mean \"usd\"?")]
    [InlineData("""{"meter": "usd", "amount": "5/day", "until": "7d", "reason": "x"}""", "amount", "\"5/day\" has a window; write the amount alone, which is added to the limit's")]
    [InlineData("""{"meter": "usd", "amount": "-5", "until": "7d", "reason": "x"}""", "amount", "\"-5\" is not an amount of USD; write it plainly, such as 500 or 0.50, with up to nine decimals")]
    [InlineData("""{"meter": "usd", "amount": "5", "until": "2026-11-23", "reason": "x"}""", "until", "has passed: it is 2026-11-23T14:25:00Z")]
    [InlineData("""{"meter": "usd", "amount": "5", "until": "367d", "reason": "x"}""", "until", "is more than 366 days away")]
    [InlineData("""{"meter": "usd", "amount": "5", "until": "soon", "reason": "x"}""", "until", "is a span such as 24h or 7d, a day such as 2026-11-23, or a time such as 2026-11-23T14:00:00Z")]
    [InlineData("""{"meter": "usd", "amount": "5", "until": "7d", "reason": " "}""", "reason", "is missing; say what for, in a sentence that others understand later")]
    public async Task What_cannot_be_asked_is_said(string body, string field, string message)
    {
        (int status, JsonElement problem) = await PostAsync("raises", body.Replace("{\"meter\"", $"{{\"grant\": \"{_grant.Grant.Id}\", \"meter\"", StringComparison.Ordinal), AdminHost.TokenOf("mira"));

        Assert.Equal((422, "raise_invalid"), (status, problem.GetProperty("code").GetString()));
        JsonElement error = Assert.Single(problem.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal((field, message.Replace("GRANT", _grant.Grant.Id.ToString(), StringComparison.Ordinal)), (error.GetProperty("field").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Which_of_several_limits_is_meant_can_be_said()
    {
        (int status, JsonElement raise) = await PostAsync("raises", $$"""{"grant": "{{_grant.Grant.Id}}", "meter": "tokens", "amount": "2M", "limit": 3, "until": "2026-12-01", "reason": "x", "ticket": "OPS-1"}""", AdminHost.TokenOf("mira"));

        Assert.Equal((201, 3, 2_000_000, "OPS-1"), (status, raise.GetProperty("limit").GetInt32(), raise.GetProperty("amount").GetInt64(), raise.GetProperty("ticket").GetString()));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), raise.GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found_and_a_digest_is_needed()
    {
        JsonElement asked = await AskAsync("mira");
        string unknown = RaiseId.New(_host.Time.Now).ToString();

        Assert.Equal((404, "raise_unknown"), Code(await GetAsync($"raises/{unknown}", "mira")));
        Assert.Equal((404, "raise_unknown"), Code(await GetAsync("raises/nonsense", "mira")));
        Assert.Equal((404, "raise_unknown"), Code(await PostAsync($"raises/{unknown}/deny", """{"reason": "no"}""", AdminHost.Token)));
        Assert.Equal((404, "grant_unknown"), Code(await PostAsync("raises", Body().Replace(_grant.Grant.Id.ToString(), GrantId.New(_host.Time.Now).ToString(), StringComparison.Ordinal), AdminHost.Token)));
        Assert.Equal((422, "raise_invalid"), Code(await PostAsync($"raises/{Id(asked)}/approve", """{"digest": ""}""", AdminHost.TokenOf("noor"))));
        Assert.Equal((422, "raise_invalid"), Code(await PostAsync($"raises/{Id(asked)}/approve", $$"""{"digest": "{{new string('a', 64)}}", "meter": "tokens", "amount": "1"}""", AdminHost.TokenOf("noor"))));
        Assert.Equal((409, "raise_changed"), Code(await PostAsync($"raises/{Id(asked)}/approve", $$"""{"digest": "{{new string('a', 64)}}"}""", AdminHost.TokenOf("noor"))));
        Assert.Equal((422, "raise_invalid"), Code(await ApproveAsync(asked, "noor", """, "amount": "5.01" """)));
    }

    [Fact]
    public async Task A_key_may_ask_for_its_own_way_up_and_sees_what_it_asked_for_and_no_more()
    {
        GrantNode child = Make(_grant, "usd 1/month");
        GrantNode stranger = Make(null, "usd 1/month");
        (string id, string secret) = await KeyOfAsync(child, "noor");

        Assert.Equal((404, "grant_unknown"), Code(await PostAsync("raises", $$"""{"grant": "{{stranger.Grant.Id}}", "meter": "usd", "amount": "5", "until": "7d", "reason": "x"}""", secret)));
        Assert.Equal(201, (await PostAsync("raises", Body(), secret)).Status); // The grant above its own.
        JsonElement others = await AskAsync("mira");
        (_, JsonElement own) = await _host.SendAsync(HttpMethod.Get, "api/v1/raises", credential: secret);
        Assert.Equal(id, Assert.Single(own.GetProperty("raises").EnumerateArray()).GetProperty("requested_by").GetString());
        Assert.Equal((404, "raise_unknown"), Code(await _host.SendAsync(HttpMethod.Get, $"api/v1/raises/{Id(others)}", credential: secret)));
        foreach ((HttpMethod method, string path) in (IEnumerable<(HttpMethod, string)>)[(HttpMethod.Get, "keys"), (HttpMethod.Post, "glass"), (HttpMethod.Post, "seals"), (HttpMethod.Get, "grants/review"), (HttpMethod.Post, "keys")])
        {
            Assert.Equal((401, "admin_token_wrong"), Code(await _host.SendAsync(method, "api/v1/" + path, method == HttpMethod.Post ? "{}" : null, credential: secret)));
        }

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{id}");
        Assert.Equal((401, "admin_token_wrong"), Code(await PostAsync("raises", Body(), secret)));
        Assert.Equal((401, "admin_token_wrong"), Code(await PostAsync("raises", Body(), Budgets.Keys.KeySecret.New())));
    }

    [Fact]
    public async Task Every_step_is_an_event_with_its_actor_and_reason()
    {
        JsonElement first = await AskAsync("mira");
        await ApproveAsync(first, "noor", """, "reason": "fine" """);
        JsonElement second = await AskAsync("mira");
        await PostAsync($"raises/{Id(second)}/deny", """{"reason": "not now"}""", AdminHost.TokenOf("noor"));
        JsonElement third = await AskAsync("mira");
        (_, JsonElement withdrawn) = await PostAsync($"raises/{Id(third)}/deny", """{"reason": "not needed"}""", AdminHost.TokenOf("mira"));

        IReadOnlyList<LedgerEvent> events = await _host.EventsAsync(LedgerEventKind.RaiseRequested, LedgerEventKind.RaiseDecided, LedgerEventKind.OverlayAdded);

        Assert.Equal("withdrawn", withdrawn.GetProperty("state").GetString());
        Assert.Equal(
            [
                ("raise_requested", "mira", "launch"), ("raise_approved", "noor", "fine"), (null, "noor", "fine"), ("raise_requested", "mira", "launch"), ("raise_denied", "noor", "not now"),
                ("raise_requested", "mira", "launch"), ("raise_withdrawn", "mira", "not needed"),
            ],
            events.Select(one => (one.Code, one.Actor!, one.Reason!)));
    }

    private static (int Status, string Code) Code((int Status, JsonElement Json) answer) => (answer.Status, answer.Json.GetProperty("code").GetString()!);

    private static string Id(JsonElement raise) => raise.GetProperty("id").GetString()!;

    private LedgerDenial? Refused(in Amounts amounts)
    {
        if (_host.Ledger.Reserve(_grant, Guid.NewGuid(), amounts, TimeSpan.FromMinutes(5), default, out LedgerDenial? denial) is { } held)
        {
            _host.Ledger.Settle(held, amounts, UsageSource.Provider, null);
        }

        return denial;
    }

    private GrantNode Make(GrantNode? parent, params string[] limits) => _host.MakeGrant(parent, GrantKind.Share, limits);

    private string Body(string amount = "5", GrantNode? grant = null) => $$"""{"grant": "{{(grant ?? _grant).Grant.Id}}", "meter": "usd", "amount": "{{amount}}", "until": "7d", "reason": "launch"}""";

    private async Task<JsonElement> AskAsync(string by, string amount = "5", GrantNode? grant = null)
    {
        (int status, JsonElement raise) = await PostAsync("raises", Body(amount, grant), AdminHost.TokenOf(by));
        Assert.Equal(201, status);
        return raise;
    }

    private async Task<(string Id, string Secret)> KeyOfAsync(GrantNode grant, string madeBy)
    {
        (_, JsonElement made) = await PostAsync("keys", """{"team": "search", "feature": "answers", "env": "dev"}""", AdminHost.TokenOf(madeBy));
        Assert.True(Budgets.Keys.KeyId.TryParse(made.GetProperty("id").GetString(), out Budgets.Keys.KeyId id));
        Budgets.Keys.Key key = _host.Policies.Current.Keys.Find(id)!;
        _host.Policies.Publish(policy => policy.With(key with { Grant = grant.Grant.Id }));
        return (id.ToString(), made.GetProperty("key").GetString()!);
    }

    private async Task<JsonElement> AskByKeyAsync(string madeBy, GrantNode? grant = null)
    {
        (string id, string secret) = await KeyOfAsync(grant ?? _grant, madeBy);
        (int status, JsonElement raise) = await PostAsync("raises", """{"meter": "usd", "amount": "5", "until": "7d", "reason": "launch"}""", secret);
        Assert.Equal((201, id), (status, raise.GetProperty("requested_by").GetString()));
        return raise;
    }

    private Task<(int Status, JsonElement Json)> ApproveAsync(JsonElement shown, string? by, string more = "") =>
        PostAsync($"raises/{Id(shown)}/approve", $$"""{"digest": "{{shown.GetProperty("digest").GetString()}}"{{more}}}""", by is null ? AdminHost.Token : AdminHost.TokenOf(by));

    private Task<(int Status, JsonElement Json)> PostAsync(string path, string body, string credential) => _host.SendAsync(HttpMethod.Post, "api/v1/" + path, body, credential: credential);

    private Task<(int Status, JsonElement Json)> GetAsync(string path, string by) => _host.SendAsync(HttpMethod.Get, "api/v1/" + path, credential: AdminHost.TokenOf(by));
}
