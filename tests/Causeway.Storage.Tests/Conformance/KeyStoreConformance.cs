using System.Text;
using Causeway.Budgets.Keys;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IKeyStore"/> promises, whatever the engine.</summary>
public abstract class KeyStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_no_keys()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        Key plain = NewKey(s_now);
        Key full = NewKey(s_now.AddSeconds(1), new Attribution("checkout", "chat", "prod") { CostCentre = "CC-4711" }) with { ExpiresAt = s_now.AddDays(30), RevokedAt = s_now.AddDays(1), CreatedBy = "mira" };

        await store.Keys.AddAsync(plain, Cancel);
        await store.Keys.AddAsync(full, Cancel);

        Assert.Equal([plain, full], await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task Keys_are_listed_oldest_first_whatever_the_order_they_came_in()
    {
        await using TestStore store = await NewAsync();
        Key[] keys = [.. Enumerable.Range(0, 20).Select(minute => NewKey(s_now.AddMinutes(minute)))];

        foreach (Key key in keys.Reverse())
        {
            await store.Keys.AddAsync(key, Cancel);
        }

        Assert.Equal(keys, await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task Keys_share_a_team_and_a_feature()
    {
        await using TestStore store = await NewAsync();
        Key one = NewKey(s_now, new Attribution("checkout", "chat", "prod"));
        Key sameFeature = NewKey(s_now.AddSeconds(1), new Attribution("checkout", "chat", "dev"));
        Key otherTeam = NewKey(s_now.AddSeconds(2), new Attribution("search", "chat", "dev"));

        foreach (Key key in (Key[])[one, sameFeature, otherTeam])
        {
            await store.Keys.AddAsync(key, Cancel);
        }

        Assert.Equal([one, sameFeature, otherTeam], await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_key_is_kept_once()
    {
        await using TestStore store = await NewAsync();
        Key key = NewKey(s_now);
        await store.Keys.AddAsync(key, Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Keys.AddAsync(key, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => store.Keys.AddAsync(NewKey(s_now, new Attribution("other", "other", "dev")) with { Hash = key.Hash }, Cancel));

        Assert.Equal([key], await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task The_first_revocation_stands()
    {
        await using TestStore store = await NewAsync();
        Key key = NewKey(s_now);
        Key other = NewKey(s_now.AddSeconds(1));
        await store.Keys.AddAsync(key, Cancel);
        await store.Keys.AddAsync(other, Cancel);

        Key? first = await store.Keys.RevokeAsync(key.Id, s_now.AddHours(1), Cancel);
        Key? second = await store.Keys.RevokeAsync(key.Id, s_now.AddHours(2), Cancel);

        Key revoked = key with { RevokedAt = s_now.AddHours(1) };
        Assert.Equal(revoked, first);
        Assert.Equal(revoked, second);
        Assert.Equal([revoked, other], await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task There_is_nothing_to_revoke_under_an_unknown_name()
    {
        await using TestStore store = await NewAsync();

        Assert.Null(await store.Keys.RevokeAsync(KeyId.New(s_now), s_now, Cancel));
    }

    [Fact]
    public async Task Keys_and_revocations_survive_a_restart()
    {
        await using TestStore store = await NewAsync();
        Key kept = NewKey(s_now);
        Key revoked = NewKey(s_now.AddSeconds(1));
        await store.Keys.AddAsync(kept, Cancel);
        await store.Keys.AddAsync(revoked, Cancel);
        await store.Keys.RevokeAsync(revoked.Id, s_now.AddHours(1), Cancel);

        await store.RestartAsync();

        Assert.Equal([kept, revoked with { RevokedAt = s_now.AddHours(1) }], await store.Keys.ListAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();
        Key bystander = NewKey(s_now);
        Key key = NewKey(s_now.AddSeconds(1), new Attribution(text, text, text)) with { Shown = text };
        await store.Keys.AddAsync(bystander, Cancel);

        await store.Keys.AddAsync(key, Cancel);

        Assert.Equal([bystander, key], await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task Sixty_four_callers_add_and_revoke_at_once()
    {
        await using TestStore store = await NewAsync();
        Key[] keys = [.. Enumerable.Range(0, 64).Select(second => NewKey(s_now.AddSeconds(second), new Attribution("one", "one", "dev")))];

        await Task.WhenAll(keys.Select(key => Task.Run(
            async () =>
            {
                await store.Keys.AddAsync(key, Cancel);
                Key? revoked = await store.Keys.RevokeAsync(key.Id, s_now.AddDays(1), Cancel);
                Assert.NotNull(revoked);
            },
            Cancel)));

        Assert.Equal(keys.Select(key => key with { RevokedAt = s_now.AddDays(1) }), await store.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_caller_that_has_left_adds_nothing()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.Keys.AddAsync(NewKey(s_now), new CancellationToken(canceled: true)));

        Assert.Empty(await store.Keys.ListAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    internal static Key NewKey(DateTimeOffset at, Attribution? attribution = null)
    {
        string secret = KeySecret.New();
        return new Key
        {
            Id = KeyId.New(at),
            Hash = KeyHash.Of(Encoding.ASCII.GetBytes(secret)),
            Shown = KeySecret.Shown(secret),
            Attribution = attribution ?? new Attribution("checkout", "chat", "prod"),
            CreatedAt = at,
        };
    }
}
