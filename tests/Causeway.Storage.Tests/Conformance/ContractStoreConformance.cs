using System.Text;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IContractStore"/> promises, whatever the engine.</summary>
public abstract class ContractStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly JsonSchema s_one = Schema("""{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}}}""");
    private static readonly JsonSchema s_two = Schema("""{"type":"object","properties":{"b":{"type":"string"}}}""");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Contracts.ListAsync(Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        var policy = new ContractPolicy { Coerce = Coercions.Prose | Coercions.EnumCase, OnViolation = [OnViolation.Fallback, OnViolation.Repair], Repairs = 3 };

        KeptContract kept = await AddAsync(store, "invoice", s_one, policy);

        Assert.True(kept.IsNew);
        await store.RestartAsync();
        Contract found = Assert.Single(await store.Contracts.ListAsync(Cancel));
        Assert.Equal(("invoice", 1, ContractId.Of(s_one, policy), s_now), (found.Name, found.Version, found.Id, found.CreatedAt));
        Assert.Equal(s_one.Text.ToArray(), found.Schema.Text.ToArray());
        Assert.Equal(s_one.Digest, found.Schema.Digest);
        Assert.Equal((policy.Coerce, 3), (found.Policy.Coerce, found.Policy.Repairs));
        Assert.Equal([OnViolation.Fallback, OnViolation.Repair, OnViolation.Fail], found.Policy.OnViolation);
    }

    [Fact]
    public async Task The_same_content_is_the_same_version_and_its_time_stands()
    {
        await using TestStore store = await NewAsync();
        await AddAsync(store, "invoice", s_one);

        KeptContract again = await AddAsync(store, "invoice", s_one, at: s_now.AddDays(1));

        Assert.Equal((false, 1, s_now), (again.IsNew, again.Contract.Version, again.Contract.CreatedAt));
        Assert.Single(await store.Contracts.ListAsync(Cancel));
    }

    [Fact]
    public async Task Another_schema_and_another_policy_are_another_version_and_so_is_a_return()
    {
        await using TestStore store = await NewAsync();
        var strict = new ContractPolicy { Coerce = Coercions.None };

        KeptContract[] kept =
        [
            await AddAsync(store, "invoice", s_one),
            await AddAsync(store, "invoice", s_two),
            await AddAsync(store, "invoice", s_two, strict),
            await AddAsync(store, "invoice", s_one),
        ];

        Assert.All(kept, contract => Assert.True(contract.IsNew));
        Assert.Equal([1, 2, 3, 4], kept.Select(contract => contract.Contract.Version));
        Assert.Equal(kept[0].Contract.Id, kept[3].Contract.Id);
        Assert.Equal(3, kept.Select(contract => contract.Contract.Id).Distinct().Count());
    }

    [Fact]
    public async Task Names_have_versions_of_their_own_and_are_listed_in_order()
    {
        await using TestStore store = await NewAsync();
        await AddAsync(store, "order", s_one);
        await AddAsync(store, "invoice", s_one);
        await AddAsync(store, "invoice", s_two);
        await AddAsync(store, "invoice-line", s_one);

        Assert.Equal(
            ["invoice@1", "invoice@2", "invoice-line@1", "order@1"], (await store.Contracts.ListAsync(Cancel)).Select(contract => contract.FullName));
    }

    [Fact]
    public async Task Of_sixty_four_who_register_the_same_at_once_one_is_first()
    {
        await using TestStore store = await NewAsync();

        KeptContract[] kept = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => AddAsync(store, "invoice", s_one), Cancel)));

        Assert.Single(kept, contract => contract.IsNew);
        Assert.All(kept, contract => Assert.Equal(1, contract.Contract.Version));
        Assert.Single(await store.Contracts.ListAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();

        await AddAsync(store, text, s_one);

        Assert.Equal(text, Assert.Single(await store.Contracts.ListAsync(Cancel)).Name);
    }

    [Fact]
    public async Task A_caller_that_has_left_adds_nothing()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Contracts.AddAsync(
            "invoice", ContractId.Of(s_one, ContractPolicy.Default), s_one, ContractPolicy.Default, s_now, new CancellationToken(canceled: true)));

        Assert.Empty(await store.Contracts.ListAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static Task<KeptContract> AddAsync(TestStore store, string name, JsonSchema schema, ContractPolicy? policy = null, DateTimeOffset? at = null) =>
        store.Contracts.AddAsync(name, ContractId.Of(schema, policy ?? ContractPolicy.Default), schema, policy ?? ContractPolicy.Default, at ?? s_now, Cancel);

    private static JsonSchema Schema(string text) => JsonSchema.Parse(Encoding.UTF8.GetBytes(text));
}
