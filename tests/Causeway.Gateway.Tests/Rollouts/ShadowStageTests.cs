using Causeway.Budgets.Ledger;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Rollouts;

public sealed class ShadowStageTests
{
    private const long Plenty = 100_000_000_000; // What a copy may cost at most is held while it is on its way.

    [Fact]
    public async Task The_candidate_is_sent_copies_and_what_it_answers_reaches_nobody()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("shadow"));
        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty, minUnits: 10);
        Rollout rollout = (await house.Desk.RoutingOfAsync("support", GatewayHouse.Token))!.Active!;
        Answer[] answers = [.. await AskAsync(house, RollbackHouse.Chat, 6), .. await AskAsync(house, RollbackHouse.ChatStream, 4)];
        IReadOnlyList<UsageRecord> records = await house.House.RecordsAsync();
        UsageRecord[] copies = [.. records.Where(record => record.RoutingRule == (int)RoutingRule.Shadow)];

        Assert.All(answers, answer => Assert.Equal((200, $"good/{RollbackHouse.Model}"), (answer.Status, answer.Header("x-causeway-served-by"))));
        Assert.All(answers, answer => Assert.DoesNotContain("shadow", answer.Text, StringComparison.Ordinal));
        Assert.Equal((10, 10), (upstream.Connections, copies.Length));
        Assert.All(copies, copy => Assert.Equal(("causeway", "shadow", "support", house.Bad.Id.ToString(), null), (copy.Attribution.Team, copy.Attribution.Feature, copy.Channel, copy.Release, copy.Grant)));
        Assert.Equal(10, records.Count(record => record.Release == house.Good.Id.ToString() && record.RoutingRule == (int)RoutingRule.Stable));
        RolloutEvidence evidence = house.Desk.EvidenceOf(rollout);
        Assert.Equal((0, 0), (rollout.Exposure.Ppm, evidence.Units)); // Nobody has met it.
        Assert.True(evidence.Shadows is >= 6 and <= 10, $"{evidence.Shadows}"); // What is no stream is none here: the upstream answers those with a whole body.
        Assert.Equal("copies of 100 % of the requests, and nobody", RolloutStep.Exposure(rollout));
    }

    // The negative controls: nothing is copied where there is no shadow stage, where its money is spent, and of what may have effects at a provider.
    [Fact]
    public async Task Nothing_is_copied_without_a_shadow_stage_without_money_or_with_effects()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("shadow"));
        await using (RollbackHouse poor = await StartAsync(upstream.Address, maxNanoUsd: 1))
        {
            await AskAsync(poor, RollbackHouse.Chat, 5);
            Assert.Equal(5, poor.House.Gateway.ShadowsOf((await poor.Desk.RoutingOfAsync("support", GatewayHouse.Token))!.Active!).Dropped);
        }

        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty);
        await AskAsync(house, new Saying("/v1/responses", """{"model":"support","input":"Tell me about bridges"}"""), 3); // Kept by its provider unless it says otherwise.
        await house.Desk.PauseAsync("support", "noor", "test", GatewayHouse.Token);
        await AskAsync(house, RollbackHouse.Chat, 3);

        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task A_grant_that_does_not_cover_the_candidate_has_no_copies_sent_there()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("shadow"));
        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty, candidateModel: "gpt-5.5");
        Granted narrow = house.House.Grant(grant => grant with { Scope = grant.Scope with { Models = [RollbackHouse.Model] } });

        Answer answer = await narrow.AskAsync(RollbackHouse.Chat);
        await IdleAsync(house);

        Assert.Equal((200, 0), (answer.Status, upstream.Connections));
    }

    [Fact]
    public async Task A_candidate_whose_copies_fail_is_rolled_back_before_anybody_met_it()
    {
        await using RawUpstream upstream = RawUpstream.Start("HTTP/1.1 500 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty);

        await AskAsync(house, RollbackHouse.Chat, 60);

        Assert.True(house.House.Gateway.Rollouts.Crossings.TryRead(out (string Channel, Rollout Rollout, GuardCrossing Crossing) crossed));
        Assert.Equal(("support", GuardAction.Rollback), (crossed.Channel, crossed.Crossing.Action));
    }

    [Fact]
    public async Task Copies_of_a_share_are_those_of_a_share()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("shadow"));
        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty, ppm: 250_000);

        await AskAsync(house, RollbackHouse.Chat, 200);

        Assert.InRange(upstream.Connections, 20, 85); // 50 of 200 on average; six standard deviations.
    }

    [Fact]
    public async Task A_shadow_stage_is_left_when_its_copies_are_answered_and_exposes_nobody_before()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("shadow"));
        await using RollbackHouse house = await StartAsync(upstream.Address, Plenty, minUnits: 3);
        RolloutResult early = (await house.Desk.AdvanceAsync("support", force: false, "noor", null, GatewayHouse.Token))!;
        await AskAsync(house, RollbackHouse.Chat, 3);

        RolloutResult later = (await house.Desk.AdvanceAsync("support", force: false, "noor", null, GatewayHouse.Token))!;

        Assert.Contains("0 copies were answered by the candidate, and the stage asks for 3", early.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal((null, 10_000), (later.Refusal, later.Routing.Active!.Exposure.Ppm));
    }

    private static async Task<RollbackHouse> StartAsync(Uri upstream, long maxNanoUsd, int ppm = 1_000_000, long minUnits = 0, string candidateModel = RollbackHouse.Model)
    {
        RollbackHouse house = await RollbackHouse.OpenAsync(upstream, pointAtBad: false, badPin: $"bad/{candidateModel}");
        RolloutPlan plan = new()
        {
            Stages = [new RolloutStage { Kind = StageKind.Shadow, Ppm = ppm, MaxNanoUsd = maxNanoUsd, MinUnits = minUnits }, new RolloutStage { Kind = StageKind.Percent, Ppm = 10_000 }],
        };
        Assert.Empty(plan.Problems());
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, null, "noor", "test", GatewayHouse.Token))!.Refusal);
        return house;
    }

    private static async Task<Answer[]> AskAsync(RollbackHouse house, Saying saying, int times)
    {
        List<Answer> answers = [];
        for (int i = 0; i < times; i++)
        {
            answers.Add(await house.House.AskAsync(saying));
        }

        await IdleAsync(house);
        return [.. answers];
    }

    // The callers have their answers before copies are sent.
    private static async Task IdleAsync(RollbackHouse house)
    {
        await house.House.UntilOpenAsync(0);
        await house.House.Gateway.Shadows.IdleAsync().Soon();
    }
}
