using System.Net.Http.Headers;
using System.Text;
using Causeway.Budgets.Batches;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Cache;
using Causeway.Releases.Drills;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>Every kind of call that leaves the house. One that is added to the product is added here.</summary>
internal static class Legs
{
    private const string Model = "gpt-5.4-mini";
    private const string Shadowed = "shadowed";
    private static readonly Saying s_chat = new(Saying.ChatPath, $$"""{"model":"chat","messages":[{"role":"user","content":"canary-prompt-text"}]}""");

    // The channels, each with the pins of its release.
    private static readonly (string Channel, string[] Pins)[] s_channels =
    [
        ("chat", ["first/" + Model]), ("told", ["first/gpt-4o-mini"]), ("vectors", ["first/text-embedding-3-small"]), ("counted", ["claude/claude-sonnet-4-6"]),
        ("pictures", ["first/gpt-image-1"]), ("both", ["first/" + Model, "second/" + Model]), (Shadowed, ["second/" + Model]),
    ];

    /// <summary>By their names.</summary>
    public static IReadOnlyDictionary<string, Leg> All { get; } = new Dictionary<string, Leg>
    {
        ["first attempt"] = new(1, Ask(s_chat)) { Channel = "chat" },
        ["stream"] = new(1, Ask(s_chat with { Body = s_chat.Body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal) })) { Channel = "chat" },
        ["translated"] = new(1, Ask(Saying.Messages with { Body = Saying.Messages.Body.Replace("claude-sonnet-4-6", "told", StringComparison.Ordinal) })) { Channel = "told" },
        ["embeddings"] = new(1, Ask(Saying.Embeddings with { Body = """{"model":"vectors","input":"x"}""" })) { Channel = "vectors" },
        ["count tokens"] = new(1, Ask(Saying.CountTokens with { Body = Saying.CountTokens.Body.Replace("claude-sonnet-4-6", "counted", StringComparison.Ordinal) })) { Channel = "counted", Provider = "claude" },
        ["retry"] = new(2, Ask(s_chat)) { Channel = "chat", Before = 1 },
        ["fallback"] = new(2, Ask(Of("both"))) { Channel = "both", Provider = "second", Before = 1, Told = Told.Otherwise },
        ["repair"] = new(2, Ask(ContractHouse.Ask("chat", "chat", ContractHouse.City))) { Channel = "chat", Before = 1, Told = Told.Otherwise },
        ["cache hit"] = new(1, CachedAsync) { Channel = "kept", Before = 1, TurnsBetween = true },
        ["shadow copy"] = new(2, CopiedAsync) { Channel = Shadowed, Before = 1, Told = Told.Nothing },
        ["native path"] = new(1, Ask(new Saying("/v1/images/generations", """{"model":"pictures","prompt":"x"}"""))) { Channel = "pictures" },
        ["sentinel"] = new(1, SentinelAsync) { Channel = "chat", IsOwn = true },
        ["capacity drill"] = new(1, DrillAsync) { Channel = "chat", IsOwn = true },
        ["pin"] = new(1, Ask(Of("first/" + Model))),
        ["passthrough"] = new(1, Ask(Saying.Chat with { Path = "/passthrough/first/v1/chat/completions" })),
        ["batch"] = new(3, Ask(new Saying("/passthrough/first/v1/batches", """{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}"""))),
        ["batch question"] = new(1, BatchAsync) { Provider = "claude", IsBooked = false },
        ["batch results"] = new(2, BatchAsync) { Provider = "claude", IsBooked = false, Before = 1 },
        ["file up"] = new(1, UploadAsync),
        ["file down"] = new(1, house => NativeAsync(house, HttpMethod.Get, "/passthrough/first/v1/files/file-1/content")),
        ["list"] = new(1, house => NativeAsync(house, HttpMethod.Get, "/passthrough/first/v1/files")),
        ["dialect probe"] = new(1, ProbeAsync) { IsOwn = true },
        ["contract test"] = new(1, TestAsync),
        ["readiness probe"] = new(1, ReadinessAsync) { IsOwn = true },
    };

    /// <summary>A house in which a leg can be driven, and its calls are answered.</summary>
    /// <param name="kind">The leg.</param>
    /// <param name="turn">What happens in its middle, while the calls before it are answered; null: nothing.</param>
    public static async Task<LegHouse> OpenAsync(string kind, Action<LegHouse>? turn)
    {
        Leg leg = All[kind];
        LegHouse house = await LegHouse.OpenAsync(
            (self, number, target) =>
            {
                if (number == leg.Before && !leg.TurnsBetween)
                {
                    self.Turn?.Invoke();
                }

                return AnswerOf(kind, number, target);
            },
            new HouseOptions { Answers = kind == "cache hit" ? new Causeway.Testing.MemoryAnswerStore() : null });
        house.Turn = turn is null ? null : () => turn(house);
        foreach (string provider in (string[])["first", "second", "claude"])
        {
            house.Cover(provider);
        }

        house.House.Gateway.Lease.HoldForever();
        house.House.Policies.Publish(policy => policy.WithChannels(s_channels.Select(one => Channels.New(one.Channel, one.Pins))));
        return house;
    }

    /// <summary>The first attempt once more.</summary>
    public static Task AgainAsync(LegHouse house) => house.House.AskAsync(s_chat);

    private static (int Status, string Json) AnswerOf(string kind, int number, string target) => kind switch
    {
        "retry" or "fallback" when number == 1 => (kind == "retry" ? 503 : 404, "{}"),
        "repair" when number == 1 => (200, LegHouse.Chatted.Replace("\\\"population\\\":1", "\\\"population\\\":true", StringComparison.Ordinal)),
        "batch" when target.EndsWith("/file-1", StringComparison.Ordinal) => (200, """{"id":"file-1","purpose":"batch"}"""),
        "batch" when target.EndsWith("/content", StringComparison.Ordinal) => (200, """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5.4-mini","messages":[]}}"""),
        "count tokens" => (200, """{"input_tokens":7}"""),
        "embeddings" => (200, """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}"""),
        "batch question" or "batch results" => (200, $$"""{"id":"msgbatch_1","type":"message_batch","processing_status":"{{(kind == "batch results" ? "ended" : "in_progress")}}"}"""),
        _ => (200, LegHouse.Chatted),
    };

    private static Saying Of(string model) => s_chat with { Body = s_chat.Body.Replace("\"chat\"", $"\"{model}\"", StringComparison.Ordinal) };

    private static Func<LegHouse, Task<Answer?>> Ask(Saying saying) => async house => await house.House.AskAsync(saying);

    private static async Task<Answer?> CachedAsync(LegHouse house)
    {
        ServedChannel channel = Channels.New("kept", ["first/" + Model]);
        house.House.Policies.Publish(policy => policy.WithChannels(channel).WithRouting(1, [channel], [ChannelRouting.Of("kept") with { Cache = new CacheSettings(600, DateTimeOffset.UnixEpoch) }], [channel.Release]));
        Assert.Equal(200, (await house.House.AskAsync(Of("kept"))).Status);
        await house.House.UntilOpenAsync(0);
        await house.House.Cache!.FlushAsync(GatewayHouse.Token).Soon();
        house.Turn?.Invoke();
        return await house.House.AskAsync(Of("kept"));
    }

    // Base is the second provider's; the candidate, which is sent a copy of every request, the first one's.
    private static async Task<Answer?> CopiedAsync(LegHouse house)
    {
        ServedChannel candidate = Channels.New(Shadowed, ["first/" + Model]);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        house.House.Policies.Publish(policy => policy.WithRouting(
            1,
            [],
            [
                ChannelRouting.Of(Shadowed) with
                {
                    Revision = 1,
                    Rollout = new Rollout
                    {
                        Id = RolloutId.New(now), Base = policy.FindChannel(Shadowed)!.Release.Id, Candidate = candidate.Release.Id, StartedAt = now, StartedBy = "noor", StageSince = now,
                        Plan = new RolloutPlan { Stages = [new RolloutStage { Kind = StageKind.Shadow, Ppm = 1_000_000, MaxNanoUsd = 100_000_000_000 }, new RolloutStage { Kind = StageKind.Percent, Ppm = 10_000 }] },
                    },
                },
            ],
            [candidate.Release]));
        Answer answer = await house.House.AskAsync(Of(Shadowed));
        await house.House.UntilOpenAsync(0);
        await house.House.Gateway.Shadows.IdleAsync().Soon();
        return answer;
    }

    private static async Task<Answer?> UploadAsync(LegHouse house)
    {
        using MultipartFormDataContent form = new() { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes("{}")), "file", "a.jsonl" } };
        using HttpRequestMessage message = new(HttpMethod.Post, "/passthrough/first/v1/files") { Content = form };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.House.Secret);
        return await house.House.SendAsync(message);
    }

    private static async Task<Answer?> NativeAsync(LegHouse house, HttpMethod method, string path)
    {
        using HttpRequestMessage message = new(method, path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.House.Secret);
        return await house.House.SendAsync(message);
    }

    private static async Task<Answer?> BatchAsync(LegHouse house)
    {
        TakenBatch batch = new(Guid.Empty, "claude", "msgbatch_1", RequestClass.Unsaid, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        await new BatchQuestion(house.House.Policies, TimeProvider.System).AskAsync(batch, GatewayHouse.Token);
        return null;
    }

    private static async Task<Answer?> ProbeAsync(LegHouse house)
    {
        await using ProbeRuns runs = new(house.House.Measured, house.Books, house.House.Policies, TimeProvider.System, NullLogger<ProbeRuns>.Instance);
        Assert.True(runs.TryStart(new ProbePlan([new ProbePin(house.House.Policies.Current.FindProvider("first")!, Model)], [ProbeSet.Find("basic")!], ProbePlan.DefaultMaxNanoUsd), out ProbeRun run));
        await run.Over.Soon();
        return null;
    }

    private static async Task<Answer?> TestAsync(LegHouse house)
    {
        house.House.Register("city", ContractHouse.City, null, 1);
        using ContractTester tester = new(house.House.Measured, house.Books, house.House.Policies, TimeProvider.System);
        ServedChannel channel = Channels.New("c", ["first/" + Model]);
        PolicyRevision policy = house.House.Policies.Current;
        await tester.RunAsync(new ContractTestPlan(policy.FindContract("city")!, channel, [.. channel.Release.Pins], ["One"], ContractTestPlan.DefaultMaxNanoUsd), policy, GatewayHouse.Token);
        return null;
    }

    private static async Task<Answer?> ReadinessAsync(LegHouse house)
    {
        using PinProbe probe = new(house.Books, house.House.Policies, TimeProvider.System);
        await probe.AskAsync(new PinRoute(house.House.Policies.Current.FindProvider("first")!, Model), GatewayHouse.Token);
        return null;
    }

    private static async Task<Answer?> SentinelAsync(LegHouse house)
    {
        using BookedCall call = new(house.House.Policies, house.Books, TimeProvider.System);
        PolicyRevision policy = house.House.Policies.Current;
        await new BorderCall(call).AskAsync(new PinRoute(policy.FindProvider("first")!, Model), policy.FindChannel("chat")!.Stable, house.House.Gateway.Lease, "Red or blue?", GatewayHouse.Token);
        return null;
    }

    private static async Task<Answer?> DrillAsync(LegHouse house)
    {
        using BaseLoad load = new(house.House.Store, house.Books, house.House.Policies, TimeProvider.System);
        ServedChannel channel = house.House.Policies.Current.FindChannel("chat")!;
        Drill drill = new() { Id = DrillId.New(DateTimeOffset.UnixEpoch), Channel = "chat", Kind = DrillKind.Capacity, Base = channel.Release.Id, Version = "1", Seconds = 1, StartedAt = DateTimeOffset.UnixEpoch, StartedBy = "noor", State = DrillState.Running };
        await load.RunAsync(drill, new DrillLoad("first/" + Model, 1, 1, 5, 16, 1_000_000, 0, 0, 0, 0), GatewayHouse.Token);
        return null;
    }
}

