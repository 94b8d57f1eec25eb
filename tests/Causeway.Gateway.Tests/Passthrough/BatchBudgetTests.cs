using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Passthrough;

/// <summary>A batch whose requests stand in its body holds all that they may use, before it is sent and until somebody says what they did use.</summary>
public sealed class BatchBudgetTests
{
    private const string BatchPath = "/passthrough/batchy/v1/messages/batches";
    private const string One = """{"model":"claude-sonnet-4-6","max_tokens":1000,"messages":[{"role":"user","content":"one"}]}""";
    private const string Other = """{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"another"}]}""";
    private const string Taken = """{"id":"msgbatch_1","type":"message_batch","processing_status":"in_progress"}""";

    private static readonly Saying s_both = Batch(One, Other);

    [Fact]
    public async Task The_whole_bound_is_held_and_counts_until_it_is_told_what_was_used()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(Taken));
        await using GatewayHouse house = await OpenAsync(upstream);
        Amounts alone = await Granted.BoundOfAsync(house, new Saying("/passthrough/anthropic/v1/messages", One)) + await Granted.BoundOfAsync(house, new Saying("/passthrough/anthropic/v1/messages", Other));
        Granted granted = house.Grant("usd 5");

        Answer answer = await granted.AskAsync(s_both);

        Assert.Equal((200, Taken), (answer.Status, answer.Text));
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal((LedgerEventKind.Reserved, alone), (events[0].Kind, events[0].Held));
        Assert.Equal((LedgerEventKind.InDoubt, "batch"), (events[^1].Kind, events[^1].Code));
        Assert.Equal((0, alone.NanoUsd), (granted.Use().Committed, granted.Use().InDoubt));

        await house.Ledger.Adjust(granted.Node, events[0].Request!.Value, events[0].AtMs, alone, new Amounts(1_234, 20, 30), "clerk", "results", "msgbatch_1");
        Assert.Equal((1_234, 0), (granted.Use().Committed, granted.Use().InDoubt));
    }

    [Fact]
    public async Task What_does_not_fit_whole_is_not_sent_and_of_several_at_once_exactly_those_pass_that_fit()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(Taken));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted tight = house.Grant("tokens_out 1049");
        Granted two = house.Grant("tokens_out 2100");

        Answer refused = await tight.AskAsync(s_both);
        Assert.Equal((402, "request_exceeds_limit", 0), (refused.Status, refused.Error, upstream.Connections));

        Answer[] answers = await two.AskAtOnceAsync(s_both, 8);
        Assert.Equal((2, 6), (answers.Count(one => one.Status == 200), answers.Count(one => one.Status is 402 or 429)));
        Assert.Equal(2_100, two.Use().InDoubt);
    }

    [Fact]
    public async Task A_refused_batch_costs_nothing()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync("{}", 400));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted granted = house.Grant("usd 5");

        Assert.Equal(400, (await granted.AskAsync(s_both)).Status);

        await house.RecordsAsync();
        Assert.Equal((0, 0), (granted.Use().Committed, granted.Use().InDoubt));
    }

    [Theory]
    [InlineData("""{"requests":[]}""", 400, "request_malformed")]
    [InlineData("""{"other":[{"params":{}}]}""", 400, "request_malformed")]
    [InlineData("""{"requests":[{"custom_id":"a"}]}""", 400, "request_malformed")]
    [InlineData("""{"requests":[{"params":PARAMS,"par\u0061ms":PARAMS}]}""", 400, "request_malformed")]
    [InlineData("""{"requests":[{"params":PARAMS}],"requests":[{"params":PARAMS}]}""", 400, "request_malformed")]
    [InlineData("""{"requests":[{"params":PARAMS}]} {}""", 400, "request_malformed")]
    [InlineData("""{"requests":[{"params":{"max_tokens":5,"messages":[]}}]}""", 400, "model_missing")]
    [InlineData("""{"requests":[{"params":{"model":"claude-sonnet-4-6","messages":[]}}]}""", 402, "request_exceeds_limit")]
    [InlineData("""{"requests":[{"params":{"model":"nobody-knows","max_tokens":5,"messages":[]}}]}""", 403, "price_unknown")]
    public async Task What_cannot_be_bounded_is_not_sent(string body, int status, string code)
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(Taken));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted granted = house.Grant("usd 5");

        Answer answer = await granted.AskAsync(new Saying(BatchPath, body.Replace("PARAMS", One, StringComparison.Ordinal)));

        Assert.Equal((status, code, 0), (answer.Status, answer.Error, upstream.Connections));
        Assert.Equal(200, (await granted.AskAsync(s_both)).Status); // The same house takes one that can.
    }

    [Fact]
    public async Task Every_request_of_it_is_held_to_the_models_and_the_cap_of_its_grant()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(Taken));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted narrow = house.Grant(grant => grant with { Scope = grant.Scope with { Models = ["claude-haiku-*"] } });
        Granted low = house.Grant(grant => grant with { Scope = grant.Scope with { MaxOutputTokens = 100 } });

        Answer other = await narrow.AskAsync(s_both);
        Answer large = await low.AskAsync(s_both);

        Assert.Equal((403, "scope_model"), (other.Status, other.Error));
        Assert.Equal((402, "request_exceeds_limit", 0), (large.Status, large.Error, upstream.Connections));
        Assert.Equal((200, 200), ((await narrow.AskAsync(Batch(Other, Other))).Status, (await low.AskAsync(Batch(Other, Other))).Status));
    }

    [Fact]
    public async Task Ending_one_early_is_free_and_one_that_is_not_read_is_for_grants_that_limit_requests_only()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync("{}"));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted money = house.Grant("usd 5");
        Granted tokens = house.Grant("tokens 1000000");
        Granted requests = house.Grant("requests 10");
        Saying unread = new("/passthrough/other/v1beta/models/gemini-2.5-flash:batchGenerateContent", """{"batch":{"input_config":{"file_name":"files/1"}}}""");

        Assert.Equal(200, (await money.AskAsync(new Saying(BatchPath + "/msgbatch_1/cancel", "{}"))).Status);
        Assert.Equal((403, "price_unknown"), (await money.AskAsync(unread) is { } one ? (one.Status, one.Error) : default));
        Assert.Equal((403, "price_unknown"), (await tokens.AskAsync(unread) is { } two ? (two.Status, two.Error) : default));
        Assert.Equal(200, (await requests.AskAsync(unread)).Status);
        await house.RecordsAsync();
        Assert.Equal((0, 0, 1), (money.Use().Committed, money.Use().InDoubt, requests.Use().Committed));
    }

    // The control is the same batch when the store is back, and a request of its own meanwhile.
    [Fact]
    public async Task While_the_store_is_away_no_batch_is_begun()
    {
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync(Taken));
        await using GatewayHouse house = await OpenAsync(upstream);
        Granted soft = house.Grant(grant => grant with { Enforcement = Enforcement.Soft });
        Saying alone = new("/passthrough/anthropic/v1/messages", One);
        await house.RecordsAsync();

        house.Store.Failing = true;
        await soft.AskAsync(alone);
        await house.Store.Refused.Soon();
        int before = upstream.Connections;
        Answer refused = await soft.AskAsync(s_both);
        int sent = upstream.Connections - before;
        Answer single = await soft.AskAsync(alone);
        before = upstream.Connections;
        house.Store.Failing = false;
        await house.RecordsAsync();
        Answer again = await soft.AskAsync(s_both);
        Assert.Contains("batches wait for it", refused.Text, StringComparison.Ordinal);
        Assert.Equal((503, "store_unavailable", 0), (refused.Status, refused.Error, sent));
        Assert.Equal((200, 200, 1), (single.Status, again.Status, upstream.Connections - before));
    }

    private static Saying Batch(params string[] requests) =>
        new(BatchPath, $$"""{"requests":[{{string.Join(',', requests.Select((one, place) => $$"""{"custom_id":"{{place}}","params":{{one}}}"""))}}]}""");

    private static Task<GatewayHouse> OpenAsync(RawUpstream upstream) => GatewayHouse.OpenAsync(new HouseOptions
    {
        Providers = near => [near.Anthropic("anthropic"), near.At("batchy", Protocol.Anthropic, upstream.Address), near.At("other", Protocol.Gemini, upstream.Address)],
    });
}
