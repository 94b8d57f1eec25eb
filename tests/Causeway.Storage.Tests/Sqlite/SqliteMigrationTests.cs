using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Conformance;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteMigrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_script_is_refused_by_name()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        directory.Execute("UPDATE schema_migrations SET sha256 = zeroblob(32) WHERE script = '0001-keys.sql'");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.StartsWith(
            $"The store {directory.Database} was made by a different text of the schema step 0001-keys.sql than this version has (SHA-256 000000",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_name()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        directory.Execute("INSERT INTO schema_migrations VALUES ('0099-tomorrow.sql', zeroblob(32), 0)");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.StartsWith(
            $"The store {directory.Database} was written by a newer Causeway: it holds the schema step 0099-tomorrow.sql",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_store_can_be_opened_once_it_is_right()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        directory.Execute("INSERT INTO schema_migrations VALUES ('0099-tomorrow.sql', zeroblob(32), 0)");
        await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        directory.Execute("DELETE FROM schema_migrations WHERE script = '0099-tomorrow.sql'");

        await (await directory.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_store_of_the_schema_before_is_brought_up_with_its_rows()
    {
        using TemporaryDirectory directory = new();
        Key key = NewKey();
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Keys.AddAsync(key, Cancel);
        }

        directory.Execute(
            """
            DROP TABLE usage_attempts; DROP TABLE usage_hourly; DROP TABLE usage; DROP TABLE names;
            DROP TABLE contracts;
            DROP TABLE overlays; DROP TABLE grants; DROP TABLE ledger; DROP TABLE ledger_checkpoints; DROP TABLE raises; DROP TABLE revoked_prefixes;
            DROP TABLE broken_glass; DROP TABLE grant_use;
            ALTER TABLE keys DROP COLUMN grant_id;
            ALTER TABLE keys DROP COLUMN capability;
            ALTER TABLE keys DROP COLUMN created_by;
            ALTER TABLE keys DROP COLUMN cost_centre;
            ALTER TABLE channels DROP COLUMN revision; ALTER TABLE channel_moves DROP COLUMN revision; DROP TABLE routing_revisions; DROP TABLE routings; DROP TABLE timeline;
            DROP TABLE cached_answers; DROP TABLE conversations;
            DELETE FROM schema_migrations WHERE script IN ('0002-usage.sql', '0004-attempts.sql', '0005-contracts.sql', '0007-budgets.sql', '0010-routing.sql', '0014-cached-answers.sql', '0015-conversations.sql', '0026-residency.sql', '0027-legs.sql', '0035-labels.sql', '0043-steps.sql', '0046-units.sql', '0051-tool-fees.sql');
            """);

        await using SqliteStore upgraded = await directory.OpenAsync();

        await upgraded.Usage.AppendAsync([Usage.Number(1)], Cancel);
        Assert.Equal([key], await upgraded.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_store_without_releases_is_brought_up_with_its_keys_and_usage()
    {
        using TemporaryDirectory directory = new();
        Key key = NewKey();
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Keys.AddAsync(key, Cancel);
            await store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        }

        directory.Execute(
            """
            DROP TABLE channel_moves; DROP TABLE channels; DROP TABLE releases; DROP TABLE measurements; DROP TABLE routing_revisions; DROP TABLE routings; DROP TABLE timeline;
            ALTER TABLE usage DROP COLUMN revision; ALTER TABLE usage DROP COLUMN rule; ALTER TABLE usage DROP COLUMN bucket;
            DELETE FROM schema_migrations WHERE script IN ('0003-releases.sql', '0006-conformance.sql', '0010-routing.sql');
            """);

        await using SqliteStore upgraded = await directory.OpenAsync();

        Assert.Equal([key], await upgraded.Keys.ListAsync(Cancel));
        Assert.Single(await upgraded.Usage.RecentAsync(10, Cancel));
        Assert.Empty(await upgraded.Releases.ListChannelsAsync(Cancel));
    }

    [Fact]
    public async Task A_store_without_attempts_is_brought_up_with_its_usage()
    {
        using TemporaryDirectory directory = new();
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        }

        directory.Execute(
            """
            DROP TABLE usage_attempts;
            ALTER TABLE usage DROP COLUMN channel; ALTER TABLE usage DROP COLUMN release; ALTER TABLE usage DROP COLUMN dropped; ALTER TABLE usage DROP COLUMN steps;
            DELETE FROM schema_migrations WHERE script IN ('0004-attempts.sql', '0027-legs.sql', '0043-steps.sql');
            """);

        await using SqliteStore upgraded = await directory.OpenAsync();

        await upgraded.Usage.AppendAsync([Usage.Number(2) with { Channel = "support" }], Cancel);
        Assert.Equal(["support", null], (await upgraded.Usage.RecentAsync(10, Cancel)).Select(record => record.Channel));
    }

    [Fact]
    public async Task A_store_without_contracts_is_brought_up_with_its_usage_and_its_channels_warn()
    {
        using TemporaryDirectory directory = new();
        var release = new Release(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Unknown)] }, null, Usage.Start);
        UsageRecord before = Usage.Number(1);
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Usage.AppendAsync([before], Cancel);
            await store.Releases.AddAsync(release, Cancel);
            await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", release.Id, UnsupportedFields.Drop, Usage.Start, ConformanceRule.Off), Cancel);
        }

        // As 0004 left it, with the rows of a deployment in it.
        directory.Execute(
            """
            DROP TABLE contracts; DROP TABLE measurements; DROP INDEX usage_by_contract;
            ALTER TABLE usage DROP COLUMN contract; ALTER TABLE usage DROP COLUMN contract_schema; ALTER TABLE usage DROP COLUMN contract_outcome;
            ALTER TABLE usage DROP COLUMN repairs; ALTER TABLE usage DROP COLUMN repair_cost_nano_usd; ALTER TABLE usage DROP COLUMN mended;
            ALTER TABLE channels DROP COLUMN conformance; ALTER TABLE channel_moves DROP COLUMN conformance;
            DELETE FROM schema_migrations WHERE script IN ('0005-contracts.sql', '0006-conformance.sql');
            """);

        await using SqliteStore upgraded = await directory.OpenAsync();

        UsageRecord after = Usage.Number(2) with { Contract = "invoice@1", ContractOutcome = "native" };
        await upgraded.Usage.AppendAsync([after], Cancel);
        Assert.Equal([after, before], await upgraded.Usage.RecentAsync(10, Cancel));
        Assert.Equal(ConformanceRule.Warn, Assert.Single(await upgraded.Releases.ListChannelsAsync(Cancel)).Channel.Conformance);
        Assert.Equal(ConformanceRule.Warn, Assert.Single(await upgraded.Releases.HistoryAsync("support", Cancel)).Conformance);
        Assert.Empty(await upgraded.Contracts.ListAsync(Cancel));
        Assert.Empty(await upgraded.Conformance.LatestAsync(Cancel));
    }

    [Fact]
    public async Task A_store_without_routing_is_brought_up_with_its_channels_and_usage()
    {
        using TemporaryDirectory directory = new();
        var release = new Release(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Unknown)] }, null, Usage.Start);
        UsageRecord before = Usage.Number(1);
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Usage.AppendAsync([before], Cancel);
            await store.Releases.AddAsync(release, Cancel);
            await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", release.Id, UnsupportedFields.Drop, Usage.Start), Cancel);
        }

        directory.Execute(
            """
            DROP TABLE routing_revisions; DROP TABLE routings; DROP TABLE timeline;
            ALTER TABLE channels DROP COLUMN revision; ALTER TABLE channel_moves DROP COLUMN revision;
            ALTER TABLE usage DROP COLUMN revision; ALTER TABLE usage DROP COLUMN rule; ALTER TABLE usage DROP COLUMN bucket;
            DELETE FROM schema_migrations WHERE script = '0010-routing.sql';
            """);

        await using SqliteStore upgraded = await directory.OpenAsync();

        Assert.Equal([before], await upgraded.Usage.RecentAsync(10, Cancel));
        PointedChannel kept = Assert.Single(await upgraded.Releases.ListChannelsAsync(Cancel));
        Assert.Equal((1, 0), (kept.Channel.Version, kept.Channel.Revision));
        Assert.Equal(0, (await upgraded.Routing.LoadAsync(Cancel)).Revision);
        ChannelOutcome moved = await upgraded.Releases.PointChannelAsync(new WantedChannel("support", release.Id, UnsupportedFields.Deny), 1, Usage.Start, Cancel);
        Assert.Equal(1, moved.Pointed!.Channel.Revision);
    }

    [Fact]
    public async Task A_first_start_that_was_cut_off_is_taken_up_again()
    {
        using TemporaryDirectory directory = new();
        directory.Execute(
            """
            CREATE TABLE schema_migrations (
              script     TEXT    NOT NULL PRIMARY KEY,
              sha256     BLOB    NOT NULL,
              applied_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """);

        await using SqliteStore store = await directory.OpenAsync();

        await store.Keys.AddAsync(NewKey(), Cancel);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_schema_as_it_was_and_is_named()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        directory.Execute(
            """
            DROP TABLE usage_hourly; DROP TABLE names;
            DELETE FROM schema_migrations WHERE script = '0002-usage.sql';
            """);

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.StartsWith(
            $"The store {directory.Database} could not take the schema step 0002-usage.sql:", refused.Message, StringComparison.Ordinal);
        directory.Execute("CREATE TABLE names (free INTEGER)"); // The step had made it before it failed.
    }

    [Fact]
    public void What_is_kept_as_a_number_keeps_its_meaning()
    {
        // These numbers are in files out there.
        Assert.Equal(["None", "Provider", "Counted", "Estimated", "Unmetered"], Enum.GetNames<UsageSource>());
        Assert.Equal(["Completed", "Denied", "Failed", "Interrupted", "ClientGone"], Enum.GetNames<Outcome>());
        Assert.Equal(["Snapshot", "Float", "Undated", "Unknown"], Enum.GetNames<PinClass>());
        Assert.Equal(["Deny", "Drop"], Enum.GetNames<UnsupportedFields>());
        Assert.Equal(["Off", "Warn", "Require"], Enum.GetNames<ConformanceRule>());
        Assert.Equal(["Stable", "Override", "Pin", "Named", "Percent", "Lapsed", "Conversation", "Drilled", "Shadow", "Local", "Continued"], Enum.GetNames<RoutingRule>());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 10, 70, 75, 76], Enum.GetValues<RoutingRule>().Select(rule => (int)rule));
        Assert.Equal([.. Enumerable.Range(1, 12), .. Enumerable.Range(20, 6), .. Enumerable.Range(40, 3), .. Enumerable.Range(70, 4), .. Enumerable.Range(80, 4)], Enum.GetValues<TimelineKind>().Select(kind => (int)kind));
        Assert.Equal(["Enforced", "Ignored", "Rejected", "Inconclusive"], Enum.GetNames<ProbeVerdict>());
    }

    private static Key NewKey() => new()
    {
        Id = KeyId.New(Usage.Start),
        Hash = KeyHash.Of(Encoding.ASCII.GetBytes(KeySecret.New())),
        Shown = "cw0_",
        Attribution = new Attribution("checkout", "chat", "prod"),
        CreatedAt = Usage.Start,
    };
}
