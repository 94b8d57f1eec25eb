using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>A denial names who decided and what that covers: the grant of the path that does not, or the caveat that the key was narrowed by (I12).</summary>
public sealed class DeciderTests
{
    private static readonly DateTimeOffset s_then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly HouseOptions _options = new();

    [Theory]
    [InlineData("env", 403, "scope_env", "The grant is for prod, and this key is for dev.")]
    [InlineData("route", 403, "scope_route", "The grant does not cover chat.completions; it covers messages.")]
    [InlineData("model", 403, "scope_model", "The grant does not cover \\\"gpt-5.4-mini\\\"; it covers claude-*, mine/gpt-5.4-mini.")]
    [InlineData("class", 403, "scope_model", "The grant covers models of class frontier, and openai/gpt-5.4-mini is of class small.")]
    [InlineData("data", 403, "scope_data_class", "The grant covers data up to class public, and this request says internal.")]
    [InlineData("cost", 402, "request_exceeds_limit", "and 0.000001 USD a request is allowed.")]
    [InlineData("input", 402, "request_exceeds_limit", "and the grant allows 10 a request.")]
    public async Task Where_a_grant_above_was_narrowed_that_one_is_named_with_what_it_covers(string dimension, int status, string code, string text)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        Granted top = house.Grant("requests 1000");
        Granted middle = Below(house, top);
        Granted leaf = Below(house, middle);
        Assert.Equal(200, (await AskAsync(house, leaf.Secret)).Status);
        Set(house, middle, dimension switch
        {
            "env" => new Scope { Environments = ["prod"] },
            "route" => new Scope { Routes = ["messages"] },
            "model" => new Scope { Models = ["claude-*", "mine/gpt-5.4-mini"] },
            "class" => new Scope { ModelClasses = ["frontier"] },
            "data" => new Scope { DataClassMax = DataClasses.Rank("public") },
            "cost" => new Scope { MaxRequestNanoUsd = 1_000 },
            _ => new Scope { MaxInputTokens = 10 },
        });

        Answer answer = await AskAsync(house, leaf.Secret);

        Assert.Equal((status, code), (answer.Status, answer.Error));
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        Assert.Contains($"Grant {middle.Id} decided.", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(leaf.Id.ToString(), answer.Text, StringComparison.Ordinal);
        await house.RecordsAsync();
        LedgerEvent denied = house.Store.Events.Single(one => one.Kind == LedgerEventKind.Denied);
        Assert.Equal((leaf.Id, middle.Id, null), (denied.Grant, denied.DecidedBy, denied.Detail));
        Assert.Equal(200, (await AskAsync(house, top.Secret)).Status); // The control: it is narrowed from there down.
    }

    [Fact]
    public async Task Of_two_that_do_not_cover_it_the_nearest_is_named_and_of_two_that_have_nothing_in_common_each_its_own_words()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        Granted top = house.Grant("requests 1000");
        Granted leaf = Below(house, top);
        Set(house, leaf, new Scope { Models = ["claude-*"] });
        Set(house, top, new Scope { Models = ["gpt-*"] });

        Answer gpt = await AskAsync(house, leaf.Secret);
        Answer claude = await house.SendAsync(Saying.Messages.ToMessage(leaf.Secret));

