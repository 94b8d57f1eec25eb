using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>A contract that does not match its id is not served.</summary>
public sealed class SqliteContractTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("schema = CAST('{\"type\":\"array\"}' AS BLOB)", "The store holds the contract invoice@1 with other content than its id says: it is damaged. Put a backup in its place.")]
    [InlineData("policy = CAST(replace(CAST(policy AS TEXT), '1', '2') AS BLOB)", "The store holds the contract invoice@1 with other content than its id says: it is damaged. Put a backup in its place.")]
    [InlineData("schema = x'00'", "The store holds the contract invoice@1, which this version cannot read: ")]
    [InlineData("policy = CAST(replace(CAST(policy AS TEXT), 'prose', 'poetry') AS BLOB)", "The store holds the contract invoice@1, which this version cannot read: The policy's coerce: \"poetry\" is not one of: ")]
    public async Task A_changed_contract_is_refused_by_name(string change, string expected)
    {
        using TemporaryDirectory directory = new();
        JsonSchema schema = JsonSchema.Parse("""{"type":"object"}"""u8.ToArray());
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Contracts.AddAsync("invoice", ContractId.Of(schema, ContractPolicy.Default), schema, ContractPolicy.Default, DateTimeOffset.UnixEpoch, Cancel);
        }

        directory.Execute("UPDATE contracts SET " + change);
        await using SqliteStore changed = await directory.OpenAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => changed.Contracts.ListAsync(Cancel));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }
}
