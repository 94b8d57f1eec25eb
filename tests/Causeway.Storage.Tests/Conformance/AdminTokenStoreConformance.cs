using Causeway.Budgets.Keys;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IAdminTokenStore"/> promises, whatever the engine.</summary>
public abstract class AdminTokenStoreConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_no_token()
    {
        await using TestStore store = await NewAsync();

        Assert.Null(await store.AdminToken.FindAsync(Cancel));
    }

    [Fact]
    public async Task A_token_replaces_the_one_before()
    {
        await using TestStore store = await NewAsync();

        await store.AdminToken.ReplaceAsync(KeyHash.Of("first"u8), Cancel);
        await store.AdminToken.ReplaceAsync(KeyHash.Of("second"u8), Cancel);

        Assert.Equal(KeyHash.Of("second"u8), await store.AdminToken.FindAsync(Cancel));
    }

    [Fact]
    public async Task A_token_survives_a_restart()
    {
        await using TestStore store = await NewAsync();
        await store.AdminToken.ReplaceAsync(KeyHash.Of("token"u8), Cancel);

        await store.RestartAsync();

        Assert.Equal(KeyHash.Of("token"u8), await store.AdminToken.FindAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();
}
