using Causeway.Gateway.Cache;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Cache;
using Causeway.Releases.Rollback;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Cache;

/// <summary>What a release that was rolled back left in the cache is given to nobody, and what the one before left is still there.</summary>
public sealed class CacheRollbackTests
{
    // D1.
    private static readonly (int Answers, int Requests) s_size = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? (200, 2_000) : (10_000, 100_000);

    [Fact]
    public async Task After_a_rollback_nothing_of_the_bad_release_is_given_and_the_base_is_as_warm_as_before()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("poisoned"));
        await using CacheHouse house = await CacheHouse.OpenAsync(upstream.Address);
        for (int i = 0; i < s_size.Answers; i++)
        {
            await house.House.AskAsync(CacheHouse.Chat(text: $"Bridge {i}"));
        }

        await house.SettleAsync();
        await StartAsync(house);
        for (int i = 0; i < s_size.Answers; i++)
        {
            Assert.Contains("poisoned", (await house.House.AskAsync(CacheHouse.Chat(text: $"Bridge {i}"))).Text, StringComparison.Ordinal);
        }

        await house.SettleAsync();
        Assert.Equal("hit", CacheHouse.Word(await house.AskAsync(CacheHouse.Chat(text: "Bridge 7")))); // It is in the cache, and is given.
        house.Time.Advance(TimeSpan.FromHours(9)); // Longer than answers are kept: base's time stands still.
        (long hits, int sent) = (house.Counts.Hits, (await house.House.Simulator.RequestsAsync()).Count);

        await house.Back.RollBackAsync();
        for (int i = 0; i < s_size.Requests; i++)
        {
            Answer answer = await house.House.AskAsync(CacheHouse.Chat(text: $"Bridge {i % s_size.Answers}"));
            Assert.Equal((200, house.Back.Good.Id), (answer.Status, CacheHouse.ReleaseOf(answer)));
            Assert.DoesNotContain("poisoned", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal((s_size.Requests, sent), (house.Counts.Hits - hits, (await house.House.Simulator.RequestsAsync()).Count));
        Assert.Equal(s_size.Answers, house.Answers.Keys.Count(key => key.Release == house.Back.Bad.Id)); // Kept for whoever looks into it.
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_comes_after_the_rollback_of_its_release_is_not_kept(bool elsewhere)
    {
        await using HeldUpstream upstream = new("", HeldUpstream.Whole("late"));
        await using CacheHouse house = await CacheHouse.OpenAsync(upstream.Address);
        await StartAsync(house);
        Task<Answer> asking = house.House.AskAsync(CacheHouse.Chat());
        await upstream.Arrived;
        if (elsewhere)
        {
            // By another instance: this one has not heard of it yet, and the store has.
            house.Answers.ChangedIn = _ => long.MaxValue;
        }
        else
        {
            await house.Back.RollBackAsync(StreamPolicy.Drain);
        }

        upstream.GoOn();
        Answer late = await asking;
        await house.SettleAsync();

        Assert.Equal((200, house.Back.Bad.Id), (late.Status, CacheHouse.ReleaseOf(late)));
        Assert.Empty(house.Answers.Keys);
        Assert.Equal(elsewhere ? 0 : 1, house.Counts.Dropped);
    }

    [Fact]
    public async Task A_request_that_is_sent_anew_to_base_leaves_nothing_under_the_bad_release()
    {
        await using HeldUpstream upstream = new("", HeldUpstream.Whole("late"));
        await using CacheHouse house = await CacheHouse.OpenAsync(upstream.Address);
        await StartAsync(house);
        Task<Answer> asking = house.House.AskAsync(CacheHouse.Chat());
        await upstream.Arrived;

        await house.Back.RollBackAsync(StreamPolicy.Reissue);
        Answer answer = await asking;
        await house.SettleAsync();

        Assert.Equal((200, house.Back.Good.Id), (answer.Status, CacheHouse.ReleaseOf(answer)));
        Assert.Empty(house.Answers.Keys);
    }

    [Fact]
    public async Task The_chores_forget_what_is_over_keep_what_is_fenced_and_spare_what_stands_still()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("poisoned"));
        await using CacheHouse house = await CacheHouse.OpenAsync(upstream.Address);
        CacheUpkeep upkeep = Upkeep(house, new CacheLimits());
        await house.AskAsync(CacheHouse.Chat());
        await StartAsync(house);
        await house.AskAsync(CacheHouse.Chat());

        house.Time.Advance(TimeSpan.FromHours(1));
        await upkeep.TurnAsync(GatewayHouse.Token);
        Assert.Equal([house.Back.Good.Id], house.Answers.Keys.Select(key => key.Release)); // The candidate's own time is over.

        await house.AskAsync(CacheHouse.Chat());
        await house.Back.RollBackAsync();
        house.Time.Advance(TimeSpan.FromMinutes(9));
        await upkeep.TurnAsync(GatewayHouse.Token);
        Assert.Equal(2, house.Answers.Keys.Count);

        house.Time.Advance(TimeSpan.FromMinutes(1));
        await upkeep.TurnAsync(GatewayHouse.Token);
        Assert.Equal([house.Back.Bad.Id], house.Answers.Keys.Select(key => key.Release));

        house.Time.Advance(CacheUpkeep.Fenced);
        await upkeep.TurnAsync(GatewayHouse.Token);
        Assert.Empty(house.Answers.Keys);
    }

    [Fact]
    public async Task Beyond_the_bound_of_the_store_the_oldest_go()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        for (int i = 0; i < 40; i++)
        {
            await house.AskAsync(CacheHouse.Chat(text: $"Bridge {i}"));
            house.Time.Advance(TimeSpan.FromSeconds(1));
        }

        AnswerSpace all = Assert.Single(await house.Answers.ListAsync(GatewayHouse.Token));
        await Upkeep(house, new CacheLimits { StoreBytes = all.Bytes / 2 }).TurnAsync(GatewayHouse.Token);

        AnswerSpace left = Assert.Single(await house.Answers.ListAsync(GatewayHouse.Token));
        Assert.True(left.Bytes <= all.Bytes / 2 && left.Answers >= 15 && left.Newest == all.Newest, left.ToString());
    }

    private static CacheUpkeep Upkeep(CacheHouse house, CacheLimits limits) =>
        new(house.Answers, house.House.Policies, limits, Leadership.Alone(), house.Time, NullLogger<CacheUpkeep>.Instance);

    // Everybody meets the candidate.
    private static async Task StartAsync(CacheHouse house)
    {
        RolloutResult? started = await house.Back.Desk.StartAsync(
            "support", house.Back.Bad.Id, new Causeway.Releases.Rollouts.RolloutPlan { Stages = [new Causeway.Releases.Rollouts.RolloutStage { Kind = Causeway.Releases.Rollouts.StageKind.Named, Teams = ["search"] }] }, "rehearsed elsewhere", "noor", "test", GatewayHouse.Token);
        Assert.Null(started!.Refusal);
    }
}
