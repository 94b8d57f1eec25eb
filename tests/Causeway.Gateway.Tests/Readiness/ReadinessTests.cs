using System.Diagnostics.Metrics;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Readiness;

public sealed class ReadinessTests
{
    private static readonly DateOnly s_retires = new(2027, 1, 14); // gpt-4.1, as the catalogue has it.

    [Fact]
    public async Task What_answers_what_was_rehearsed_and_what_its_provider_says_of_its_limits_is_known_of_a_way_back()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, pointAtBad: false);
        RolloutPlan half = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 500_000 }] };
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, half, "test", "noor", "test", GatewayHouse.Token))!.Refusal);
        using ReadinessDesk desk = Desk(house, TimeProvider.System);
        TargetReadiness cold = (await desk.ReportAsync("support", GatewayHouse.Token))!.Targets.Single();
        for (int i = 0; i < 20; i++)
        {
            HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
            message.Headers.TryAddWithoutValidation("x-causeway-session", $"s-{i}");
            await house.House.SendAsync(message);
        }

        await house.House.RecordsAsync();
        using ReadinessDesk again = Desk(house, TimeProvider.System);
        TargetReadiness warm = (await again.ReportAsync("support", GatewayHouse.Token))!.Targets.Single();

        Assert.Equal((house.Good.Id, true, ReadinessState.AtRisk), (cold.Release, cold.IsBase, cold.State));
        Assert.Equal(50, Of(cold, ReadinessFactorKind.Answers).Score);
        Assert.Equal((100, 100, 100), (Of(warm, ReadinessFactorKind.Answers).Score, Of(warm, ReadinessFactorKind.Bundle).Score, Of(warm, ReadinessFactorKind.Capacity).Score));
        Assert.Contains("says that it takes 10000 requests and 2000000 tokens a minute", Of(warm, ReadinessFactorKind.Capacity).Detail, StringComparison.Ordinal);
        Assert.Equal((60, false), (Of(warm, ReadinessFactorKind.Drill).Score, Of(warm, ReadinessFactorKind.Drill).IsGateFailed)); // Somebody said that it need not be.
    }

    [Fact]
    public async Task Live_conversations_that_a_way_back_cannot_go_on_with_hold_it_down()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        MemoryConversationStore store = new();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await store.PutAsync([.. Enumerable.Range(0, 10).Select(i => Answered($"s-{i}", house.Bad.Id, i < 8 ? Portability.P1 : Portability.P3, now)), Answered("old", house.Bad.Id, Portability.P3, now - (2 * Conversation.LiveFor)), Answered("other", house.Good.Id, Portability.P3, now)], GatewayHouse.Token);
        using ReadinessDesk desk = Desk(house, TimeProvider.System, conversations: store);
        ReadinessFactor untold = Of((await desk.ReportAsync("support", GatewayHouse.Token))!.Targets.Single(), ReadinessFactorKind.Conversations);
        await house.Desk.SetConversationsAsync("support", ConversationPolicy.Migrate, null, "noor", GatewayHouse.Token);
        ReadinessFactor told = Of((await desk.ReportAsync("support", GatewayHouse.Token))!.Targets.Single(), ReadinessFactorKind.Conversations);

        Assert.Null(untold.Score);
        Assert.Equal((40, false), (told.Score, told.IsGateFailed));
        Assert.StartsWith("2 of 10 live conversations would be stuck", told.Detail, StringComparison.Ordinal);
    }

    private static Conversation Answered(string session, ReleaseId release, Portability portability, DateTimeOffset at) =>
        Conversation.Begun(new ConversationKey("support", "team", session), release, "elsewhere", portability, at);

    [Fact]
    public async Task Asking_shows_who_answers_and_who_does_not()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        MemoryUsageStore own = new();
        await using OwnedJournal books = new(own, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        using ReadinessDesk desk = Desk(house, TimeProvider.System, books);

        IReadOnlyList<ProbedPin>? probed = await desk.ProbeAsync("support", GatewayHouse.Token);
        TargetReadiness good = (await desk.ReportAsync("support", GatewayHouse.Token))!.Targets.Single();
        await books.FlushAsync(GatewayHouse.Token);

        Assert.Equal([new ProbedPin($"good/{RollbackHouse.Model}", true, null)], probed);
        Assert.Equal((house.Good.Id, false, 100), (good.Release, good.IsBase, Of(good, ReadinessFactorKind.Answers).Score));
        Assert.Equal("readiness-probe", Assert.Single(own.Records).Attribution.Feature);
        Assert.Null(await desk.ProbeAsync("none", GatewayHouse.Token));
        Assert.Null(await desk.ReportAsync("none", GatewayHouse.Token));
    }

    // F1: the clock is moved through a retirement.
    [Fact]
    public async Task A_retirement_is_told_at_its_days_once_and_the_gate_closes_on_its_day()
    {
        FakeTimeProvider time = new(ReadinessRules.Midnight(s_retires).AddDays(-91));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), badPin: "good/gpt-4.1");
        await house.Store.PointChannelAsync(new WantedChannel("support", house.Good.Id, UnsupportedFields.Deny), 2, time.GetUtcNow(), GatewayHouse.Token); // Now that one is the way back.
        await house.Desk.LoadAsync(GatewayHouse.Token);
        await using ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        List<(int Days, string Detail)> told = [];
        Dictionary<int, ReadinessReport> reports = [];
        for (int days = 91; days >= -1; days--)
        {
            using ReadinessDesk desk = Desk(house, time);
            await desk.ProbeAsync("support", GatewayHouse.Token);
            using ReadinessWatch watch = new(desk, house.Store, house.Store, house.House.Policies, Leadership.Alone(), new ReleaseNews(null, meters.GetRequiredService<IMeterFactory>()), time, NullLogger<ReadinessWatch>.Instance);
            int before = house.Store.Timeline.Count(entry => entry.Kind == TimelineKind.PinRetiring);
            await watch.LookAsync(GatewayHouse.Token);
            await watch.LookAsync(GatewayHouse.Token); // Told once.
            told.AddRange(house.Store.Timeline.Where(entry => entry.Kind == TimelineKind.PinRetiring).Skip(before).Select(entry => (days, entry.Detail)));
            reports[days] = (await desk.ReportAsync("support", GatewayHouse.Token))!;
            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([90, 60, 30, 14, 7, 1, 0], told.Select(one => one.Days));
        Assert.Contains("good/gpt-4.1, on the way back of support, retires in 30 days", told[2].Detail, StringComparison.Ordinal);
        Assert.Contains("is retired", told[^1].Detail, StringComparison.Ordinal);
        Assert.Equal((60, 60, 40, 14), (reports[91].Score, reports[30].Score, reports[7].Score, reports[1].Score)); // Never rehearsed: 60.
        Assert.Equal((ReadinessState.AtRisk, ReadinessState.NotReady, ReadinessState.NotReady), (reports[7].State, reports[6].State, reports[-1].State));
        Assert.All([0, -1], day => Assert.True(Of(reports[day].Targets[0], ReadinessFactorKind.Retirement).IsGateFailed));
        Assert.Contains(house.Store.Timeline, entry => entry.Kind == TimelineKind.ReadinessChanged && entry.Detail.StartsWith("support was at risk and is not ready to go back", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_model_that_is_switched_off_is_called_retired_and_the_next_pin_answers(int status)
    {
        FakeTimeProvider time = new(ReadinessRules.Midnight(s_retires));
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nretry-after: 30\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Time = time,
            Providers = near => [near.OpenAI("good"), near.At("bad", Causeway.Wire.Protocol.OpenAI, new Uri(upstream.Address, "/v1"))],
        });
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["bad/gpt-4.1", $"good/{RollbackHouse.Model}"]), Channels.New("alone", ["bad/gpt-4.1"])));

        Answer answer = await house.AskAsync(RollbackHouse.Chat);
        Answer alone = await house.AskAsync(Saying.ChatPath, """{"model":"alone","messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal((200, $"good/{RollbackHouse.Model}"), (answer.Status, answer.Header("x-causeway-served-by")));
        Assert.Equal(["model_retired"], (await house.RecordOfAsync(answer)).Trail.Take(1).Select(step => step.Reason));
        Assert.Equal((404, "model_retired", Outcome.Failed), (alone.Status, alone.Error, (await house.RecordOfAsync(alone)).Outcome));
        Assert.Equal(2, upstream.Connections); // Nobody waited for it.
    }

    [Fact]
    public async Task The_day_before_the_same_answer_is_what_it_says()
    {
        FakeTimeProvider time = new(ReadinessRules.Midnight(s_retires).AddSeconds(-1));
        await using RawUpstream upstream = RawUpstream.Start("HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time, Providers = near => [near.At("bad", Causeway.Wire.Protocol.OpenAI, new Uri(upstream.Address, "/v1"))] });
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["bad/gpt-4.1"])));

        Assert.Equal(400, (await house.AskAsync(RollbackHouse.Chat)).Status);
    }

    private static ReadinessFactor Of(TargetReadiness target, ReadinessFactorKind kind) => target.Factors.Single(factor => factor.Kind == kind);

    private static ReadinessDesk Desk(RollbackHouse house, TimeProvider time, Journal? books = null, MemoryConversationStore? conversations = null)
    {
        books ??= new OwnedJournal(new MemoryUsageStore(), new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        return new(
            house.Store, house.Store, house.House.Store, house.House.Policies, house.House.Ledger, new InstanceBoard(store: null, time), new PinProbe(books, house.House.Policies, TimeProvider.System), time)
        { Conversations = conversations };
    }
}
