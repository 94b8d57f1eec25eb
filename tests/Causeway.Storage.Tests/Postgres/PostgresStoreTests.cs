using Causeway.Budgets.Ledger;
using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;
using Npgsql;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>What PostgreSQL brings with it: schemas, rights, versions, partitions; and what an operator is told.</summary>
public sealed class PostgresStoreTests(PostgresCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_that_start_at_once_make_the_schema_once()
    {
        string database = await cluster.NewDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                await using PostgresStore store = await OpenAsync(cluster.Url(database));
                await store.CheckAsync(Cancel);
            },
            Cancel)));

        Assert.Equal($"{PostgresMigrations.Known().Count}", await cluster.SqlAsync(database, "SELECT count(*) FROM causeway.schema_migrations"));
    }

    // A backup reads in one transaction for as long as it takes. Bookings of other instances must not wait behind a step that waits for it.
    [Fact]
    public async Task A_step_that_waits_for_a_reader_gives_way_to_bookings()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await store.ExecuteAsync("ALTER TABLE usage DROP COLUMN steps; ALTER TABLE usage_attempts DROP COLUMN began_us, DROP COLUMN first_byte_us; DELETE FROM schema_migrations WHERE script = '0043-steps.sql'");
        await using NpgsqlDataSource source = store.Address.NewSource("test").Build();
        await using NpgsqlConnection reader = await source.OpenConnectionAsync(Cancel);
        NpgsqlTransaction backup = await reader.BeginTransactionAsync(Cancel);
        await reader.NumberAsync(Cancel, "SELECT count(*) FROM usage");

        Task<IStore> upgrading = store.OpenAsync();
        await using NpgsqlConnection other = await source.OpenConnectionAsync(Cancel);
        while (await other.NumberAsync(Cancel, "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'usage'::regclass") == 0)
        {
            await Task.Yield();
        }

        await other.RunAsync("SET lock_timeout = '20s'");
        await other.RunAsync("DELETE FROM usage WHERE false"); // As who books does: it is let through while the reader is still there.
        Assert.False(upgrading.IsCompleted);
        await backup.DisposeAsync();

        await using IStore upgraded = await upgrading;
        Assert.Equal("0043-steps.sql", await store.ReadAsync("SELECT script FROM schema_migrations WHERE script = '0043-steps.sql'"));
    }

    [Fact]
    public async Task A_changed_script_and_a_newer_schema_are_refused_by_name()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await store.ExecuteAsync("UPDATE schema_migrations SET sha256 = x'00' WHERE script = '0002-usage.sql'");

        StoreUnavailableException changed = await Assert.ThrowsAsync<StoreUnavailableException>(store.RestartAsync);
        await store.ExecuteAsync("UPDATE schema_migrations SET script = '0999-future.sql' WHERE script = '0002-usage.sql'");
        StoreUnavailableException newer = await Assert.ThrowsAsync<StoreUnavailableException>(store.OpenAsync);

        Assert.StartsWith($"The store {store.Address} was made by a different text of the schema step 0002-usage.sql", changed.Message, StringComparison.Ordinal);
        Assert.Contains("it holds the schema step 0999-future.sql, which this version does not know", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_another_program_is_refused_and_left_alone()
    {
        string database = await cluster.NewDatabaseAsync();
        await cluster.SqlAsync(database, "CREATE SCHEMA causeway; CREATE TABLE causeway.recipes (name text)");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(cluster.Url(database)));

        Assert.Contains("holds tables of another program", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", await cluster.SqlAsync(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'causeway'"));
    }

    [Fact]
    public async Task Two_schemas_of_one_database_are_two_stores()
    {
        await using PostgresTestStore one = await PostgresTestStore.OpenAsync(cluster);
        PostgresAddress beside = PostgresTestStore.AddressOf($"{cluster.Url(one.Address.Database)}?schema=beside");
        await using PostgresStore other = await PostgresStore.OpenAsync(beside, TimeProvider.System, Cancel);

        await one.Usage.AppendAsync([Usage.Number(1)], Cancel);

        Assert.Empty(await other.Usage.RecentAsync(10, Cancel));
        Assert.Equal(one.Address.Database, beside.Database);
        Assert.NotEqual(one.Address.Schema, beside.Schema);
    }

    [Fact]
    public async Task A_schema_of_its_own_is_all_that_its_user_needs()
    {
        string database = await cluster.NewDatabaseAsync();
        string url = $"{cluster.Url(database)}?schema=mine";
        await cluster.SqlAsync(database, $"ALTER DATABASE {database} OWNER TO postgres; CREATE SCHEMA mine AUTHORIZATION {PostgresCluster.User}");

        string before = await PostgresStore.ExamineAsync(PostgresTestStore.AddressOf(url), Cancel);
        await (await OpenAsync(url)).DisposeAsync();
        string after = await PostgresStore.ExamineAsync(PostgresTestStore.AddressOf(url), Cancel);
        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(cluster.Url(database)));
        StoreUnavailableException examined = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => PostgresStore.ExamineAsync(PostgresTestStore.AddressOf(cluster.Url(database)), Cancel));

        Assert.Contains("is made at the first start", before, StringComparison.Ordinal);
        Assert.Contains("is sound: PostgreSQL 1", after, StringComparison.Ordinal);
        Assert.All([refused, examined], failure => Assert.Contains("CREATE SCHEMA causeway AUTHORIZATION causeway", failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_with_the_way_there_is_said_and_no_password()
    {
        string database = await cluster.NewDatabaseAsync();
        string url = cluster.Url(database);
        (string Url, string Said)[] wrong =
        [
            (url.Replace("word@", "wrong-secret@", StringComparison.Ordinal), "does not let the user causeway in"),
            (url.Replace("//causeway:", "//nobody:", StringComparison.Ordinal), "does not let the user nobody in"),
            (cluster.Url("nowhere"), "has no database nowhere. Make it: CREATE DATABASE nowhere OWNER causeway"),
            (cluster.Url(database, port: 1), "cannot be reached"),
            (url.Replace("127.0.0.1", "no.such.host.invalid", StringComparison.Ordinal), "cannot be reached"),
            (url + "?sslmode=require", "SSL"),
        ];

        foreach ((string address, string said) in wrong)
        {
            StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(address));
            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-secret", refused.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(PostgresCluster.Password, refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_cannot_hold_every_character_is_refused()
    {
        await cluster.NewDatabaseAsync();
        await cluster.SqlAsync("postgres", $"CREATE DATABASE latin OWNER {PostgresCluster.User} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(cluster.Url("latin")));

        Assert.Contains("of encoding LATIN1. Make one of encoding UTF8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_day_of_usage_has_a_partition_that_is_there_before_it_is_needed()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        DateTimeOffset day = new(2031, 2, 28, 23, 59, 59, 999, TimeSpan.Zero);
        UsageRecord[] records = [.. ((DateTimeOffset[])[day, day.AddMilliseconds(1), new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero)])
            .Select((at, number) => Usage.Number(number) with { Request = Guid.CreateVersion7(at), At = at })];

        await store.Usage.AppendAsync(records, Cancel);

        Assert.Equal(
            "usage_20310228: 1, usage_20310301: 1, usage_20310302: 0, usage_other: 1",
            await store.ReadAsync(
                """
                SELECT string_agg(name || ': ' || rows, ', ' ORDER BY name) FROM (
                  SELECT relname AS name, (SELECT count(*) FROM usage WHERE usage.tableoid = child.oid) AS rows
                  FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
                  WHERE inhparent = 'usage'::regclass AND (relname LIKE 'usage_2031%' OR relname = 'usage_other')) AS partition
                """));
        Assert.Equal("2", await store.ReadAsync($"SELECT count(*)::text FROM pg_inherits WHERE inhparent = 'usage_attempts'::regclass AND inhrelid::regclass::text IN ('usage_attempts_{DateTime.UtcNow:yyyyMMdd}', 'usage_attempts_{DateTime.UtcNow.AddDays(1):yyyyMMdd}')"));
    }

    [Fact]
    public async Task A_word_longer_than_an_index_takes_is_kept()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        Random random = new(5);
        UsageRecord record = Usage.Number(1) with { ModelAsked = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next('a', 'z'))) };

        await store.Usage.AppendAsync([record], Cancel);

        Assert.Equal([record], await store.Usage.RecentAsync(1, Cancel));
    }

    [Fact]
    public async Task Half_a_character_does_not_stop_the_books()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);

        await store.Usage.AppendAsync([Usage.Number(1) with { ModelAsked = "\ud800", Mended = "a\udc00" }], Cancel);

        UsageRecord kept = Assert.Single(await store.Usage.RecentAsync(1, Cancel));
        Assert.Equal(("\ufffd", "a\ufffd"), (kept.ModelAsked, kept.Mended));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\\b\0c", @"a\\b\0c")]
    [InlineData(@"\0", @"\\0")]
    [InlineData("\0\\\\0\0", @"\0\\\\0\0")]
    public void Text_is_kept_without_what_PostgreSQL_does_not_hold(string text, string kept)
    {
        Assert.Equal(kept, PostgresText.Kept(text));
        Assert.Equal(text, PostgresText.Read(kept));
    }

    [Fact]
    public async Task A_commit_waits_for_the_disk_whatever_the_server_is_set_to()
    {
        string database = await cluster.NewDatabaseAsync();
        await cluster.SqlAsync("postgres", $"ALTER DATABASE {database} SET synchronous_commit = off");
        await using PostgresDatabase connections = new(PostgresTestStore.AddressOf(cluster.Url(database)), "test");

        List<string> setting = await connections.ReadAsync(
            (connection, leave) => connection.ReadAsync(row => row.GetString(0), leave, "SHOW synchronous_commit"), Cancel);

        Assert.Equal(["on"], setting);
    }

    private static Task<PostgresStore> OpenAsync(string url) => PostgresStore.OpenAsync(PostgresTestStore.AddressOf(url), TimeProvider.System, Cancel);
}
