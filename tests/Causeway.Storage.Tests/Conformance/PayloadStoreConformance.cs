using Causeway.Budgets.Payloads;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IPayloadStore"/> promises, whatever the engine.</summary>
public abstract class PayloadStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payload_comes_back_as_it_was_put_and_a_later_one_takes_its_place()
    {
        await using TestStore store = await NewAsync();
        SealedPayload first = new(Guid.CreateVersion7(s_now), s_now, [1, 0, 255]);
        SealedPayload large = new(Guid.CreateVersion7(s_now), s_now.AddDays(1), new byte[IPayloadStore.MaxSealed]);

        await store.Store.Payloads.PutAsync([first, large], Cancel);
        await store.Store.Payloads.PutAsync([first with { Content = [7], Until = s_now.AddHours(1) }], Cancel);
        await store.RestartAsync();

        SealedPayload? found = await store.Store.Payloads.FindAsync(first.Request, Cancel);
        Assert.Equal((s_now.AddHours(1), 7), (found!.Until, Assert.Single(found.Content)));
        Assert.Equal(IPayloadStore.MaxSealed, (await store.Store.Payloads.FindAsync(large.Request, Cancel))!.Content.Length);
        Assert.Null(await store.Store.Payloads.FindAsync(Guid.CreateVersion7(s_now), Cancel));
    }

    [Fact]
    public async Task Those_whose_time_is_over_are_forgotten_and_no_other()
    {
        await using TestStore store = await NewAsync();
        SealedPayload[] all = [.. Enumerable.Range(0, 450).Select(i => new SealedPayload(Guid.CreateVersion7(s_now), s_now.AddMilliseconds(i), [1]))];
        await store.Store.Payloads.PutAsync(all, Cancel);

        Assert.Equal(420, await store.Store.Payloads.DropAsync(s_now.AddMilliseconds(419), Cancel));
        Assert.Equal(0, await store.Store.Payloads.DropAsync(s_now.AddMilliseconds(419), Cancel));
        Assert.Null(await store.Store.Payloads.FindAsync(all[419].Request, Cancel));
        Assert.NotNull(await store.Store.Payloads.FindAsync(all[420].Request, Cancel));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_before_anything_is_written()
    {
        await using TestStore store = await NewAsync();
        SealedPayload sound = new(Guid.CreateVersion7(s_now), s_now, [1]);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.Store.Payloads.PutAsync([sound, new SealedPayload(Guid.CreateVersion7(s_now), s_now, new byte[IPayloadStore.MaxSealed + 1])], Cancel));
        Assert.Null(await store.Store.Payloads.FindAsync(sound.Request, Cancel));
    }

    [Fact]
    public async Task An_order_is_kept_whole_and_ended_once()
    {
        await using TestStore store = await NewAsync();
        CaptureOrder order = Order();
        CaptureOrder other = Order();
        CaptureOrder ended = order with { EndedAt = s_now.AddHours(1), EndedBy = "noor", EndReason = "found" };

        Assert.True(await store.Store.Captures.AddAsync(order, Cancel));
        Assert.True(await store.Store.Captures.AddAsync(other, Cancel));
        Assert.True(await store.Store.Captures.EndAsync(ended, Cancel));
        Assert.False(await store.Store.Captures.EndAsync(ended with { EndReason = "again" }, Cancel));
        Assert.False(await store.Store.Captures.EndAsync(Order(), Cancel));
        await store.RestartAsync();

        Assert.Equal(
            new[] { ended, other }.OrderByDescending(one => one.Id.Value).Select(CaptureOrderJson.Write),
            (await store.Store.Captures.ListAsync(Cancel)).Select(CaptureOrderJson.Write));
    }

    /// <summary>An order with everything in it.</summary>
    internal static CaptureOrder Order() => new()
    {
        Id = CaptureOrderId.New(s_now),
        Team = "support",
        Feature = "triage",
        Environments = ["dev", "eval"],
        UpTo = "customer",
        Redacted = true,
        Keep = TimeSpan.FromDays(7),
        MaxBytes = 2048,
        Until = s_now.AddDays(1),
        Reason = "ticket 1234",
        CreatedAt = s_now,
        CreatedBy = "mira",
    };

    protected abstract Task<TestStore> NewAsync();
}
