using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What somebody changed in the store is found, named, and never becomes a balance or an answer in silence.</summary>
public abstract class DamageConformance
{
    private static readonly Release s_release = new(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Snapshot)] }, null, DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 5", 5, "Event 5 or its hash was changed")]
    [InlineData("UPDATE ledger SET kind = 8 WHERE seq = 6", 6, "Event 6 or its hash was changed")]
    [InlineData("UPDATE ledger SET payload = (SELECT payload FROM ledger WHERE seq = 4) WHERE seq = 6", 6, "Event 6 or its hash was changed")]
    [InlineData("UPDATE ledger SET hash = x'0000000000000000000000000000000000000000000000000000000000000000' WHERE seq = 3", 3, "Event 3 or its hash was changed")]
    [InlineData("UPDATE ledger SET hash = (SELECT hash FROM ledger WHERE seq = 4) WHERE seq = 5", 5, "Event 5 or its hash was changed")]
    [InlineData("DELETE FROM ledger WHERE seq = 4", 4, "Event 4 is missing")]
    [InlineData("UPDATE ledger SET seq = 99 WHERE seq = 7", 7, "Event 7 is missing")]
    public async Task A_changed_event_is_named_and_hard_grants_are_refused(string change, long brokenAt, string problem)
    {
        await using TestStore changed = await FillAsync();
        await changed.ChangeAsync(change);

        ChainReport chain = await changed.Ledger.VerifyAsync(Cancel);
        BudgetLedger ledger = new(new StoreJournal(changed.Ledger), TimeProvider.System);
        Replay replay = ledger.Start(await changed.Ledger.LoadAsync(Cancel));

        Assert.Equal((brokenAt, brokenAt - 1), (chain.BrokenAt, chain.Events));
        Assert.StartsWith(problem, chain.Problem, StringComparison.Ordinal);
        Assert.StartsWith(problem, replay.Mismatch, StringComparison.Ordinal);
        Assert.Equal(replay.Mismatch, ledger.Mismatch);
    }

    [Theory]
    [InlineData("UPDATE ledger_checkpoints SET state = CAST(x'02' || substr(state, 2) AS BLOB)")]
    [InlineData("UPDATE ledger_checkpoints SET state = substr(state, 1, length(state) - 1)")]
    [InlineData("UPDATE ledger_checkpoints SET state = x'' WHERE seq = (SELECT max(seq) FROM ledger_checkpoints)")]
    [InlineData("DELETE FROM ledger WHERE seq <= (SELECT min(seq) FROM ledger_checkpoints)")]
    public async Task A_changed_checkpoint_is_no_ground_to_start_from(string change)
    {
        await using TestStore changed = await FillAsync(checkpoints: 2);
        await changed.ChangeAsync(change);
        BudgetLedger ledger = new(new StoreJournal(changed.Ledger), TimeProvider.System);

        Assert.NotNull(ledger.Start(await changed.Ledger.LoadAsync(Cancel)).Mismatch);
    }

    [Fact]
    public async Task A_grant_that_cannot_be_read_stops_the_start_in_words()
    {
        await using TestStore changed = await FillAsync();
        await changed.ChangeAsync("UPDATE grants SET body = x'7b7d'");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => changed.Ledger.LoadAsync(Cancel));
        Assert.StartsWith("The store holds a grant that this version cannot read", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("")]
    public async Task A_changed_release_is_refused_by_name(string pin)
    {
        await using TestStore store = await NewAsync();
        await store.Releases.AddAsync(s_release, Cancel);
        await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", s_release.Id, UnsupportedFields.Deny, DateTimeOffset.UnixEpoch), Cancel);
        string content = Encoding.UTF8.GetString(s_release.Content.ToCanonicalJson()).Replace("\"m\"", pin, StringComparison.Ordinal);

        await store.ChangeAsync($"UPDATE releases SET content = {Bytes(content)}");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Releases.ListChannelsAsync(Cancel));
        Assert.Equal($"The store holds {s_release.Id} with other content than its id says: it is damaged. Put a backup in its place.", refused.Message);
    }

    [Fact]
    public async Task A_release_of_a_newer_version_is_refused_by_name()
    {
        byte[] newer = """{"adapter_abi":1,"allow_float":false,"parameters":{},"pins":[{"model":"m","provider":"p"}],"schema":3}"""u8.ToArray();
        await using TestStore store = await NewAsync();

        await store.ChangeAsync($"INSERT INTO releases VALUES (x'{Convert.ToHexString(ReleaseId.Of(newer).ToDigest())}', x'{Convert.ToHexString(newer)}', x'00', NULL, 0)");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Releases.ListAsync(10, null, Cancel));
        Assert.Equal($"The store holds {ReleaseId.Of(newer)}, which a newer Causeway wrote: The release has schema 3, this version knows 1 to 2. Start the newer version.", refused.Message);
    }

    [Theory]
    [InlineData("schema", "object", "array", "The store holds the contract invoice@1 with other content than its id says: it is damaged. Put a backup in its place.")]
    [InlineData("policy", "1", "2", "The store holds the contract invoice@1 with other content than its id says: it is damaged. Put a backup in its place.")]
    [InlineData("schema", "{", "", "The store holds the contract invoice@1, which this version cannot read: ")]
    [InlineData("policy", "prose", "poetry", "The store holds the contract invoice@1, which this version cannot read: The policy's coerce: \"poetry\" is not one of: ")]
    public async Task A_changed_contract_is_refused_by_name(string column, string word, string instead, string expected)
    {
        await using TestStore store = await NewAsync();
        JsonSchema schema = JsonSchema.Parse("""{"type":"object"}"""u8.ToArray());
        await store.Contracts.AddAsync("invoice", ContractId.Of(schema, ContractPolicy.Default), schema, ContractPolicy.Default, DateTimeOffset.UnixEpoch, Cancel);
        string kept = Encoding.UTF8.GetString(column == "schema" ? schema.Text.Span : PolicyJson.Write(ContractPolicy.Default));

        await store.ChangeAsync($"UPDATE contracts SET {column} = {Bytes(kept.Replace(word, instead, StringComparison.Ordinal))}");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Contracts.ListAsync(Cancel));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
    }

    protected abstract Task<TestStore> NewAsync();

    private static string Bytes(string text) => $"x'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'";

    private async Task<TestStore> FillAsync(int checkpoints = 0)
    {
        TestStore store = await NewAsync();
        StoreJournal journal = new(store.Ledger);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(Cancel));
        Grant grant = Bookings.NewGrant("usd 1000");
        Assert.Empty(ledger.Create(grant, out _));
        GrantNode node = ledger.Find(grant.Id)!;
        for (int i = 0; i < 4; i++)
        {
            Reservation held = ledger.Reserve(node, Guid.NewGuid(), new Amounts(100 + i, 10, 10), TimeSpan.FromMinutes(5), default, out _)!;
            ledger.Settle(held, new Amounts(7 + i, 1, 1), UsageSource.Provider, null);
            if (i >= 4 - checkpoints)
            {
                await ledger.Checkpoint();
            }
        }

        await journal.Durable;
        return store;
    }
}
