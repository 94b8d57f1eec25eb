using System.Net.Http.Headers;
using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Cache;
using Causeway.Releases.Drills;
using Causeway.Releases.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>
/// Every kind of call that leaves the house, with what lets it go and without: without, it does not arrive. A leg that is added to the product is added here. Shadow traffic, a copy of a
/// request for a release that does not answer it, does not exist.
/// </summary>
public sealed class LegTests
{
    private const string Model = "gpt-5.4-mini";
    private static readonly Saying s_chat = new(Saying.ChatPath, $$"""{"model":"first/{{Model}}","messages":[{"role":"user","content":"canary-prompt-text"}]}""");

    // The calls that are made where all is covered; and whether what lets them go ends before the first, or while the first is answered.
    private static readonly Dictionary<string, Leg> s_legs = new()
    {
        ["first attempt"] = new(1, async house => await house.House.AskAsync(s_chat)),
        ["stream"] = new(1, async house => await house.House.AskAsync(s_chat with { Body = s_chat.Body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal) })),
        ["translated"] = new(1, async house => await house.House.AskAsync(Saying.Messages with { Body = Saying.Messages.Body.Replace("claude-sonnet-4-6", "first/gpt-4o-mini", StringComparison.Ordinal) })),
        ["embeddings"] = new(1, async house => await house.House.AskAsync(Saying.Embeddings with { Body = """{"model":"first/text-embedding-3-small","input":"x"}""" })),
        ["count tokens"] = new(1, async house => await house.House.AskAsync(Saying.CountTokens with { Body = Saying.CountTokens.Body.Replace("\"claude", "\"claude/claude", StringComparison.Ordinal) })) { Provider = "claude" },
        ["retry"] = new(2, async house => await house.House.AskAsync(s_chat), Later: true),
        ["fallback"] = new(2, async house => await house.House.AskAsync(s_chat with { Body = s_chat.Body.Replace("first/" + Model, "both", StringComparison.Ordinal) }), Later: true) { Provider = "second" },
        ["repair"] = new(2, async house => await house.House.AskAsync(ContractHouse.Ask("chat", "first/" + Model, ContractHouse.City)), Later: true),
        ["cache hit"] = new(1, CachedAsync, Later: true),
        ["passthrough"] = new(1, async house => await house.House.AskAsync(Saying.Chat with { Path = "/passthrough/first/v1/chat/completions" })),
        ["native path"] = new(1, async house => await house.House.AskAsync(new Saying("/v1/images/generations", """{"model":"first/gpt-image-1","prompt":"x"}"""))),
        ["batch"] = new(3, async house => await house.House.AskAsync(new Saying("/passthrough/first/v1/batches", """{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}"""))),
        ["file up"] = new(1, UploadAsync),
        ["file down"] = new(1, house => NativeAsync(house, HttpMethod.Get, "/passthrough/first/v1/files/file-1/content")),
        ["list"] = new(1, house => NativeAsync(house, HttpMethod.Get, "/passthrough/first/v1/files")),
        ["dialect probe"] = new(1, ProbeAsync),
        ["contract test"] = new(1, TestAsync),
        ["readiness probe"] = new(1, ReadinessAsync),
        ["capacity drill"] = new(1, DrillAsync),
    };

    public static TheoryData<string> Legs => [.. s_legs.Keys];

    [Theory]
    [MemberData(nameof(Legs))]
    public async Task What_is_covered_goes_and_its_record_cites_the_agreement(string kind)
    {
        Leg leg = s_legs[kind];
        await using LegHouse house = await OpenAsync(kind, ends: false);

        Answer? answer = await leg.Drive(house);
        IReadOnlyList<UsageRecord> records = await RecordsAsync(house);

        Assert.Equal(leg.Calls, house.Arrived.Count);
        Assert.Equal(200, answer?.Status ?? 200);
        Assert.Equal(house.Of(leg.Provider), records[^1].Agreement);
        Assert.Equal(answer is null && kind != "contract test" ? "public" : "internal", records[^1].DataClass);
    }

    [Theory]
    [MemberData(nameof(Legs))]
    public async Task What_is_not_covered_does_not_leave(string kind)
    {
        Leg leg = s_legs[kind];
        await using LegHouse house = await OpenAsync(kind, ends: true);
        if (!leg.Later)
        {
            house.End(leg.Provider);
        }

        Answer? answer = await leg.Drive(house);
        IReadOnlyList<UsageRecord> records = await RecordsAsync(house);

        Assert.Equal(leg.Later ? leg.Calls - (kind == "cache hit" ? 0 : 1) : 0, house.Arrived.Count);
        if (answer is not null && kind is not "fallback" and not "repair")
        {
            Assert.Equal((403, "data_class_not_covered"), (answer.Status, answer.Error));
        }
        else if (answer is not null)
        {
            Assert.NotEqual(200, answer.Status);
        }

        Assert.NotEqual(200, records[^1].Status);
    }

    [Fact]
    public async Task No_prompt_is_in_a_log_or_a_record_whatever_its_class()
    {
        await using LegHouse house = await OpenAsync("first attempt", ends: false);

        await house.House.AskAsync(s_chat);
        house.End("first");
        await house.House.AskAsync(s_chat);

        Assert.DoesNotContain(house.House.Log.Lines, line => line.Contains("canary-prompt-text", StringComparison.Ordinal));
        Assert.All(await RecordsAsync(house), record => Assert.DoesNotContain("canary-prompt-text", record.ToString(), StringComparison.Ordinal));
    }

    private static async Task<LegHouse> OpenAsync(string kind, bool ends)
    {
        Leg leg = s_legs[kind];
        LegHouse house = await LegHouse.OpenAsync(
            (self, number, target) =>
            {
                if (ends && leg.Later && number == 1)
                {
                    self.End(leg.Provider);
                }

                return kind switch
                {
                    "retry" or "fallback" when number == 1 => (kind == "retry" ? 503 : 404, "{}"),
                    "repair" when number == 1 => (200, LegHouse.Chatted.Replace("\\\"population\\\":1", "\\\"population\\\":true", StringComparison.Ordinal)),
                    "stream" => (200, LegHouse.Chatted),
                    "count tokens" => (200, """{"input_tokens":7}"""),
                    "batch" when target.EndsWith("/file-1", StringComparison.Ordinal) => (200, """{"id":"file-1","purpose":"batch"}"""),
                    "batch" when target.EndsWith("/content", StringComparison.Ordinal) => (200, """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5.4-mini","messages":[]}}"""),
                    "embeddings" => (200, """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}"""),
                    _ => (200, LegHouse.Chatted),
                };
            },
            new HouseOptions { Answers = kind == "cache hit" ? new Causeway.Testing.MemoryAnswerStore() : null });
        foreach (string provider in (string[])["first", "second", "claude"])
        {
            house.Cover(provider);
        }

        house.House.Policies.Publish(policy => policy.WithChannels(Channels.New("both", ["first/" + Model, "second/" + Model])));
        return house;
    }

    private static async Task<IReadOnlyList<UsageRecord>> RecordsAsync(LegHouse house)
    {
        await house.Books.FlushAsync(GatewayHouse.Token);
        return [.. await house.House.RecordsAsync(), .. house.Own.Records];
    }

    private static async Task<Answer?> CachedAsync(LegHouse house)
    {
        ServedChannel channel = Channels.New("kept", ["first/" + Model]);
        house.House.Policies.Publish(policy => policy.WithChannels(channel).WithRouting(1, [channel], [ChannelRouting.Of("kept") with { Cache = new CacheSettings(600, DateTimeOffset.UnixEpoch) }], [channel.Release]));
        Saying asked = s_chat with { Body = s_chat.Body.Replace("first/" + Model, "kept", StringComparison.Ordinal) };
        Assert.Equal(200, (await house.House.AskAsync(asked)).Status);
        await house.House.UntilOpenAsync(0);
        await house.House.Cache!.FlushAsync(GatewayHouse.Token).Soon();
        return await house.House.AskAsync(asked);
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
        await probe.AskAsync(new Causeway.Gateway.Flow.PinRoute(house.House.Policies.Current.FindProvider("first")!, Model), GatewayHouse.Token);
        return null;
    }

    private static async Task<Answer?> DrillAsync(LegHouse house)
    {
        using BaseLoad load = new(house.House.Store, house.Books, house.House.Policies, TimeProvider.System);
        ServedChannel channel = house.House.Policies.Current.FindChannel("both")!;
        Drill drill = new() { Id = DrillId.New(DateTimeOffset.UnixEpoch), Channel = "both", Kind = DrillKind.Capacity, Base = channel.Release.Id, Version = "1", Seconds = 1, StartedAt = DateTimeOffset.UnixEpoch, StartedBy = "noor", State = DrillState.Running };
        await load.RunAsync(drill, new DrillLoad("first/" + Model, 1, 1, 5, 16, 1_000_000, 0, 0, 0, 0), GatewayHouse.Token);
        return null;
    }

    private sealed record Leg(int Calls, Func<LegHouse, Task<Answer?>> Drive, bool Later = false)
    {
        /// <summary>Whose agreement decides.</summary>
        public string Provider { get; init; } = "first";
    }
}
