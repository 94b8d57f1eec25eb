using Causeway.Releases.Drills;
using Causeway.Releases.Pins;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IDrillStore"/> promises, whatever the engine.</summary>
public abstract class DrillStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drill_is_kept_whole_and_changed_in_its_place()
    {
        await using TestStore store = await NewAsync();
        Drill begun = Some("support", 0);
        await store.Store.Drills.PutAsync(begun, Cancel);
        Drill ended = begun with { State = DrillState.Failed, EndedAt = s_now.AddSeconds(10), Failures = ["too late"], Counts = new DrillCounts { Requests = 7, LastLateMs = 3 }, Load = new DrillLoad("p/m", 1, 2.5, 3, 4, null, 6, 7, 8, 9) };
        await store.Store.Drills.PutAsync(ended, Cancel);
        await store.RestartAsync();

        Assert.Equal(DrillJson.Write(ended), DrillJson.Write((await store.Store.Drills.FindAsync(begun.Id, Cancel))!));
        Assert.Single(await store.Store.Drills.ListAsync(null, 10, Cancel));
        Assert.Null(await store.Store.Drills.FindAsync(DrillId.New(s_now), Cancel));
    }

    [Fact]
    public async Task Readiness_is_one_report_a_channel_and_all_of_them_are_read_at_once()
    {
        await using TestStore store = await NewAsync();
        await store.Store.Readiness.PutAsync(new ReadinessReport("support", s_now, []), Cancel);
        await store.Store.Readiness.PutAsync(new ReadinessReport("invoices", s_now, []), Cancel);
        await store.Store.Readiness.PutAsync(new ReadinessReport("support", s_now.AddMinutes(1), []), Cancel);

        Assert.Equal(["invoices 0", "support 60"], (await store.Store.Readiness.ListAsync(Cancel)).OrderBy(report => report.Channel, StringComparer.Ordinal).Select(report => $"{report.Channel} {(report.At - s_now).TotalSeconds}"));
    }

    [Fact]
    public async Task They_are_listed_newest_first_by_channel()
    {
        await using TestStore store = await NewAsync();
        Drill[] drills = [Some("support", 0), Some("other", 1), Some("support", 2), Some("support", 3)];
        foreach (Drill drill in drills)
        {
            await store.Store.Drills.PutAsync(drill, Cancel);
        }

        Assert.Equal([drills[3].Id, drills[2].Id, drills[1].Id, drills[0].Id], (await store.Store.Drills.ListAsync(null, 10, Cancel)).Select(drill => drill.Id));
        Assert.Equal([drills[3].Id, drills[2].Id], (await store.Store.Drills.ListAsync("support", 2, Cancel)).Select(drill => drill.Id));
        Assert.Empty(await store.Store.Drills.ListAsync("none", 10, Cancel));
    }

    /// <summary>A drill of a channel.</summary>
    internal static Drill Some(string channel, int minute) => new()
    {
        Id = DrillId.New(s_now.AddMinutes(minute)),
        Channel = channel,
        Kind = DrillKind.Slice,
        Rollout = RolloutId.New(s_now),
        Base = Release("one"),
        Candidate = Release("two"),
        Version = "1.0",
        Plan = RolloutPlan.Default.Digest,
        ToBucket = 10_000,
        Seconds = 10,
        StartedAt = s_now.AddMinutes(minute),
        StartedBy = "mira",
        Instances = [new DrilledInstance("vm:1", 3, null)],
    };

    protected abstract Task<TestStore> NewAsync();

    private static ReleaseId Release(string model) => new Release(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, null, s_now).Id;
}
