using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>Two hundred callers at once under a limit that is worth ten of their calls: exactly ten are made, whatever becomes of them.</summary>
public sealed class ContestTests
{
    private const int Callers = 200;
    private const int Worth = 10;

    private static readonly Dictionary<string, Saying> s_ways = new()
    {
        ["chat"] = Saying.Chat,
        ["chat streamed"] = Saying.ChatStream,
        ["responses"] = Saying.Responses,
        ["messages"] = Saying.Messages,
        ["messages streamed"] = Saying.MessagesStream,
        ["gemini"] = Saying.Generate,
        ["gemini streamed"] = Saying.GenerateArray,
        ["embeddings"] = Saying.Embeddings,
        ["translated"] = Saying.Messages with { Body = Saying.Messages.Body.Replace("claude-sonnet-4-6", "gpt-5.4-mini", StringComparison.Ordinal) },
        ["translated stream"] = Saying.ChatStream with { Body = Saying.ChatStream.Body.Replace("gpt-5.4-mini", "gemini-2.5-flash", StringComparison.Ordinal) },
        ["passthrough"] = Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" },
        ["passthrough streamed"] = Saying.ChatStream with { Path = "/passthrough/openai/v1/chat/completions" },
        ["channel"] = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "support", StringComparison.Ordinal) },
    };

    public static TheoryData<string, string> Everything
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string way in s_ways.Keys)
            {
                data.Add(way, "requests");
                data.Add(way, "usd");
                data.Add(way, "tokens");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task As_many_calls_are_made_as_the_limit_is_worth(string way, string meter)
    {
        Saying saying = s_ways[way];
        await using GatewayHouse house = await OpenAsync();
        Amounts bound = await Granted.BoundOfAsync(house, saying);

        // Each call uses all that it holds, so that ten of them leave nothing, in whatever order they end.
        await house.Simulator.ScriptAsync($$"""{"usage":{{Usage(way, bound)}}}""");
        Granted granted = house.Grant(LimitOf(meter, bound));
        int before = await CallsAsync(house);

        Answer[] answers = await granted.AskAtOnceAsync(saying, Callers);
        await house.RecordsAsync();

        Assert.Equal(Worth, answers.Count(answer => answer.Status == 200));
        Assert.Equal(Worth, await CallsAsync(house) - before);
        Assert.All(answers.Where(answer => answer.Status != 200), IsDeniedByTheLimit);
        LimitUse use = granted.Use();
        Assert.Equal((use.Amount, 0, 0), (use.Committed, use.Held, use.InDoubt));
        Assert.Equal(Callers, house.Store.Events.Count(one => one.Grant == granted.Id && one.Kind is LedgerEventKind.Reserved or LedgerEventKind.Denied));
    }

    [Theory]
    [InlineData("chat", "usd")]
    [InlineData("chat", "requests")]
    [InlineData("messages", "tokens")]
    [InlineData("responses", "usd")]
    [InlineData("gemini-array", "tokens")]
    public async Task Streams_that_run_hold_what_they_may_use_until_their_callers_leave(string stream, string meter)
    {
        Saying saying = Saying.Streams[stream];
        await using GatewayHouse house = await OpenAsync();
        Amounts bound = await Granted.BoundOfAsync(house, saying);
        await house.Simulator.ScriptAsync("""{"cut":{"how":"stall","at_event":3}}""");
        Granted granted = house.Grant(LimitOf(meter, bound));
        int before = await CallsAsync(house);

        RawCaller[] callers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => RawCaller.ConnectAsync(house.Address)));
        await Task.WhenAll(callers.Select(caller => caller.SendAsync(RawCaller.Request(saying, granted.Secret))));
        string[] heads = await Task.WhenAll(callers.Select(caller => caller.ReadUntilAsync("\r\n\r\n")));

        Assert.Equal(Worth, heads.Count(head => head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)));
        Assert.All(heads.Where(head => !head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)), head => Assert.StartsWith(meter == "requests" ? "HTTP/1.1 402" : "HTTP/1.1 429", head, StringComparison.Ordinal));
        Assert.Equal(Worth, await house.Simulator.OpenStreamsAsync(until: Worth));
        Assert.Equal(granted.Use().Amount, granted.Use().Held);

        foreach (RawCaller caller in callers)
        {
            caller.Reset();
            await caller.DisposeAsync();
        }

        await house.RecordsAsync();
        Assert.Equal(Worth, await CallsAsync(house) - before);
        LimitUse use = granted.Use();
        Assert.Equal((0, 0), (use.Held, use.InDoubt));
        Assert.InRange(use.Committed, 1, use.Amount);
        Assert.Equal(Worth, house.Store.Events.Count(one => one.Grant == granted.Id && one.Kind == LedgerEventKind.Settled));
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("usd")]
    public async Task A_second_try_is_of_the_same_call(string meter)
    {
        await using GatewayHouse house = await OpenAsync();
        Amounts bound = await Granted.BoundOfAsync(house, Saying.Chat);

        // Two in all: one call may meet both and is made three times, which is as often as a call is made.
        await house.Simulator.PutAsync($$$$"""{"rules":[{"times":2,"then":{"status":500,"headers":{"retry-after-ms":"1"}}},{"then":{"usage":{{{{Usage("chat", bound)}}}} }}]}""");
        Granted granted = house.Grant(LimitOf(meter, bound));

        Answer[] answers = await granted.AskAtOnceAsync(Saying.Chat, Callers);
        await house.RecordsAsync();

        Assert.Equal(Worth, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status is not 200), IsDeniedByTheLimit);
        Assert.Contains(answers, answer => answer.Header("x-causeway-attempts") is not null and not "1");
        Assert.Equal(granted.Use().Amount, granted.Use().Committed);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("usd")]
    public async Task A_fallback_is_of_the_same_call(string meter)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near => [near.At("gone", Protocol.OpenAI, new Uri(near.Simulator, "/nobody/v1")), near.OpenAI("second")],
        });
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("fallen", ["gone/gpt-5.4-mini", "second/gpt-5.4-mini"])));
        Saying saying = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "fallen", StringComparison.Ordinal) };
        Amounts bound = await Granted.BoundOfAsync(house, saying);
        await house.Simulator.PutAsync($$$"""{"rules":[{"then":{"usage":{{{Usage("chat", bound)}}} }}]}""");
        Granted granted = house.Grant(LimitOf(meter, bound));

        Answer[] answers = await granted.AskAtOnceAsync(saying, Callers);
        await house.RecordsAsync();

        Assert.Equal(Worth, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status == 200), answer => Assert.Equal("second/gpt-5.4-mini", answer.Header("x-causeway-served-by")));
        Assert.All(answers.Where(answer => answer.Status is not 200), IsDeniedByTheLimit);
        Assert.Equal(granted.Use().Amount, granted.Use().Committed);
    }

    [Fact]
    public async Task A_repair_is_of_the_same_call()
    {
        await using GatewayHouse house = await OpenAsync();
        house.Register("city", ContractHouse.City, ContractPolicy.Default with { OnViolation = [OnViolation.Repair], Repairs = 1 });
        Saying saying = ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City);
        await house.Simulator.PutAsync("""{"rules":[{"times":10,"then":{"text":"no document"}},{"then":{"text":"{\"city\":\"Rome\",\"population\":1}"}}]}""");
        Granted granted = house.Grant("requests 10");

        Answer[] answers = await granted.AskAtOnceAsync(saying, Callers);
        await house.RecordsAsync();

        Assert.All(answers.Where(answer => answer.Status is not (200 or 502)), IsDeniedByTheLimit);
        Assert.Equal(Worth, answers.Count(answer => answer.Status is 200 or 502));
        Assert.Equal(Worth, granted.Use().Committed);
        Assert.InRange(await CallsAsync(house), Worth + 1, 2 * Worth);
    }

    private static async Task<GatewayHouse> OpenAsync()
    {
        GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));
        return house;
    }

    private static string LimitOf(string meter, in Amounts bound) => meter switch
    {
        "requests" => $"requests {Worth}",
        "usd" => string.Create(CultureInfo.InvariantCulture, $"usd {bound.NanoUsd * Worth / 1_000_000_000m:0.#########}"),
        _ => $"tokens {(bound.TokensIn + bound.TokensOut) * Worth}",
    };

    // Claude's prompts are held as if they were all written to its dearest cache.
    private static string Usage(string way, in Amounts bound) => way.StartsWith("messages", StringComparison.Ordinal)
        ? $$"""{"input_uncached":0,"cache_write_1h":{{bound.TokensIn}},"output":{{bound.TokensOut}}}"""
        : $$"""{"input_uncached":{{bound.TokensIn}},"output":{{bound.TokensOut}}}""";

    private static void IsDeniedByTheLimit(Answer answer) =>
        Assert.True(answer is { Status: 402, Error: "limit_spent" } or { Status: 429, Error: "limit_held" }, $"{answer.Status} {answer.Text}");

    private static async Task<int> CallsAsync(GatewayHouse house) => (await house.Simulator.BillAsync()).GetProperty("requests").GetInt32();
}
