using System.Text;
using Causeway.Budgets.Agreements;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IAgreementStore"/> promises, whatever the engine.</summary>
public abstract class AgreementStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Agreements.ListAsync(Cancel));
        Assert.False(await store.Agreements.ReplaceAsync(Some("openai", s_now) with { Version = 2 }, Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in_the_newest_first()
    {
        await using TestStore store = await NewAsync();
        Agreement bare = Some("openai", s_now);
        Agreement full = Some("bedrock-eu", s_now.AddSeconds(1)) with
        {
            Retention = Retention.None,
            Document = "https://legal.example/dpa?x=1",
            Note = "nul\0 and \\ and 日本語",
            EndedAt = s_now.AddDays(1),
            EndedBy = "mi\\ra",
            EndReason = "moved",
            Warned = 7,
        };

        Assert.True(await store.Agreements.AddAsync(bare, Cancel));
        Assert.True(await store.Agreements.AddAsync(full, Cancel));
        await store.RestartAsync();

        Assert.Equal([Text(full), Text(bare)], (await store.Agreements.ListAsync(Cancel)).Select(Text));
    }

    [Fact]
    public async Task Of_two_writers_that_read_the_same_version_one_writes()
    {
        await using TestStore store = await NewAsync();
        Agreement first = Some("openai", s_now);
        await store.Agreements.AddAsync(first, Cancel);

        bool one = await store.Agreements.ReplaceAsync(first with { Warned = 30, Version = 2 }, Cancel);
        bool other = await store.Agreements.ReplaceAsync(first with { Warned = 7, Version = 2 }, Cancel);

        Assert.True(one);
        Assert.False(other);
        Assert.Equal(30, Assert.Single(await store.Agreements.ListAsync(Cancel)).Warned);
    }

    /// <summary>An agreement.</summary>
    internal static Agreement Some(string provider, DateTimeOffset at) => new()
    {
        Id = AgreementId.New(at),
        Provider = provider,
        Regions = ["eu", "uk"],
        Data = ["internal", "customer"],
        From = at,
        Until = at.AddDays(200),
        CreatedAt = at,
        CreatedBy = "mira",
    };

    protected abstract Task<TestStore> NewAsync();

    private static string Text(Agreement agreement) => Encoding.UTF8.GetString(AgreementJson.Write(agreement));
}