/// <summary>A kind of call that leaves the house.</summary>
/// <param name="Calls">The calls that arrive where nothing stands against them.</param>
/// <param name="Drive">Makes them; its answer is null where nobody waits for one.</param>
internal sealed record Leg(int Calls, Func<LegHouse, Task<Answer?>> Drive)
{
    /// <summary>Whose agreement decides.</summary>
    public string Provider { get; init; } = "first";

    /// <summary>The channel for whose release it is made; null: for none, so that no rollback can speak of it.</summary>
    public string? Channel { get; init; }

    /// <summary>Calls that arrive before what lets the others go ends; 0: it ends before the first.</summary>
    public int Before { get; init; }

    /// <summary>It ends between two requests, when the drive says so, and not while a call is answered.</summary>
    public bool TurnsBetween { get; init; }

    /// <summary>What its caller hears of a call that was not let go.</summary>
    public Told Told { get; init; }

    /// <summary>It asks what Causeway has made up, which is nobody's data.</summary>
    public bool IsOwn { get; init; }

    /// <summary>It has a usage record.</summary>
    public bool IsBooked { get; init; } = true;
}

/// <summary>What a caller hears of a call that was not let go.</summary>
internal enum Told
{
    /// <summary>Why.</summary>
    Why,

    /// <summary>What was wrong with the call before it.</summary>
    Otherwise,

    /// <summary>Nothing: it has its answer.</summary>
    Nothing,
}
