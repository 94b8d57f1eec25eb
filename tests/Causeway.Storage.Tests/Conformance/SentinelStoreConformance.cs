using Causeway.Releases.Sentinel;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="ISentinelStore"/> promises, whatever the engine.</summary>
public abstract class SentinelStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pin_is_kept_whole_across_a_restart()
    {
        await using TestStore store = await NewAsync();
        WatchedPin first = (await store.Store.Sentinel.PutAsync(new WatchedPin { Provider = "openai", Model = "a/b \\ c", Echoes = ["x"] }, Cancel))!;
        WatchedPin drifted = first with
        {
            Drift = new PinDrift(s_now, DriftKind.Border, "it answers otherwise", "y"),
            Baseline = new PinBaseline(s_now, "noor", "why", [new BorderPrompt("a or b?", "a", 31, 60)]),
            DayNanoUsd = 7,
        };
        WatchedPin second = (await store.Store.Sentinel.PutAsync(drifted, Cancel))!;
        await store.Store.Sentinel.PutAsync(new WatchedPin { Provider = "anthropic", Model = "m" }, Cancel);
        await store.RestartAsync();

        IReadOnlyList<WatchedPin> kept = await store.Store.Sentinel.ListAsync(Cancel);

        Assert.Equal((1, 2), (first.Version, second.Version));
        Assert.Equal(["anthropic/m", "openai/a/b \\ c"], kept.Select(pin => pin.Name));
        Assert.Equal(SentinelJson.Write(second), SentinelJson.Write(kept[1]));
        Assert.Equal(2, kept[1].Version);
    }

    [Fact]
    public async Task Whoever_read_an_older_one_writes_nothing()
    {
        await using TestStore store = await NewAsync();
        WatchedPin pin = new() { Provider = "openai", Model = "m" };
        WatchedPin first = (await store.Store.Sentinel.PutAsync(pin, Cancel))!;

        Assert.Null(await store.Store.Sentinel.PutAsync(pin with { Echoes = ["late"] }, Cancel));
        Assert.NotNull(await store.Store.Sentinel.PutAsync(first with { Echoes = ["in time"] }, Cancel));
        Assert.Null(await store.Store.Sentinel.PutAsync(first with { Echoes = ["late"] }, Cancel));
        Assert.Equal(["in time"], Assert.Single(await store.Store.Sentinel.ListAsync(Cancel)).Echoes);
    }

    /// <summary>A store with nothing in it.</summary>
    private protected abstract Task<TestStore> NewAsync();
}
