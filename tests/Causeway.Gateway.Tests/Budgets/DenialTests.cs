using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Budgets;

public sealed class DenialTests
{
    private static readonly Saying s_channel = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "support", StringComparison.Ordinal) };

    [Fact]
    public async Task What_has_no_price_is_denied_where_money_is_limited_and_only_there()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "openai/sim-small", StringComparison.Ordinal) };

        Answer limited = await house.Grant("usd 100").AskAsync(saying);
        Answer below = await Below(house, house.Grant("usd 100"), "requests 5").AskAsync(saying);
        Answer ceiling = await house.Grant(grant => grant with { Scope = new Scope { MaxRequestNanoUsd = 1_000_000_000 } }).AskAsync(saying);

        Assert.All((Answer[])[limited, below, ceiling], answer => Assert.Equal((403, "price_unknown", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry"))));
        Assert.Empty(await house.Simulator.RequestsAsync());
        foreach (string free in (string[])["tokens 1M", "requests 5", "concurrent 1"])
        {
            Assert.Equal(200, (await house.Grant(free).AskAsync(saying)).Status);
        }
    }

    [Theory]
    [InlineData("env", "scope_env")]
    [InlineData("route", "scope_route")]
    [InlineData("model", "scope_model")]
    [InlineData("class", "scope_model")]
    public async Task What_is_out_of_scope_is_denied_by_the_rule_that_decided(string dimension, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Scope scope = dimension switch
        {
            "env" => new Scope { Environments = ["prod"] },
            "route" => new Scope { Routes = ["messages"] },
            "model" => new Scope { Models = ["claude-*"] },
            _ => new Scope { ModelClasses = ["frontier"] },
        };
        Granted granted = house.Grant(grant => grant with { Scope = scope });

        foreach (string before in (string[])["", "/passthrough/openai"])
        {
            Answer answer = await granted.AskAsync(Saying.Chat with { Path = before + Saying.ChatPath });

            Assert.Equal((403, code, "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
            Assert.Contains(granted.Id.ToString(), answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
        await house.RecordsAsync();
        Assert.All(house.Store.Events.Where(one => one.Kind == LedgerEventKind.Denied), one => Assert.Equal((code, granted.Id, granted.Id), (one.Code, one.Grant, one.DecidedBy)));
    }

    [Theory]
    [InlineData("restricted", 403, "scope_data_class")]
    [InlineData("customer", 403, "scope_data_class")]
    [InlineData("internal", 200, null)]
    [InlineData("public", 200, null)]
    [InlineData("Internal", 400, "data_class_unknown")]
    [InlineData("", 400, "data_class_unknown")]
    public async Task Data_of_a_higher_class_is_denied(string stated, int status, string? code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(grant => grant with { Scope = new Scope { DataClassMax = DataClasses.Rank("internal") } });
        HttpRequestMessage message = Saying.Chat.ToMessage(granted.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-data-class", stated);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((status, code), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Pins_that_the_grant_does_not_cover_are_passed_over()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));

        Answer claude = await house.Grant(grant => grant with { Scope = new Scope { Models = ["claude-*"] } }).AskAsync(s_channel);
        Answer none = await house.Grant(grant => grant with { Scope = new Scope { Models = ["gemini-*"] } }).AskAsync(s_channel);

        Assert.Equal((200, "anthropic/claude-sonnet-4-6", "1"), (claude.Status, claude.Header("x-causeway-served-by"), claude.Header("x-causeway-attempts")));
        Assert.Equal((403, "scope_model"), (none.Status, none.Error));
        Assert.Single(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task Ceilings_of_one_request_are_kept()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted cost = house.Grant(grant => grant with { Scope = new Scope { MaxRequestNanoUsd = 1_000 } });
        Granted input = house.Grant(grant => grant with { Scope = new Scope { MaxInputTokens = 10 } });

        foreach (Granted granted in (Granted[])[cost, input])
        {
            foreach (string before in (string[])["", "/passthrough/openai"])
            {
                Answer answer = await granted.AskAsync(Saying.Chat with { Path = before + Saying.ChatPath });

                Assert.Equal((402, "request_exceeds_limit"), (answer.Status, answer.Error));
            }
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData(GrantStatus.Suspended, "grant_suspended")]
    [InlineData(GrantStatus.Revoked, "grant_revoked")]
    public async Task The_next_request_after_a_change_anywhere_above_is_denied(GrantStatus status, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted above = house.Grant("requests 1000");
        Granted leaf = Below(house, Below(house, above, "requests 500"), "requests 100");
        Assert.Equal(200, (await leaf.AskAsync(Saying.Chat)).Status);

        house.Ledger.Change(above.Id, status, "test", "because", out _);
        Answer denied = await leaf.AskAsync(Saying.Chat);
        Answer native = await leaf.AskAsync(Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" });

        Assert.Equal((403, code, 403, code), (denied.Status, denied.Error, native.Status, native.Error));
        Assert.Contains(above.Id.ToString(), denied.Text, StringComparison.Ordinal);
        Assert.Single(await house.Simulator.RequestsAsync());
        house.Ledger.Change(above.Id, GrantStatus.Active, "test", "again", out _);
        Assert.Equal(status == GrantStatus.Suspended ? 200 : 403, (await leaf.AskAsync(Saying.Chat)).Status);
    }

    [Fact]
    public async Task A_grant_holds_from_its_beginning_to_its_end()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time });
        Granted granted = house.Grant(grant => grant with { NotBefore = time.GetUtcNow().AddHours(1), ExpiresAt = time.GetUtcNow().AddHours(2) });

        Answer early = await granted.AskAsync(Saying.Chat);
        time.Advance(TimeSpan.FromHours(1));
        Answer within = await granted.AskAsync(Saying.Chat);
        await house.UntilOpenAsync(0); // A call that is not over yet would be ended by its own deadline, and its connection with it.
        time.Advance(TimeSpan.FromHours(1));
        Answer late = await granted.AskAsync(Saying.Chat);

        Assert.Equal((403, "grant_expired"), (early.Status, early.Error));
        Assert.Equal(200, within.Status);
        Assert.Equal((403, "grant_expired"), (late.Status, late.Error));
    }

    [Fact]
    public async Task No_reservation_follows_a_revocation_that_came_under_load()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("requests 1M");
        Task<Answer[]>[] callers = [.. Enumerable.Range(0, 8).Select(async _ =>
        {
            List<Answer> answers = [];
            do
            {
                answers.Add(await granted.AskAsync(Saying.Chat));
            }
            while (answers[^1].Status == 200);

            return answers.ToArray();
        })];
        while (granted.Use().Committed < 100)
        {
            await Task.Yield();
        }

        house.Ledger.Change(granted.Id, GrantStatus.Revoked, "test", "compromised", out Task durable);
        await durable.Soon();
        Answer[][] answers = await Task.WhenAll(callers).Soon();

        Assert.All(answers, one => Assert.Equal((403, "grant_revoked"), (one[^1].Status, one[^1].Error)));
        await house.RecordsAsync();
        LedgerEvent[] events = [.. house.Store.Events.Where(one => one.Grant == granted.Id)];
        int change = Array.FindIndex(events, one => one.Kind == LedgerEventKind.GrantChanged);
        Assert.True(change > 100);
        Assert.DoesNotContain(events[change..], one => one.Kind == LedgerEventKind.Reserved);
    }

    [Fact]
    public async Task A_place_among_the_open_requests_is_free_again_however_a_request_ends()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new() { FirstByte = TimeSpan.FromMilliseconds(200) } });
        Granted granted = house.Grant("concurrent 1");
        string[] endings = ["""{"status":400}""", """{"status":500,"headers":{"x-should-retry":"false"}}""", """{"cut":{"how":"rst","at_event":1}}""", """{"cut":{"how":"stall","before_head":true}}""", "{}"];
        foreach (string ending in endings)
        {
            await house.Simulator.ScriptAsync(ending);
            Answer answer = await granted.AskAsync(Saying.ChatStream);
            Assert.NotEqual("rate_concurrent", answer.Error);
            await house.UntilOpenAsync(0);
        }

        await house.Simulator.ScriptAsync("""{"cut":{"how":"stall","at_event":1}}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, granted.Secret));
        await caller.ReadUntilAsync("HTTP/1.1 200");
        Answer full = await granted.AskAsync(Saying.Chat);
        caller.Reset();
        await house.UntilOpenAsync(0);
        await house.Simulator.ScriptAsync("{}");
        Answer again = await granted.AskAsync(Saying.Chat);

        Assert.Equal((429, "rate_concurrent"), (full.Status, full.Error));
        Assert.NotNull(full.Header("retry-after"));
        Assert.Equal(200, again.Status);
    }

    [Fact]
    public async Task A_key_of_a_grant_that_is_not_there_has_no_right()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string secret = KeySecret.New();
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(secret, TimeProvider.System) with { Grant = GrantId.New(DateTimeOffset.UnixEpoch) }));

        Answer answer = await house.SendAsync(Saying.Chat.ToMessage(secret));

        Assert.Equal((403, "grant_unknown"), (answer.Status, answer.Error));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_hard_grant_starts_nothing_while_the_store_fails_and_a_soft_one_goes_on()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted hard = house.Grant("requests 100");
        Granted soft = house.Grant(grant => grant with { Enforcement = Enforcement.Soft, Limits = [Granted.LimitOf("requests 100")] });
        Assert.Equal(200, (await hard.AskAsync(Saying.Chat)).Status);
        await house.RecordsAsync();
        house.Store.Failing = true;
        Answer first = await hard.AskAsync(Saying.Chat);
        await house.Store.Refused.Soon();
        Answer second = await hard.AskAsync(Saying.Chat);
        Answer native = await hard.AskAsync(Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" });
        int sent = (await house.Simulator.RequestsAsync()).Count;
        Answer[] others = [await soft.AskAsync(Saying.Chat), await soft.AskAsync(Saying.Chat), await soft.AskAsync(Saying.Chat)];
        house.Store.Failing = false;
        await house.RecordsAsync();

        Assert.All((Answer[])[first, second, native], answer => Assert.Equal((503, "journal_failed"), (answer.Status, answer.Error)));
        Assert.Equal(1, sent);
        Assert.Equal([(200, null), (200, null), (503, "store_unavailable")], others.Select(answer => (answer.Status, answer.Error))); // Two hundredths of its limit.
        Assert.Equal(200, (await hard.AskAsync(Saying.Chat)).Status);
        await house.RecordsAsync();
        Assert.Equal((2, 2), (hard.Use().Committed, soft.Use().Committed));
        Assert.Equal(2, house.Store.Events.Count(one => one.Grant == soft.Id && one.Kind == LedgerEventKind.Settled));
    }

    // Made before the one above it was set to hard: what it spends is that one's.
    [Theory]
    [InlineData(Enforcement.Soft)]
    [InlineData(Enforcement.Critical)]
    public async Task While_the_store_fails_the_strictest_grant_of_the_path_decides(Enforcement own)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted above = house.Grant(grant => grant with { Enforcement = own, Limits = [Granted.LimitOf("requests 1000")] });
        Granted leaf = house.Grant(grant => grant with { Parent = above.Id, DepthLeft = above.Node.Grant.DepthLeft - 1, Enforcement = own });
        Granted other = house.Grant(grant => grant with { Enforcement = own, Limits = [Granted.LimitOf("requests 1000")] });
        Assert.Empty(house.Ledger.Set(above.Id, grant => grant with { Enforcement = Enforcement.Hard }, null, "test", "strict from now on", out _));
        Assert.Equal(200, (await leaf.AskAsync(Saying.Chat)).Status);
        await house.RecordsAsync();

        house.Store.Failing = true;
        await leaf.AskAsync(Saying.Chat);
        await house.Store.Refused.Soon();
        Answer hard = await leaf.AskAsync(Saying.Chat);
        Answer control = await other.AskAsync(Saying.Chat);
        house.Store.Failing = false;
        await house.RecordsAsync();

        Assert.Equal((503, "journal_failed"), (hard.Status, hard.Error));
        Assert.Equal(200, control.Status);
    }

    [Fact]
    public async Task While_the_store_fails_what_a_critical_grant_starts_is_told_at_once_and_evaluations_wait()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted critical = house.Grant(grant => grant with { Enforcement = Enforcement.Critical, Limits = [Granted.LimitOf("usd 1000")] });
        Granted soft = house.Grant(grant => grant with { Enforcement = Enforcement.Soft });
        Granted evaluation = house.Grant(grant => grant with { Enforcement = Enforcement.Soft }, "eval");
        List<GrantId> told = [];
        house.Gateway.TellOf(grant => told.Add(grant.Id));
        Assert.All(await AskAllAsync(), status => Assert.Equal(200, status));
        await house.RecordsAsync();
        Assert.Empty(told);

        house.Store.Failing = true;
        await critical.AskAsync(Saying.Chat);
        await house.Store.Refused.Soon();
        int[] meanwhile = await AskAllAsync();
        await AskAllAsync();

        Assert.Equal([200, 200, 503], meanwhile);
        Assert.Equal([critical.Id], told); // Once in an outage.
        Assert.Contains("evaluations wait for it", (await evaluation.AskAsync(Saying.Chat)).Text, StringComparison.Ordinal);
        house.Store.Failing = false;
        await house.RecordsAsync();
        Assert.All(await AskAllAsync(), status => Assert.Equal(200, status));

        async Task<int[]> AskAllAsync() => [(await critical.AskAsync(Saying.Chat)).Status, (await soft.AskAsync(Saying.Chat)).Status, (await evaluation.AskAsync(Saying.Chat)).Status];
    }

    private static Granted Below(GatewayHouse house, Granted above, params string[] limits) =>
        house.Grant(grant => grant with { Parent = above.Id, DepthLeft = above.Node.Grant.DepthLeft - 1, Limits = [.. limits.Select(Granted.LimitOf)] });
}
