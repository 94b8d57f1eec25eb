using System.Text;
using System.Text.Json;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Alerts;

/// <summary>What happens to channels, as a webhook gets it.</summary>
public sealed class ReleaseNewsTests
{
    private const string Secret = "the webhook's secret";

    [Fact]
    public async Task Stages_guards_and_rollbacks_are_posted_in_their_order_with_all_that_they_have_to_say_and_signed()
    {
        List<(string Body, string? Signature, string? Type)> posted = [];
        await using RawUpstream receiver = RawUpstream.Start(async connection =>
        {
            lock (posted)
            {
                posted.Add((connection.Body, connection.Header(SignedWebhook.SignatureHeader), connection.Header("content-type")));
            }

            await connection.AnswerAsync("{}");
        });
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false);
        SignedWebhook webhook = new(receiver.Address, Secret, TimeProvider.System, NullLogger.Instance);
        ReleaseDesk desk = new(house.Store, house.Store, house.Store, house.House.Policies, house.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance)
        {
            News = new ReleaseNews(webhook, house.House.Meters),
        };
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 1 }, new RolloutStage { Kind = StageKind.Percent, Ppm = 2 }] };
        await desk.StartAsync("support", house.Bad.Id, plan, "test", "noor", "the new one", GatewayHouse.Token);
        await desk.AdvanceAsync("support", force: false, "noor", null, GatewayHouse.Token);
        Rollout rollout = (await desk.RoutingOfAsync("support", GatewayHouse.Token))!.Active!;
        await desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Cost, GuardAction.Hold, "it is dearer", []), GatewayHouse.Token);
        await desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Error, GuardAction.Rollback, "it fails", []), GatewayHouse.Token);
        await webhook.DisposeAsync(); // Posts what waits.

        JsonElement[] events = [.. posted.Select(post => JsonElement.Parse(post.Body))];
        Assert.Equal(["rollout.stage", "rollout.stage", "guard.crossed", "release.revoked", "guard.crossed"], events.Select(one => Text(one, "event")));
        Assert.All(events, one => Assert.Equal("support", Text(one, "channel")));
        Assert.All(events, one => Assert.NotEmpty(Text(one, "text")!));
        Assert.All(events, one => Assert.Equal(TimeSpan.Zero, one.GetProperty("at").GetDateTimeOffset().Offset));
        Assert.Equal(("rollout_started", rollout.Id.ToString(), house.Bad.Id.ToString(), "noor", "the new one"), (Text(events[0], "step"), Text(events[0], "rollout"), Text(events[0], "candidate"), Text(events[0], "by"), Text(events[0], "reason")));
        Assert.Equal(("stage_advanced", null), (Text(events[1], "step"), Text(events[1], "reason"))); // What nobody said is not there.
        Assert.Equal(("cost", "hold"), (Text(events[2], "guard"), Text(events[2], "action")));
        Assert.Equal((house.Bad.Id.ToString(), house.Good.Id.ToString(), "causeway", "it fails"), (Text(events[3], "release"), Text(events[3], "replaced_by"), Text(events[3], "by"), Text(events[3], "reason")));
        Assert.Equal(("error", "rollback", rollout.Id.ToString()), (Text(events[4], "guard"), Text(events[4], "action"), Text(events[4], "rollout")));
        Assert.All(posted, post => Assert.Equal("application/json", post.Type));
        Assert.All(posted, post => Assert.Equal(SignedWebhook.Sign(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(post.Body), SecondsOf(post.Signature!)), post.Signature));
    }

    // The negative control: nothing is posted of what did not happen.
    [Fact]
    public async Task What_is_refused_and_what_is_a_dry_run_is_told_to_nobody()
    {
        await using RawUpstream receiver = RawUpstream.Start(connection => connection.AnswerAsync("{}"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"));
        SignedWebhook webhook = new(receiver.Address, null, TimeProvider.System, NullLogger.Instance);
        ReleaseDesk desk = new(house.Store, house.Store, house.Store, house.House.Policies, house.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance)
        {
            News = new ReleaseNews(webhook, house.House.Meters),
        };

        await desk.RollBackAsync("support", new RollbackOrder("mira", "what would it do"), dryRun: true, GatewayHouse.Token);
        Assert.NotNull((await desk.AdvanceAsync("support", force: true, "noor", "nothing to advance", GatewayHouse.Token))!.Refusal);
        await webhook.DisposeAsync();

        Assert.Equal(0, receiver.Connections);
    }

    private static string? Text(JsonElement one, string member) => one.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;

    private static DateTimeOffset SecondsOf(string signature) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature.Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture));
}
