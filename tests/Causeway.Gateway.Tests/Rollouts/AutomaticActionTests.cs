using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>Invariant 10 of releases: what acts by itself goes towards base, takes no rollback back, and calls a rollout off once.</summary>
public sealed class AutomaticActionTests
{
    private const string Failing = "HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    private static readonly GuardCrossing s_crossing = new(GuardKind.Error, GuardAction.Rollback, "error: all of them", []);

    [Fact]
    public async Task Of_several_instances_that_cross_one_calls_it_off()
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        Rollout rollout = await StartAsync(house);
        ReleaseDesk[] desks = [house.Desk, .. Enumerable.Range(0, 4).Select(_ => Another(house))];
        await Task.WhenAll(desks.Select(desk => desk.LoadAsync(GatewayHouse.Token)));
        long before = house.Desk.Applied;

        await Task.WhenAll(desks.Concat(desks).Select(desk => Task.Run(() => desk.ActAsync("support", rollout, s_crossing, GatewayHouse.Token))));

        Assert.Equal(before + 1, await house.Store.RevisionAsync(GatewayHouse.Token));
        Assert.Equal((1, 1), (Count(house, TimelineKind.GuardCrossed), Count(house, TimelineKind.RolledBack)));

        // The control: of another rollout it does it again.
        await house.Desk.LoadAsync(GatewayHouse.Token);
        await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "mended", GatewayHouse.Token);
        await house.Desk.ActAsync("support", rollout, s_crossing, GatewayHouse.Token); // Of the one that is over: late.
        Rollout second = await StartAsync(house);
        await house.Desk.ActAsync("support", rollout, s_crossing, GatewayHouse.Token);
        Assert.Equal(1, Count(house, TimelineKind.RolledBack));
        await house.Desk.ActAsync("support", second, s_crossing, GatewayHouse.Token);
        Assert.Equal(2, Count(house, TimelineKind.RolledBack));
    }

    // Base that fails as badly as what was called off is not left by itself: neither for that nor for anything else.
    [Fact]
    public async Task A_rollback_is_not_rolled_back_whatever_becomes_of_base()
    {
        await using RawUpstream bad = RawUpstream.Start(Failing);
        bool isBaseFailing = false;
        await using RawUpstream good = RawUpstream.Start(connection => connection.WriteAsync(Volatile.Read(ref isBaseFailing) ? Failing : HeldUpstream.Whole("base")));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, pointAtBad: false, good: good.Address);
        await StartAsync(house, automatic: true);
        using RolloutPilot pilot = new(house.House.Gateway.Rollouts, house.Desk, NullLogger<RolloutPilot>.Instance);
        using StageKeeper keeper = new(house.Desk, house.House.Policies, Leadership.Alone(), TimeProvider.System, NullLogger<StageKeeper>.Instance);
        await pilot.StartAsync(GatewayHouse.Token);
        for (int i = 0; i < 300 && Channel(house).Candidate is not null; i++)
        {
            await AskAsync(house, i);
        }

        Assert.Null(Channel(house).Candidate);
        long before = house.Desk.Applied;
        Volatile.Write(ref isBaseFailing, true);
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal((400, house.Good.Id.ToString()), await AskAsync(house, i));
            await keeper.TurnAsync(GatewayHouse.Token);
        }

        await pilot.StopAsync(GatewayHouse.Token);
        Assert.Equal((before, 1), (house.Desk.Applied, Count(house, TimelineKind.RolledBack)));
        Assert.True(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
    }

    // What was thought reaches nobody. The control is an answer that has thought, and says a word of it.
    [Theory]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":0,"total_tokens":9}}""", true)]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":20,"total_tokens":29,"completion_tokens_details":{"reasoning_tokens":20}}}""", true)]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":21,"total_tokens":30,"completion_tokens_details":{"reasoning_tokens":20}}}""", false)]
    public async Task A_candidate_that_says_nothing_is_called_off(string says, bool isEmpty)
    {
        await using RawUpstream bad = RawUpstream.Start(connection => connection.AnswerAsync(says));
        await using RawUpstream good = RawUpstream.Start(connection => connection.WriteAsync(HeldUpstream.Whole("base")));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, pointAtBad: false, good: good.Address);
        await StartAsync(house, automatic: true);
        using RolloutPilot pilot = new(house.House.Gateway.Rollouts, house.Desk, NullLogger<RolloutPilot>.Instance);
        await pilot.StartAsync(GatewayHouse.Token);
        for (int i = 0; i < (isEmpty ? 1_000 : 100) && Channel(house).Candidate is not null; i++)
        {
            await AskAsync(house, i);
        }

        await pilot.StopAsync(GatewayHouse.Token);
        Assert.Equal(isEmpty, Channel(house).Candidate is null);
        Assert.Equal(isEmpty, house.Store.Timeline.Any(entry => entry.Kind == TimelineKind.GuardCrossed && entry.Detail.Contains("empty", StringComparison.Ordinal)));
    }

    // Somebody has pointed the channel elsewhere in spite of the rollout, behind its back: what is called off stays off, and that stays as it is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_person_has_pointed_the_channel_at_stays(bool isPointed)
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        Release third = Channels.New("support", [$"good/{RollbackHouse.Model}"], prompt: "Third.").Release;
        await house.Store.AddAsync(third, GatewayHouse.Token);
        Rollout rollout = await StartAsync(house);
        if (isPointed)
        {
            await house.Store.PointChannelAsync(new WantedChannel("support", third.Id, UnsupportedFields.Deny), 1, DateTimeOffset.UtcNow, GatewayHouse.Token);
        }

        await house.Desk.ActAsync("support", rollout, s_crossing, GatewayHouse.Token);
        await house.Desk.LoadAsync(GatewayHouse.Token);

        Assert.Equal((isPointed ? third.Id : house.Good.Id, isPointed ? third.Id : house.Good.Id), (Channel(house).Channel.Release, Channel(house).Served.Release.Id));
        Assert.Equal((RolloutState.RolledBack, true), (house.House.Policies.Current.Routing.RoutingOf("support").Rollout!.State, house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id)));
    }

    // Whatever persons and guards do in whatever order: no act of its own exposes anybody who was not, moves the channel, lifts a quarantine or calls a rollout off twice. Persons' acts do: the control.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_act_of_its_own_exposes_anybody(int seed)
    {
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"));
        Random random = new(seed);
        List<Rollout> known = [await StartAsync(house)];
        int byPersons = 0;
        for (int step = 0; step < 150; step++)
        {
            Standing before = Standing.Of(house);
            string what = $"seed {seed}, step {step}";
            if (random.Next(2) == 0)
            {
                GuardAction action = random.Next(2) == 0 ? GuardAction.Hold : GuardAction.Rollback;
                await house.Desk.ActAsync("support", known[random.Next(known.Count)], s_crossing with { Action = action }, GatewayHouse.Token);
                var after = Standing.Of(house);
                Assert.True(after.Ppm <= before.Ppm && after.Points == before.Points && after.Served == (after.Ppm == 0 ? after.Points : before.Served) && after.Quarantined >= before.Quarantined, $"{what}: {before} became {after}.");
            }
            else
            {
                await ActAsPersonAsync(house, random.Next(6), known);
                byPersons += Standing.Of(house).Ppm > before.Ppm ? 1 : 0;
            }
        }

        Assert.True(byPersons > 3, $"seed {seed}: persons exposed somebody {byPersons} times.");
        IEnumerable<string> calledOff = house.Store.Timeline.Where(entry => entry.Kind == TimelineKind.GuardCrossed).Select(entry => entry.Detail.Split(' ')[0]);
        Assert.Equal(calledOff.Distinct().Count(), calledOff.Count());
        Assert.NotEmpty(calledOff);
        Assert.DoesNotContain(house.Store.Timeline, entry => entry.Actor == ReleaseDesk.Automatic && entry.Kind is not (TimelineKind.GuardCrossed or TimelineKind.RolledBack or TimelineKind.Held or TimelineKind.Applied));
    }

    private static async Task ActAsPersonAsync(RollbackHouse house, int what, List<Rollout> known)
    {
        switch (what)
        {
            case 0:
                await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "mended", GatewayHouse.Token);
                break;
            case 1 when (await house.Desk.StartAsync("support", house.Bad.Id, Plan(automatic: false), "rehearsed", "noor", "again", GatewayHouse.Token))! is { Refusal: null } started:
                known.Add(started.Routing.Rollout!);
                break;
            case 2:
                await house.Desk.AdvanceAsync("support", force: true, "noor", "looked at", GatewayHouse.Token);
                break;
            case 3:
                await house.Desk.PauseAsync("support", "noor", null, GatewayHouse.Token);
                break;
            case 4:
                await house.Desk.ResumeAsync("support", "noor", null, GatewayHouse.Token);
                break;
            case 5:
                await house.Desk.AbortAsync("support", "noor", "superseded", GatewayHouse.Token);
                break;
        }
    }

    private static async Task<(int Status, string? Release)> AskAsync(RollbackHouse house, int session)
    {
        HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-session", $"s-{session}");
        Answer answer = await house.House.SendAsync(message);
        return (answer.Status, answer.Header("x-causeway-release"));
    }

    private static ServedChannel Channel(RollbackHouse house) => house.House.Policies.Current.FindChannel("support")!;

    private static int Count(RollbackHouse house, TimelineKind kind) => house.Store.Timeline.Count(entry => entry.Kind == kind);

    private static ReleaseDesk Another(RollbackHouse house)
    {
        PolicyPublisher policies = new();
        policies.Publish(_ => house.House.Policies.Current.Anew([], [], []));
        return new ReleaseDesk(house.Store, house.Store, house.Store, policies, house.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance);
    }

    private static Task<RollbackHouse> OpenAsync(Uri candidate) => RollbackHouse.OpenAsync(candidate, pointAtBad: false);

    private static RolloutPlan Plan(bool automatic) => new()
    {
        Automatic = automatic,
        Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 500_000, MaxSeconds = automatic ? 3_600 : 0, MinUnits = automatic ? 1_000_000 : 0 }, new RolloutStage { Kind = StageKind.Bake, Ppm = 900_000 }],
    };

    private static async Task<Rollout> StartAsync(RollbackHouse house, bool automatic = false)
    {
        RolloutResult? started = await house.Desk.StartAsync("support", house.Bad.Id, Plan(automatic), "rehearsed elsewhere", "noor", "test", GatewayHouse.Token);
        Assert.Null(started!.Refusal);
        return started.Routing.Rollout!;
    }

    /// <summary>Who is exposed to what, and where the channel stands.</summary>
    private sealed record Standing(int Ppm, ReleaseId Points, ReleaseId Served, int Quarantined)
    {
        public static Standing Of(RollbackHouse house) => new(Channel(house).Image is { Candidate: not null } image ? image.Ppm : 0, Channel(house).Channel.Release, Channel(house).Served.Release.Id, house.House.Policies.Current.Routing.Revoked.Count);
    }
}