        Assert.Contains("it covers claude-*. Grant " + leaf.Id, gpt.Text, StringComparison.Ordinal);
        Assert.Contains("it covers gpt-*. Grant " + top.Id, claude.Text, StringComparison.Ordinal);
    }

    // A model of a provider is one of those that are named without one, on whichever grant of the path it says so.
    [Theory]
    [InlineData("openai/gpt-5.4-mini", "gpt-5.4-mini", 200)]
    [InlineData("gpt-5.4-mini", "openai/gpt-*", 200)]
    [InlineData("openai/*", "gpt-*", 200)]
    [InlineData("other/gpt-5.4-mini", "gpt-5.4-mini", 403)]
    [InlineData("openai/gpt-5.4-mini", "other/gpt-5.4-mini", 403)]
    public async Task What_every_grant_of_the_path_names_in_its_own_way_is_covered(string own, string above, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        Granted top = house.Grant("requests 1000");
        Granted leaf = Below(house, top);
        Set(house, leaf, new Scope { Models = [own] });
        Set(house, top, new Scope { Models = [above] });

        Assert.Equal(status, (await AskAsync(house, leaf.Secret)).Status);
    }

    [Theory]
    [InlineData("env", 403, "scope_env", "This key is for dev, and is narrowed to prod.")]
    [InlineData("feature", 403, "scope_feature", "and is narrowed to other.")]
    [InlineData("route", 403, "scope_route", "This key does not reach chat.completions; it is narrowed to messages.")]
    [InlineData("model", 403, "scope_model", "This key does not reach \\\"gpt-5.4-mini\\\"; it is narrowed to claude-*.")]
    [InlineData("model_class", 403, "scope_model", "This key is narrowed to models of class frontier, and openai/gpt-5.4-mini is of class small.")]
    [InlineData("data_class_max", 403, "scope_data_class", "This key is narrowed to data up to class public, and this request says internal.")]
    [InlineData("max_cost_per_call", 402, "request_exceeds_limit", "and this key is narrowed to 0.000001 USD a request.")]
    public async Task What_a_key_was_narrowed_to_is_the_keys_own_affair_and_no_grant_is_named(string caveat, int status, string code, string text)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        Granted granted = house.Grant(grant => grant with { Scope = new Scope { MaxRequestNanoUsd = 1_000_000_000_000 } });
        string wide = Key(house, granted);
        string narrow = Key(house, granted, caveat switch
        {
            "env" => Caveat.Of(CaveatType.Environment, ["prod"]).Caveat!,
            "feature" => Caveat.Of(CaveatType.Feature, ["other"]).Caveat!,
            "route" => Caveat.Of(CaveatType.Route, ["messages"]).Caveat!,
            "model" => Caveat.Of(CaveatType.Model, ["claude-*"]).Caveat!,
            "model_class" => Caveat.Of(CaveatType.ModelClass, ["frontier"]).Caveat!,
            "data_class_max" => Caveat.Of(CaveatType.DataClassMax, "public").Caveat!,
            _ => Caveat.Of(CaveatType.MaxCostPerCall, 1_000),
        });

        Answer answer = await AskAsync(house, narrow);

        Assert.Equal((status, code), (answer.Status, answer.Error));
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        Assert.Contains($"The key's own caveat {caveat} decided", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("grant_", answer.Text, StringComparison.Ordinal);
        await house.RecordsAsync();
        LedgerEvent denied = house.Store.Events.Single(one => one.Kind == LedgerEventKind.Denied);
        Assert.Equal((granted.Id, null, "caveat " + caveat), (denied.Grant, denied.DecidedBy, denied.Detail));
        Assert.Equal(200, (await AskAsync(house, wide)).Status); // The control.
    }

    [Fact]
    public async Task Of_a_ceiling_of_the_grant_and_one_of_the_key_the_lower_is_named()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        Granted granted = house.Grant(grant => grant with { Scope = new Scope { MaxRequestNanoUsd = 1_000 } });

        Answer answer = await AskAsync(house, Key(house, granted, Caveat.Of(CaveatType.MaxCostPerCall, 2_000)));

        Assert.Equal("request_exceeds_limit", answer.Error);
        Assert.Contains($"Grant {granted.Id} decided.", answer.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> AskAsync(GatewayHouse house, string secret)
    {
        HttpRequestMessage message = Saying.Chat.ToMessage(secret);
        message.Headers.TryAddWithoutValidation("x-causeway-data-class", "internal");
        return house.SendAsync(message);
    }

    private static void Set(GatewayHouse house, Granted granted, Scope scope) =>
        Assert.Empty(house.Ledger.Set(granted.Id, grant => grant with { Scope = scope }, null, "test", "narrowed", out _));

    private static Granted Below(GatewayHouse house, Granted above) =>
        house.Grant(grant => grant with { Parent = above.Id, DepthLeft = above.Node.Grant.DepthLeft - 1 });

    private string Key(GatewayHouse house, Granted granted, params Caveat[] caveats)
    {
        KeyId id = KeyId.New(_options.Time.GetUtcNow());
        string secret = CapabilityKey.Mint(_options.Masters.Current, granted.Id, 1, id, s_then, caveats);
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(secret, _options.Time) with { Id = id, Grant = granted.Id, IsCapability = true }));
        return secret;
    }
}
