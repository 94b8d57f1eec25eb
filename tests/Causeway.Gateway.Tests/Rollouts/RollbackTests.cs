using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>One write puts the release before back: for the next request, and for every way in which one that runs could still reach the bad one.</summary>
public sealed class RollbackTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_request_is_answered_by_the_release_before_and_says_so(bool rollout)
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, startRollout: rollout);
        Answer before = await house.House.AskAsync(RollbackHouse.Chat);

        RollbackResult result = await house.RollBackAsync();
        Answer after = await house.House.AskAsync(RollbackHouse.Chat);

        Assert.Equal((200, house.Bad.Id.ToString(), null), (before.Status, before.Header("x-causeway-release"), before.Header("x-causeway-release-override")));
        Assert.Equal((200, house.Good.Id.ToString(), house.Bad.Id.ToString()), (after.Status, after.Header("x-causeway-release"), after.Header("x-causeway-release-override")));
        Assert.Equal(result.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), after.Header("x-causeway-revision"));
        Assert.Equal(("support", house.Bad.Id, house.Good.Id, !rollout), result.Channels.Select(channel => (channel.Channel, channel.From, channel.To, channel.WasPointed)).Single());
        Assert.True(result.Applied.Single() is { Instance: "here", At: { } at } && at >= result.CommittedAt);
        UsageRecord record = await house.House.RecordOfAsync(after);
        Assert.Equal((result.Revision, (int)RoutingRule.Override, null, house.Good.Id.ToString()), (record.RoutingRevision, record.RoutingRule, record.Bucket, record.Release));
        Assert.Equal(rollout ? (int)RoutingRule.Named : (int)RoutingRule.Stable, (await house.House.RecordOfAsync(before)).RoutingRule);
        Assert.Equal([TimelineKind.RolledBack, TimelineKind.Applied], house.Store.Timeline.Select(entry => entry.Kind));
        Assert.All(house.Store.Timeline, entry => Assert.Equal(result.Revision, entry.Revision));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task It_is_one_write_and_one_revision()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        long before = house.Desk.Applied;

        RollbackResult result = await house.RollBackAsync();

        Assert.Equal((before + 1, before + 1), (result.Revision, house.Desk.Applied));
        RoutingState state = await house.Store.LoadAsync(GatewayHouse.Token);
        Assert.Equal((before + 1, before + 1), (state.Revision, state.Of("support").Revision));
    }

    [Fact]
    public async Task A_retry_is_not_sent_to_what_was_rolled_back_meanwhile()
    {
        const string Busy = "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        await using HeldUpstream upstream = new("", Busy);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;

        RollbackResult result = await house.RollBackAsync();
        upstream.GoOn();
        Answer answer = await asking;

        Assert.Equal((200, house.Good.Id.ToString()), (answer.Status, answer.Header("x-causeway-release")));
        Assert.Equal(1, upstream.Connections);
        Assert.Equal((1, 0), (result.Calls.DrainingRequests, result.Calls.DrainingStreams));
        UsageRecord record = await house.House.RecordOfAsync(answer);
        Assert.Equal(["status_503", "release_revoked", "answered"], record.Trail.Select(step => step.Reason));
        Assert.Equal((int)RoutingRule.Override, record.RoutingRule);
    }

    [Fact]
    public async Task A_fallback_of_the_same_release_is_not_tried_either()
    {
        await using HeldUpstream upstream = new("", "HTTP/1.1 404 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Release two = Channels.New("support", [$"bad/{RollbackHouse.Model}", "bad/gpt-4.1"]).Release;
        await house.Store.AddAsync(two, GatewayHouse.Token);
        await house.Store.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 2, DateTimeOffset.UtcNow, GatewayHouse.Token);
        await house.Desk.LoadAsync(GatewayHouse.Token);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;

        await house.Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad") { To = house.Good.Id }, dryRun: false, GatewayHouse.Token);
        upstream.GoOn();
        Answer answer = await asking;

        Assert.Equal((200, house.Good.Id.ToString(), 1), (answer.Status, answer.Header("x-causeway-release"), upstream.Connections));
    }

    [Theory]
    [InlineData(StreamPolicy.Reissue, false)]
    [InlineData(StreamPolicy.Cut, false)]
    [InlineData(StreamPolicy.Reissue, true)]
    [InlineData(StreamPolicy.Cut, true)]
    public async Task What_waits_for_a_first_byte_is_sent_to_the_other_release_and_its_caller_sees_one_normal_reply(StreamPolicy policy, bool stream)
    {
        await using HeldUpstream upstream = new("", "");
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer> asking = house.House.AskAsync(stream ? RollbackHouse.ChatStream : RollbackHouse.Chat);
        await upstream.Arrived;

        RollbackResult result = await house.RollBackAsync(policy);
        Answer answer = await asking;

        await upstream.Closed;
        Assert.Equal((200, house.Good.Id.ToString(), "2"), (answer.Status, answer.Header("x-causeway-release"), answer.Header("x-causeway-attempts")));
        Assert.Equal((1, 0, 0), (result.Calls.Reissued, result.Calls.Cut, result.Calls.DrainingRequests + result.Calls.DrainingStreams));
        Assert.Single(await house.House.Simulator.RequestsAsync());
        if (stream)
        {
            Assert.Equal("[DONE]", answer.Events[^1]);
        }

        UsageRecord record = await house.House.RecordOfAsync(answer);
        Assert.Equal((Outcome.Completed, "release_revoked", house.Good.Id.ToString()), (record.Outcome, record.Trail[0].Reason, record.Release));
    }

    [Fact]
    public async Task Five_hundred_that_wait_are_all_answered_once_by_the_other_release()
    {
        int calls = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream upstream = RawUpstream.Start(connection =>
        {
            if (Interlocked.Increment(ref calls) == 500)
            {
                all.TrySetResult();
            }

            return connection.UntilClosedAsync();
        });
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer[]> asking = Task.WhenAll(Enumerable.Range(0, 500).Select(_ => house.House.AskAsync(RollbackHouse.Chat)));
        await all.Task.Soon();

        RollbackResult result = await house.RollBackAsync(StreamPolicy.Reissue);
        Answer[] answers = await asking;

        Assert.Equal(500, result.Calls.Reissued);
        Assert.All(answers, answer => Assert.Equal((200, house.Good.Id.ToString()), (answer.Status, answer.Header("x-causeway-release"))));
        Assert.Equal(500, (await house.House.Simulator.BillAsync()).GetProperty("requests").GetInt32());
        Assert.Equal(500, calls);
    }

    [Fact]
    public async Task What_drains_finishes_with_the_release_that_began_it()
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.ChatStream);
        await upstream.Arrived;
        await house.House.UntilOpenAsync(1);

        RollbackResult result = await house.RollBackAsync();
        upstream.GoOn();
        Answer answer = await asking;

        Assert.Equal((1, 1), (result.OpenStreams, result.Calls.DrainingStreams));
        Assert.Equal((house.Bad.Id.ToString(), "[DONE]"), (answer.Header("x-causeway-release"), answer.Events[^1]));
        Assert.Equal(Outcome.Completed, (await house.House.RecordOfAsync(answer)).Outcome);
    }

    [Fact]
    public async Task A_stream_under_way_is_cut_with_the_protocols_own_error()
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.House.Address);
        await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret));
        await caller.ReadUntilAsync("Hel");

        RollbackResult result = await house.RollBackAsync(StreamPolicy.Cut);

        await caller.ReadUntilAsync("release_revoked");
        await upstream.Closed;
        Assert.Equal((1, 0), (result.Calls.Cut, result.Calls.Reissued));
        UsageRecord record = await house.House.OnlyRecordAsync();
        Assert.Equal((Outcome.Interrupted, "release_revoked", house.Bad.Id.ToString()), (record.Outcome, record.ErrorCode, record.Release));
        Assert.Empty(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_call_that_may_have_done_something_at_its_provider_is_not_made_again()
    {
        await using HeldUpstream upstream = new("", HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Saying kept = new(Saying.ResponsesPath, """{"model":"support","input":"Tell me about bridges"}""");
        Task<Answer> asking = house.House.AskAsync(kept);
        await upstream.Arrived;

        RollbackResult result = await house.RollBackAsync(StreamPolicy.Reissue);
        upstream.GoOn();
        Answer answer = await asking;

        Assert.Equal((1, 0), (result.Calls.DrainingRequests, result.Calls.Reissued));
        Assert.Equal(house.Bad.Id.ToString(), answer.Header("x-causeway-release"));
        Assert.Empty(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_channel_without_a_way_back_answers_nobody_rather_than_with_what_was_taken_back()
    {
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        RollbackOrder order = new("mira", "leaks");
        Release only = Channels.New("only", [$"bad/{RollbackHouse.Model}"], prompt: "Only this.").Release;
        await house.Store.AddAsync(only, GatewayHouse.Token);
        await house.Store.CreateChannelAsync(ReleaseChannel.New("only", only.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
        await house.Desk.LoadAsync(GatewayHouse.Token);

        RollbackResult refused = await house.Desk.RollBackEverywhereAsync(only.Id, order, dryRun: false, GatewayHouse.Token);
        RollbackResult forced = await house.Desk.RollBackEverywhereAsync(only.Id, order with { Force = true }, dryRun: false, GatewayHouse.Token);

        Assert.Equal(RollbackFault.NoWayBack, refused.Refusals.Single().Fault);
        Assert.Null(refused.CommittedAt);
        Assert.Equal("only", forced.Refusals.Single().Channel);
        Answer chat = await house.House.AskAsync(RollbackHouse.Chat with { Body = RollbackHouse.Chat.Body.Replace("support", "only", StringComparison.Ordinal) });
        Answer native = await house.House.AskAsync("/v1/images/generations", """{"model":"only","prompt":"a bridge"}""");
        Assert.Equal((409, "release_revoked"), (chat.Status, chat.Error));
        Assert.Equal((409, "release_revoked"), (native.Status, native.Error));
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task A_release_is_taken_back_on_every_channel_in_one_revision()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        foreach (string name in (string[])["a", "b", "c"])
        {
            await house.Store.CreateChannelAsync(ReleaseChannel.New(name, house.Good.Id, UnsupportedFields.Deny, DateTimeOffset.UtcNow), GatewayHouse.Token);
            await house.Store.PointChannelAsync(new WantedChannel(name, house.Bad.Id, UnsupportedFields.Deny), 1, DateTimeOffset.UtcNow, GatewayHouse.Token);
        }

        await house.Desk.LoadAsync(GatewayHouse.Token);
        long before = house.Desk.Applied;

        RollbackResult result = await house.Desk.RollBackEverywhereAsync(house.Bad.Id, new RollbackOrder("mira", "leaks"), dryRun: false, GatewayHouse.Token);

        Assert.Equal(["a", "b", "c", "support"], result.Channels.Select(channel => channel.Channel));
        Assert.Equal((before + 1, before + 1), (result.Revision, house.Desk.Applied));
        Assert.All(house.House.Policies.Current.Channels.Values, channel => Assert.Equal(house.Good.Id, channel.Served.Release.Id));
        Assert.True(house.House.Policies.Current.Routing.IsRevoked("any channel", house.Bad.Id));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_counts_what_runs()
    {
        await using HeldUpstream upstream = new("", HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.Chat);
        await upstream.Arrived;
        long before = house.Desk.Applied;

        RollbackResult? result = await house.Desk.RollBackAsync("support", new RollbackOrder("mira", "what if"), dryRun: true, GatewayHouse.Token);

        Assert.Equal((before, null, 1, 0), (result!.Revision, result.CommittedAt, result.OpenRequests, result.OpenStreams));
        Assert.Equal((before, house.Bad.Id), (await house.Store.RevisionAsync(GatewayHouse.Token), house.House.Policies.Current.FindChannel("support")!.Served.Release.Id));
        upstream.GoOn();
        Assert.Equal(200, (await asking).Status);
    }

    [Fact]
    public async Task A_change_that_overtakes_it_is_planned_on_and_not_lost()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        Release third = Channels.New("support", [$"bad/{RollbackHouse.Model}"], prompt: "Third.").Release;
        await house.Store.AddAsync(third, GatewayHouse.Token);
        house.Store.Committing = () => _ = house.Store.PointChannelAsync(new WantedChannel("support", third.Id, UnsupportedFields.Deny), 2, DateTimeOffset.UtcNow, GatewayHouse.Token);

        RollbackResult result = await house.RollBackAsync();

        Assert.Equal((third.Id, house.Bad.Id), (result.Channels.Single().From, result.Channels.Single().To)); // Of what it is now.
    }

    [Fact]
    public async Task What_is_lifted_may_be_pointed_at_again_and_until_then_survives_a_restart()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        await house.RollBackAsync();
        await house.Desk.LoadAsync(GatewayHouse.Token); // As a start does.
        Assert.True(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));

        Assert.Empty(await house.Desk.LiftAsync(house.Good.Id, null, "mira", "no such", GatewayHouse.Token));
        Assert.Equal(["support"], await house.Desk.LiftAsync(house.Bad.Id, null, "mira", "mended", GatewayHouse.Token));

        Assert.False(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
        Assert.Equal(house.Good.Id, house.House.Policies.Current.FindChannel("support")!.Served.Release.Id); // What was rolled back stays so.
    }

    [Fact]
    public async Task An_older_change_that_comes_late_is_not_applied()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        PolicyRevision before = house.House.Policies.Current;
        ChannelRouting old = before.Routing.RoutingOf("support") with { Revision = 2 };
        await house.RollBackAsync();

        house.House.Policies.Publish(policy => policy.WithRouting(2, [before.FindChannel("support")!], [old], []));

        Assert.Equal((house.Good.Id, 3L), (house.House.Policies.Current.FindChannel("support")!.Served.Release.Id, house.Desk.Applied));
    }

    [Fact]
    public async Task After_thirty_seconds_what_drains_is_cut()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address, new HouseOptions { Time = time, Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMinutes(2) } });
        await using RawCaller caller = await RawCaller.ConnectAsync(house.House.Address);
        await caller.SendAsync(RawCaller.Request(RollbackHouse.ChatStream, house.House.Secret));
        await caller.ReadUntilAsync("Hel");
        await house.RollBackAsync();

        time.Advance(StreamPolicies.DrainLimit - TimeSpan.FromSeconds(1));
        Assert.Equal(1, house.House.Gateway.OpenRequests);
        time.Advance(TimeSpan.FromSeconds(2));

        await caller.ReadUntilAsync("release_revoked");
        Assert.Equal("release_revoked", (await house.House.OnlyRecordAsync()).ErrorCode);
    }
}
