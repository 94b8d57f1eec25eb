using Causeway.Budgets.Grants;
using Causeway.Budgets.Objects;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IObjectStore"/> promises, whatever the engine.</summary>
public abstract class ObjectStoreConformance
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_made_is_found_with_whose_it_is_and_nothing_else_is()
    {
        await using TestStore store = await NewAsync();
        OwnedObject[] made = [Object(0), Object(1) with { Grant = null }, Object(2) with { Provider = "other" }, Object(3) with { Id = @"a\0%'; --", Team = "nul\0inside" }];
        await store.Objects.KeepAsync(made, Cancel);
        await store.Objects.KeepAsync([], Cancel);

        IReadOnlyList<OwnedObject> found = await store.Objects.FindAsync("openai", [.. made.Select(one => one.Id), "file-nobody's"], Cancel);

        Assert.Equal([made[0], made[1], made[3]], found.OrderBy(one => one.MadeAt));
        Assert.Equal([made[2]], await store.Objects.FindAsync("other", [.. made.Select(one => one.Id)], Cancel));
        Assert.Empty(await store.Objects.FindAsync("openai", [], Cancel));
    }

    [Fact]
    public async Task The_same_id_again_is_made_later_and_an_earlier_word_that_comes_late_changes_nothing()
    {
        await using TestStore store = await NewAsync();
        OwnedObject later = Object(0) with { Team = "billing", MadeAt = s_noon.AddHours(1) };

        await store.Objects.KeepAsync([Object(0)], Cancel);
        await store.Objects.KeepAsync([later], Cancel);
        await store.Objects.KeepAsync([Object(0)], Cancel);

        Assert.Equal([later], await store.Objects.FindAsync("openai", [later.Id, later.Id], Cancel));
    }

    [Fact]
    public async Task As_many_as_a_list_has_are_found_at_once()
    {
        await using TestStore store = await NewAsync();
        OwnedObject[] made = [.. Enumerable.Range(0, 1_000).Select(Object)];
        await store.Objects.KeepAsync(made, Cancel);

        Assert.Equal(made, (await store.Objects.FindAsync("openai", [.. made.Select(one => one.Id)], Cancel)).OrderBy(one => one.MadeAt));
    }

    [Fact]
    public async Task What_the_provider_has_let_go_of_is_forgotten()
    {
        await using TestStore store = await NewAsync();
        OwnedObject[] made = [Object(0), Object(1), Object(2)];
        await store.Objects.KeepAsync(made, Cancel);

        Assert.Equal(2, await store.Objects.DropAsync(made[2].KeptUntil, Cancel));

        Assert.Equal([made[2]], await store.Objects.FindAsync("openai", [.. made.Select(one => one.Id)], Cancel));
        Assert.Equal(0, await store.Objects.DropAsync(made[2].KeptUntil, Cancel));
    }

    /// <summary>An empty store.</summary>
    protected abstract Task<TestStore> NewAsync();

    internal static OwnedObject Object(int number) => new(
        "openai", $"file-{number}", "search", new GrantId(new Guid("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")), s_noon.AddMinutes(number), s_noon.AddMinutes(number).AddDays(30));
}
