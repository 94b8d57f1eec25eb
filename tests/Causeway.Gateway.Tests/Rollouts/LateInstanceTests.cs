using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>An instance that applied a rollback when whoever commanded it no longer waited is in the timeline all the same, once.</summary>
public sealed class LateInstanceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // The commander told of it.
    public async Task A_late_instance_tells_of_itself(bool isTold)
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        PolicyPublisher policies = new();
        policies.Publish(_ => house.House.Policies.Current.Anew([], [], []));
        ReleaseDesk late = new(house.Store, house.Store, house.Store, policies, house.House.Gateway, new InstanceName("late", "1.2.3"), new InstanceBoard(store: null, time), time, NullLogger<ReleaseDesk>.Instance);
        await late.LoadAsync(GatewayHouse.Token); // What it knew before it was cut off.
        RollbackResult made = await house.RollBackAsync();
        if (isTold)
        {
            await house.Store.AppendAsync(
                new TimelineEntry { At = DateTimeOffset.UtcNow, Revision = made.Revision, Channel = "support", Kind = TimelineKind.Applied, Actor = ReleaseDesk.Automatic, Detail = $"late applied revision {made.Revision}" }, GatewayHouse.Token);
        }

        DateTimeOffset applied = time.GetUtcNow();
        await late.LoadAsync(GatewayHouse.Token);
        await late.LoadAsync(GatewayHouse.Token); // Of what is read twice only the first is news.
        int before = house.Store.Timeline.Count(IsOfLate);
        time.Advance(2 * InstanceBoard.Patience);

        Assert.Equal((isTold ? 1 : 0, 1), (before, house.Store.Timeline.Count(IsOfLate)));
        TimelineEntry told = house.Store.Timeline.Last(IsOfLate);
        Assert.Equal((made.Revision, "support"), (told.Revision, told.Channel));
        Assert.True(isTold || told.At.ToUnixTimeMilliseconds() == applied.ToUnixTimeMilliseconds());
        Assert.Single(house.Store.Timeline, entry => entry.Kind == TimelineKind.Applied && entry.Detail == $"here applied revision {made.Revision}");
    }

    private static bool IsOfLate(TimelineEntry entry) => entry.Kind == TimelineKind.Applied && entry.Detail.StartsWith("late ", StringComparison.Ordinal);
}
