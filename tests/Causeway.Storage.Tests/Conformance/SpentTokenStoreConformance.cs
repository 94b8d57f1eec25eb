using Causeway.Budgets.Keys;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="ISpentTokenStore"/> promises, whatever the engine.</summary>
public abstract class SpentTokenStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_spent_once_and_a_restart_does_not_forget_it()
    {
        await using TestStore store = await NewAsync();
        KeyHash token = KeyHash.Of("a"u8);
        KeyHash other = KeyHash.Of("b"u8);

        Assert.False(await store.Spent.IsSpentAsync(token, Cancel));
        Assert.True(await store.Spent.SpendAsync(token, s_now.AddHours(1), s_now, Cancel));
        await store.RestartAsync();

        Assert.True(await store.Spent.IsSpentAsync(token, Cancel));
        Assert.False(await store.Spent.SpendAsync(token, s_now.AddHours(2), s_now, Cancel));
        Assert.False(await store.Spent.IsSpentAsync(other, Cancel));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_one_spends_it()
    {
        await using TestStore store = await NewAsync();

        bool[] spent = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => store.Spent.SpendAsync(KeyHash.Of("a"u8), s_now.AddHours(1), s_now, Cancel)));

        Assert.Single(spent, one => one);
    }

    [Fact]
    public async Task What_is_over_is_dropped_with_the_next_one()
    {
        await using TestStore store = await NewAsync();
        await store.Spent.SpendAsync(KeyHash.Of("a"u8), s_now.AddHours(1), s_now, Cancel);

        await store.Spent.SpendAsync(KeyHash.Of("b"u8), s_now.AddHours(2), s_now.AddHours(1).AddMilliseconds(-1), Cancel);
        Assert.True(await store.Spent.IsSpentAsync(KeyHash.Of("a"u8), Cancel));

        await store.Spent.SpendAsync(KeyHash.Of("c"u8), s_now.AddHours(3), s_now.AddHours(1), Cancel);
        Assert.False(await store.Spent.IsSpentAsync(KeyHash.Of("a"u8), Cancel));
        Assert.True(await store.Spent.IsSpentAsync(KeyHash.Of("b"u8), Cancel));
    }

    [Fact]
    public async Task Of_many_that_are_asked_about_those_that_were_spent_are_named()
    {
        await using TestStore store = await NewAsync();
        KeyHash[] tokens = [.. Enumerable.Range(0, 300).Select(i => KeyHash.Of(BitConverter.GetBytes(i)))];
        await store.Spent.SpendAsync(tokens[3], s_now.AddHours(1), s_now, Cancel);
        await store.Spent.SpendAsync(tokens[299], s_now.AddHours(1), s_now, Cancel);
        await store.Spent.SpendAsync(KeyHash.Of("of nobody"u8), s_now.AddHours(1), s_now, Cancel);

        Assert.Equal([tokens[3], tokens[299]], (await store.Spent.SpentAmongAsync(tokens, Cancel)).OrderBy(token => Array.IndexOf(tokens, token)));
        Assert.Empty(await store.Spent.SpentAmongAsync([], Cancel));
    }

    protected abstract Task<TestStore> NewAsync();
}
