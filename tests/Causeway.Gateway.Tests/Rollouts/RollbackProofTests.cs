using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>What a rollback promises of many requests at once. Bounded in every run; eng/soak has them whole.</summary>
public sealed class RollbackProofTests
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly int s_streams = s_isSoak ? 200 : 20;
    private static readonly int s_calls = s_isSoak ? 500 : 50;

    // A5: every decision follows from the revision that its record names, and from no other; requests go on while one revision after another takes the place of the one before.
    [Fact]
    public async Task Every_decision_of_many_rollouts_and_rollbacks_is_made_again_from_the_revision_of_its_record()
    {
        const int Rounds = 20;
        const int Callers = 8;
        int each = s_isSoak ? 3_000 : 6; // Answers from one change to the next.
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, pointAtBad: false);
        ConcurrentDictionary<Guid, string> asked = [];
        using SemaphoreSlim answered = new(0);
        using CancellationTokenSource over = new();
        Task load = Task.WhenAll(Enumerable.Range(0, Callers).Select(AskAsync));
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 100_000 + (round * 40_000) }] };
                Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, "rehearsed", "noor", "round", GatewayHouse.Token))!.Refusal);
                await AnsweredAsync();
                await house.RollBackAsync();
                await AnsweredAsync();
                await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "next round", GatewayHouse.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
            await load;
        }

        IReadOnlyList<UsageRecord> records = await house.House.RecordsAsync();
        (ReleaseChannel channel, int otherwise) = (house.House.Policies.Current.FindChannel("support")!.Channel, 0);
        Dictionary<long, ChannelRouting> revisions = [];
        foreach (long revision in records.Select(record => record.RoutingRevision!.Value).Distinct())
        {
            revisions[revision] = await house.Store.AtAsync("support", revision, GatewayHouse.Token) ?? ChannelRouting.Of("support");
        }

        Assert.True(records.Count >= 2 * Rounds * each && records.Count == asked.Count && revisions.Count >= 2 * Rounds, $"{records.Count} records, {asked.Count} answers, {revisions.Count} revisions.");
        foreach (UsageRecord record in records)
        {
            ChannelRouting routing = revisions[record.RoutingRevision!.Value];
            RoutingSubject subject = new(record.Attribution.Team, record.Attribution.Feature, record.Attribution.Environment, null, new RoutingUnit("conversation", asked[record.Request]), null);
            RoutingDecision again = new RoutingImage(channel, routing, routing.Quarantines).Resolve(subject, hasLease: true);
            Assert.Equal((record.Release, record.RoutingRule, record.Bucket), (again.Release.ToString(), (int)again.Rule, again.Bucket));
            otherwise += new RoutingImage(channel, routing with { Seed = "another" }, routing.Quarantines).Resolve(subject, hasLease: true) == again ? 0 : 1;
        }

        Assert.Equal([(int)RoutingRule.Stable, (int)RoutingRule.Override, (int)RoutingRule.Percent], records.Select(record => record.RoutingRule!.Value).Distinct().Order());
        Assert.True(otherwise > 0, "Made again by another seed they would all have been the same: this test would not notice.");

        async Task AskAsync(int caller)
        {
            for (int i = 0; !over.IsCancellationRequested; i++)
            {
                string session = $"{caller}-{i}";
                HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
                message.Headers.TryAddWithoutValidation("x-causeway-session", session);
                Answer answer = await house.House.SendAsync(message);
                Assert.Equal(200, answer.Status);
                Assert.True(Causeway.Gateway.Flow.RequestId.TryParse(answer.Header("x-causeway-request")!, out Guid id));
                asked[id] = session;
                answered.Release();
            }
        }

        // So many that came to what is in force now, beside those that were under way when it changed.
        async Task AnsweredAsync()
        {
            while (await answered.WaitAsync(TimeSpan.Zero))
            {
                // It was before.
            }

            for (int i = 0; i < each + Callers; i++)
            {
                await answered.WaitAsync().Soon();
            }
        }
    }

    // B1 and B2: drained, every stream is whole and of one release; cut, none is, and each ends with the terminal event.
    [Theory]
    [InlineData(StreamPolicy.Drain)]
    [InlineData(StreamPolicy.Cut)]
    public async Task Streams_under_way_all_end_as_the_policy_says(StreamPolicy policy)
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        RawCaller[] callers = await Task.WhenAll(Enumerable.Range(0, s_streams).Select(_ => RawCaller.ConnectAsync(house.House.Address)));
        try
        {
            await Task.WhenAll(callers.Select(async caller =>
            {
                await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret));
                await caller.ReadUntilAsync("Hel");
            }));

            RollbackResult result = await house.RollBackAsync(policy);
            if (policy == StreamPolicy.Drain)
            {
                upstream.GoOn();
            }

            await Task.WhenAll(callers.Select(caller => caller.ReadUntilAsync(policy == StreamPolicy.Drain ? "[DONE]" : "release_revoked")));
            Assert.Equal(policy == StreamPolicy.Drain ? (s_streams, 0) : (0, s_streams), (result.Calls.DrainingStreams, result.Calls.Cut));
            await house.House.UntilOpenAsync(0);
            Assert.All(await house.House.RecordsAsync(), record => Assert.Equal(
                (house.Bad.Id.ToString(), policy == StreamPolicy.Drain ? Outcome.Completed : Outcome.Interrupted), (record.Release, record.Outcome)));
            Assert.Empty(await house.House.Simulator.RequestsAsync()); // No answer was begun anew by the other release.
        }
        finally
        {
            foreach (RawCaller caller in callers)
            {
                await caller.DisposeAsync();
            }
        }
    }

    // B2: of a provider that goes on and on, a cut stream ends within half a second, and not a byte follows what says so. Drained, it goes on beyond that time: the control.
    [Theory]
    [InlineData(StreamPolicy.Cut)]
    [InlineData(StreamPolicy.Drain)]
    public async Task A_stream_that_goes_on_is_cut_at_once_and_nothing_follows(StreamPolicy policy)
    {
        TimeSpan most = TimeSpan.FromMilliseconds(500);
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended, again: HeldUpstream.More("lo"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        RawCaller[] callers = await Task.WhenAll(Enumerable.Range(0, s_streams).Select(_ => RawCaller.ConnectAsync(house.House.Address)));
        try
        {
            await Task.WhenAll(callers.Select(async caller =>
            {
                await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret, "connection: close\r\n"));
                await caller.ReadUntilAsync("lo");
            }));

            long began = Stopwatch.GetTimestamp(); // Before T0.
            Task<RollbackResult> rollback = house.RollBackAsync(policy);
            if (policy == StreamPolicy.Cut)
            {
                await Task.WhenAll(callers.Select(async caller =>
                {
                    string told = await caller.ReadUntilAsync("release_revoked");
                    Assert.True(Stopwatch.GetElapsedTime(began) <= most, $"It was told after {Stopwatch.GetElapsedTime(began)}.");
                    (string rest, _) = await caller.ReadToEndAsync();
                    string after = (told + rest)[told.LastIndexOf("release_revoked", StringComparison.Ordinal)..];
                    Assert.DoesNotContain("data:", after, StringComparison.Ordinal);
                    Assert.EndsWith("\r\n0\r\n\r\n", after, StringComparison.Ordinal); // Whole, as HTTP has it.
                }));
                await upstream.ClosedAsync(s_streams);
            }
            else
            {
                await Task.WhenAll(callers.Select(async caller =>
                {
                    while (Stopwatch.GetElapsedTime(began) <= most)
                    {
                        await caller.ReadUntilAsync("lo");
                    }
                }));
                upstream.GoOn();
                Assert.All(await Task.WhenAll(callers.Select(caller => caller.ReadToEndAsync())), read => Assert.Contains("[DONE]", read.Text, StringComparison.Ordinal));
            }

            Assert.Equal(policy == StreamPolicy.Cut ? s_streams : 0, (await rollback).Calls.Cut);
        }
        finally
        {
            foreach (RawCaller caller in callers)
            {
                await caller.DisposeAsync();
            }
        }
    }

    // B3: the callers of all calls that wait get one normal reply, nobody is asked twice, and the candidate's calls are all cancelled. Drained, none is, and nobody is sent anywhere else: the control.
    [Theory]
    [InlineData(StreamPolicy.Reissue)]
    [InlineData(StreamPolicy.Drain)]
    public async Task Calls_that_wait_are_all_sent_to_the_other_release_once(StreamPolicy policy)
    {
        await using HeldUpstream upstream = new("", HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer>[] asking = [.. Enumerable.Range(0, s_calls).Select(_ => house.House.AskAsync(RollbackHouse.Chat))];
        await upstream.ArrivedAsync(s_calls); // One that is counted and not sent yet is sent to the other release, whatever the policy.
        RollbackResult result = await house.RollBackAsync(policy);
        if (policy == StreamPolicy.Drain)
        {
            upstream.GoOn();
        }
        else
        {
            await upstream.ClosedAsync(s_calls);
        }

        Answer[] answers = await Task.WhenAll(asking);
        ReleaseId expected = policy == StreamPolicy.Reissue ? house.Good.Id : house.Bad.Id;
        Assert.All(answers, answer => Assert.Equal((200, expected.ToString()), (answer.Status, answer.Header("x-causeway-release"))));
        Assert.Equal(policy == StreamPolicy.Reissue ? (s_calls, 0) : (0, s_calls), (result.Calls.Reissued, result.Calls.DrainingRequests));
        Assert.Equal(policy == StreamPolicy.Reissue ? s_calls : 0, (await house.House.Simulator.RequestsAsync()).Count);
        Assert.Equal(0, upstream.HungUp);
        Assert.Equal(s_calls, (await house.House.RecordsAsync()).Count);
    }
}
