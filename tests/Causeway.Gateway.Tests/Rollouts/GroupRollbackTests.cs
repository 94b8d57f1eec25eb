using System.Collections.Concurrent;
using System.Globalization;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>A7: pairs of calls of five channels that flip together, around the moment when they do. Three hundred pairs in every run; CAUSEWAY_SOAK has the 10,000.</summary>
public sealed class GroupRollbackTests
{
    private const int Callers = 4;
    private static readonly int s_pairs = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 300 : 10_000;
    private static readonly string[] s_channels = ["executor", "judge", "planner", "retrieval", "support"];

    // The control: taken back one by one, there are revisions in which they differ.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_call_is_of_its_own_revision_and_no_revision_is_of_two_minds(bool together)
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address);
        ConcurrentBag<Told> told = [];
        int asked = 0;
        TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync())];
        await half.Task.Soon();
        long before = house.Desk.Applied;
        await RollBackAsync(house, together, told);
        await Task.WhenAll(callers);

        foreach (Told one in told)
        {
            ChannelRouting routing = (await house.Store.AtAsync(one.Channel, one.Revision, GatewayHouse.Token))!;
            Assert.Equal(routing.Override?.Release ?? house.Bad.Id, one.Release);
        }

        Assert.Contains(told, one => one.Release == house.Bad.Id);
        Assert.Contains(told, one => one.Release == house.Good.Id);
        bool isOfTwoMinds = told.GroupBy(one => one.Revision).Any(revision => revision.Select(one => one.Release).Distinct().Count() > 1);
        Assert.Equal((together ? before + 1 : before + s_channels.Length, !together), (house.Desk.Applied, isOfTwoMinds));

        async Task CallAsync()
        {
            for (int pair = Interlocked.Increment(ref asked); pair <= s_pairs; pair = Interlocked.Increment(ref asked))
            {
                Told[] both = await Task.WhenAll(AskAsync(house, s_channels[pair % s_channels.Length]), AskAsync(house, s_channels[(pair + 1) % s_channels.Length]));
                told.Add(both[0]);
                told.Add(both[1]);
                if (pair == s_pairs / 2)
                {
                    half.TrySetResult();
                }
            }
        }
    }

    private static async Task RollBackAsync(RollbackHouse house, bool together, ConcurrentBag<Told> told)
    {
        RollbackOrder order = new("mira", "they disagree");
        if (together)
        {
            Assert.Empty((await house.Desk.RollBackGroupAsync("assistant", order, dryRun: false, GatewayHouse.Token))!.Refusals);
            return;
        }

        foreach (string channel in s_channels)
        {
            Assert.Empty((await house.Desk.RollBackAsync(channel, order, dryRun: false, GatewayHouse.Token))!.Refusals);
            told.Add(await AskAsync(house, s_channels[0]));
            told.Add(await AskAsync(house, s_channels[^1]));
        }
    }

    private static async Task<Told> AskAsync(RollbackHouse house, string channel)
    {
        Answer answer = await house.House.AskAsync(RollbackHouse.Chat with { Body = RollbackHouse.Chat.Body.Replace("support", channel, StringComparison.Ordinal) });
        Assert.True(answer.Status == 200, answer.Text);
        Assert.True(ReleaseId.TryParse(answer.Header("x-causeway-release"), out ReleaseId release));
        return new Told(channel, long.Parse(answer.Header("x-causeway-revision")!, CultureInfo.InvariantCulture), release);
    }

    private static async Task<RollbackHouse> OpenAsync(Uri candidate)
    {
        RollbackHouse house = await RollbackHouse.OpenAsync(candidate, pointAtBad: false);
        foreach (string name in s_channels[..^1])
        {
            await house.Store.CreateChannelAsync(ReleaseChannel.New(name, house.Good.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
        }

        await house.Desk.LoadAsync(GatewayHouse.Token);
        foreach (string name in s_channels)
        {
            await house.Desk.ConfigureAsync(name, new RoutingSettings { Group = "assistant" }, "noor", null, GatewayHouse.Token);
        }

        RolloutPlan everybody = new() { Stages = [new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }] };
        Assert.Empty((await house.Desk.StartGroupAsync("assistant", s_channels.ToDictionary(name => name, _ => house.Bad.Id), everybody, "rehearsed", "noor", "rehearsed", GatewayHouse.Token))!.Refusals);
        return house;
    }

    private sealed record Told(string Channel, long Revision, ReleaseId Release);
}
