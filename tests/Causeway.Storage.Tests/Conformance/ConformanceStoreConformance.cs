using Causeway.Contracts.Conformance;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IConformanceStore"/> promises, whatever the engine.</summary>
public abstract class ConformanceStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Conformance.LatestAsync(Cancel));
        Assert.Empty(await store.Conformance.SinceAsync(DateTimeOffset.UnixEpoch, Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        var full = new Measurement("openai", "gpt-5.5", "eu", "openai", "one_of", ProbeVerdict.Rejected, s_now, "'oneOf' is not permitted", new string('a', 64));
        Measurement bare = New("max_length", ProbeVerdict.Inconclusive, s_now.AddMilliseconds(1));

        await store.Conformance.AddAsync([full, bare], Cancel);
        await store.RestartAsync();

        Assert.Equal([full, bare], await store.Conformance.SinceAsync(DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal([full, bare], await store.Conformance.LatestAsync(Cancel)); // By provider, model and probe.
    }

    [Fact]
    public async Task The_latest_is_the_newest_of_each_probe_of_each_pin_in_whatever_order_they_were_kept()
    {
        await using TestStore store = await NewAsync();
        Measurement newest = New("one_of", ProbeVerdict.Enforced, s_now.AddHours(2));
        Measurement other = New("one_of", ProbeVerdict.Ignored, s_now) with { Model = "n" };
        Measurement elsewhere = New("one_of", ProbeVerdict.Ignored, s_now) with { Provider = "q" };
        Measurement probe = New("pattern", ProbeVerdict.Ignored, s_now);

        await store.Conformance.AddAsync([newest, other, elsewhere, probe], Cancel);
        await store.Conformance.AddAsync([New("one_of", ProbeVerdict.Rejected, s_now), New("one_of", ProbeVerdict.Ignored, s_now.AddHours(1))], Cancel);

        Assert.Equal([newest, probe, other, elsewhere], await store.Conformance.LatestAsync(Cancel));
    }

    [Fact]
    public async Task Of_two_at_one_moment_the_one_that_was_kept_later_is_the_newer()
    {
        await using TestStore store = await NewAsync();

        await store.Conformance.AddAsync([New("one_of", ProbeVerdict.Rejected, s_now), New("one_of", ProbeVerdict.Enforced, s_now)], Cancel);

        Assert.Equal(ProbeVerdict.Enforced, Assert.Single(await store.Conformance.LatestAsync(Cancel)).Verdict);
        Assert.Equal([ProbeVerdict.Rejected, ProbeVerdict.Enforced], (await store.Conformance.SinceAsync(s_now, Cancel)).Select(measurement => measurement.Verdict));
    }

    [Fact]
    public async Task Since_a_time_holds_that_moment_and_runs_oldest_first()
    {
        await using TestStore store = await NewAsync();
        Measurement[] hours = [.. Enumerable.Range(0, 5).Select(hour => New("one_of", ProbeVerdict.Enforced, s_now.AddHours(hour)))];
        await store.Conformance.AddAsync([.. hours.Reverse()], Cancel);

        Assert.Equal(hours[2..], await store.Conformance.SinceAsync(s_now.AddHours(2), Cancel));
    }

    [Fact]
    public async Task Nothing_is_kept_of_nothing_and_of_a_batch_that_cannot_be()
    {
        await using TestStore store = await NewAsync();
        await store.Conformance.AddAsync([], Cancel);

        await Assert.ThrowsAnyAsync<Exception>(
            () => store.Conformance.AddAsync([New("one_of", ProbeVerdict.Enforced, s_now), New("pattern", ProbeVerdict.Enforced, s_now) with { Model = null! }], Cancel));

        Assert.Empty(await store.Conformance.LatestAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();
        var measurement = new Measurement(text, text, text, text, text, ProbeVerdict.Enforced, s_now, text, text);

        await store.Conformance.AddAsync([measurement], Cancel);

        Assert.Equal([measurement], await store.Conformance.LatestAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static Measurement New(string probe, ProbeVerdict verdict, DateTimeOffset at) => new("p", "m", null, "d", probe, verdict, at, null, null);
}
