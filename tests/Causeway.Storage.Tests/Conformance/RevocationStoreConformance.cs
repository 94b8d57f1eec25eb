using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IRevocationStore"/> promises, whatever the engine.</summary>
public abstract class RevocationStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in_and_survives_a_restart()
    {
        await using TestStore store = await NewAsync();
        Revocation plain = new(new RevocationId(7), s_now, "admin");
        Revocation full = new(new RevocationId(UInt128.MaxValue), s_now, "mira") { Key = KeyId.New(s_now), Grant = GrantId.New(s_now), Reason = "the job's log", ExpiresAt = s_now.AddHours(1) };

        Assert.Equal(plain, await store.Revocations.RevokeAsync(plain, Cancel));
        Assert.Equal(full, await store.Revocations.RevokeAsync(full, Cancel));
        await store.RestartAsync();

        Assert.Equal([plain, full], (await store.Revocations.ListAsync(s_now, Cancel)).OrderBy(one => one.Id.Value));
    }

    [Fact]
    public async Task The_first_revocation_of_a_prefix_stands_but_for_an_end_that_was_too_early()
    {
        await using TestStore store = await NewAsync();
        Revocation first = new(new RevocationId(7), s_now, "mira") { Reason = "first", ExpiresAt = s_now.AddHours(1) };
        await store.Revocations.RevokeAsync(first, Cancel);

        Revocation earlier = await store.Revocations.RevokeAsync(first with { RevokedAt = s_now.AddMinutes(1), Reason = "second", ExpiresAt = s_now.AddMinutes(2) }, Cancel);
        Revocation forGood = await store.Revocations.RevokeAsync(first with { RevokedBy = "noor", ExpiresAt = null }, Cancel);

        Assert.Equal(first, earlier);
        Assert.Equal(first with { ExpiresAt = null }, forGood);
    }

    [Fact]
    public async Task What_is_over_is_dropped_with_the_next_revocation_and_not_before_every_clock_has_seen_its_end()
    {
        await using TestStore store = await NewAsync();
        DateTimeOffset end = s_now.AddHours(1);
        Revocation ends = new(new RevocationId(1), s_now, "mira") { ExpiresAt = end };
        Revocation stays = new(new RevocationId(2), s_now, "mira");
        await store.Revocations.RevokeAsync(ends, Cancel);
        await store.Revocations.RevokeAsync(stays, Cancel);

        Assert.Equal(2, (await store.Revocations.ListAsync(end + CapabilityToken.Skew - TimeSpan.FromMilliseconds(1), Cancel)).Count);
        Assert.Equal([stays], await store.Revocations.ListAsync(end + CapabilityToken.Skew, Cancel));
        Revocation late = new(new RevocationId(3), end + CapabilityToken.Skew, "mira");
        await store.Revocations.RevokeAsync(late, Cancel);

        Assert.Equal([stays, late], (await store.Revocations.ListAsync(s_now, Cancel)).OrderBy(one => one.Id.Value));
    }

    protected abstract Task<TestStore> NewAsync();
}
