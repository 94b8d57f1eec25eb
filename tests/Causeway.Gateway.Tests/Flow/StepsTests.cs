using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.Cache;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>How long each step of a request took is on its record. The clock stands still but where a provider lets it go on.</summary>
public sealed class StepsTests
{
    private const string Plain = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""";

    private static readonly Saying s_chat = new(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    [Theory]
    [InlineData(40)]
    [InlineData(0)]
    public async Task The_time_of_a_call_is_the_calls_and_no_other_steps(int milliseconds)
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream upstream = Taking(time, milliseconds, 200);
        await using GatewayHouse house = await OpenAsync(time, upstream);

        await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        IReadOnlyList<StepTime> steps = record.Steps.Until(record.Total);
        Assert.Equal(
            [
                RequestStep.Identify, RequestStep.Receive, RequestStep.Guard, RequestStep.Resolve, RequestStep.Bind, RequestStep.Authorize, RequestStep.Admit, RequestStep.Reserve,
                RequestStep.Compose, RequestStep.Keep, RequestStep.Call, RequestStep.Deliver, RequestStep.Settle,
            ],
            steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(step.Step == RequestStep.Call ? milliseconds : 0, step.Duration.TotalMilliseconds));
        Assert.Empty(record.Trail);
    }

    [Fact]
    public async Task Every_attempt_says_when_it_began_and_when_its_reply_did()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream first = Taking(time, 30, 404);
        await using RawUpstream second = Taking(time, 70, 200);
        await using GatewayHouse house = await OpenAsync(time, first, second);

        await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal([(0d, 30d, 30d), (30d, 70d, 70d)], record.Trail.Select(step => (step.Began!.Value.TotalMilliseconds, step.FirstByte!.Value.TotalMilliseconds, step.Duration.TotalMilliseconds)));
        Assert.Equal(100, record.Steps.Until(record.Total).Single(step => step.Step == RequestStep.Call).Duration.TotalMilliseconds);
    }

    [Fact]
    public async Task An_attempt_that_reached_nobody_has_no_first_byte()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream silent = RawUpstream.Start("");
        await using RawUpstream second = Taking(time, 70, 200);
        await using GatewayHouse house = await OpenAsync(time, silent, second);

        await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal([null, 70d], record.Trail.Select(step => step.FirstByte?.TotalMilliseconds));
        Assert.All(record.Trail, step => Assert.NotNull(step.Began));
    }

    [Fact]
    public async Task A_request_that_is_denied_ends_in_the_step_that_denied_it()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted spent = house.Grant("requests 1/day");

        Answer[] answers =
        [
            await spent.AskAsync(new Saying(Saying.ChatPath, """{"model":"nobody-knows","messages":[]}""")),
            await spent.AskAsync(Saying.Plain["chat"]),
            await spent.AskAsync(Saying.Plain["chat"]),
        ];
        Dictionary<string, UsageRecord> records = (await house.RecordsAsync()).ToDictionary(record => RequestId.Format(record.Request));

        Assert.Equal([RequestStep.Resolve, RequestStep.Settle, RequestStep.Reserve], answers.Select(answer => records[answer.Header("x-causeway-request")!]).Select(record => record.Steps.Until(record.Total)[^1].Step));
    }

    [Fact]
    public async Task An_answer_that_is_given_again_was_looked_for_and_nobody_was_called()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();

        UsageRecord made = await house.House.RecordOfAsync(await house.AskAsync(CacheHouse.Chat()));
        UsageRecord given = await house.House.RecordOfAsync(await house.AskAsync(CacheHouse.Chat()));

        Assert.All([made, given], record => Assert.NotNull(record.Steps.BeginOf(RequestStep.Recall)));
        Assert.NotNull(made.Steps.BeginOf(RequestStep.Call));
        Assert.Null(given.Steps.BeginOf(RequestStep.Call));
        Assert.NotNull(given.Steps.BeginOf(RequestStep.Deliver));
    }

    [Fact]
    public async Task What_a_repair_takes_is_the_judging_of_an_answer()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync(["""{"text":"no document"}"""]);

        await house.AskAsync(ContractHouse.Ask("chat", "gpt-5.4-mini", """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""", stream: false));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(1, record.Repairs);
        Assert.True(record.Trail[1].Began >= record.Steps.BeginOf(RequestStep.Judge));
        Assert.True(record.Trail[0].Began < record.Steps.BeginOf(RequestStep.Judge));
    }

    [Fact]
    public async Task A_native_call_has_its_steps_too()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream upstream = Taking(time, 25, 200);
        await using GatewayHouse house = await OpenAsync(time, upstream);

        await house.AskAsync("/passthrough/pin0/v1/chat/completions", """{"model":"gpt-5.4-mini","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""");
        UsageRecord record = await house.OnlyRecordAsync();

        IReadOnlyList<StepTime> steps = record.Steps.Until(record.Total);
        Assert.Equal((RequestStep.Identify, RequestStep.Settle), (steps[0].Step, steps[^1].Step));
        Assert.Equal(25, steps.Single(step => step.Step == RequestStep.Call).Duration.TotalMilliseconds);
    }

    private static RawUpstream Taking(FakeTimeProvider time, int milliseconds, int status) => RawUpstream.Start(connection =>
    {
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return connection.AnswerAsync(Plain, status);
    });

    private static async Task<GatewayHouse> OpenAsync(FakeTimeProvider time, params RawUpstream[] upstreams)
    {
        GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Time = time,
            Retries = new ProviderRetries { Max = 0 },
            Providers = near => upstreams.Select((upstream, number) => near.At($"pin{number}", Protocol.OpenAI, new Uri(upstream.Address, "/v1"))),
        });
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", [.. upstreams.Select((_, number) => $"pin{number}/gpt-5.4-mini")])));
        return house;
    }
}
