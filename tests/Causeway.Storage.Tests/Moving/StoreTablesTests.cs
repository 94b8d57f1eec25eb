using Causeway.Storage.Moving;
using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Postgres;
using Causeway.Storage.Tests.Sqlite;
using Causeway.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Causeway.Storage.Tests.Moving;

/// <summary>What moves with a store is what the schemas have. A table that is of one engine's running and holds nothing that has to be kept is named here.</summary>
public sealed class StoreTablesTests(PostgresCluster cluster)
{
    private static readonly string[] s_notMoved = ["schema_migrations", "instances", "ledger_turns", "policy_changes", "cached_answers"];

    // What only this engine's tables have: the ledger's stream, and the digest by which a name is found.
    private static readonly string[] s_postgresAlone = ["ledger.stream", "ledger_checkpoints.stream", "names.digest"];

    [Fact]
    public async Task Every_column_of_every_table_of_SQLite_moves()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        using SqliteConnection connection = directory.Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT t.name || '.' || c.name, c.type, c."notnull", c.pk FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
            """;
        using SqliteDataReader row = command.ExecuteReader();
        List<string> found = [];
        while (row.Read())
        {
            if (!s_notMoved.Contains(row.GetString(0).Split('.')[0]))
            {
                found.Add($"{row.GetString(0)} {row.GetString(1)}{(row.GetInt64(2) == 0 ? "?" : "")}{(row.GetInt64(3) > 0 ? " key" : "")}");
            }
        }

        Assert.Equal(Listed(static kind => kind is CellKind.Id or CellKind.Bytes ? "BLOB" : kind == CellKind.Text ? "TEXT" : "INTEGER"), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_column_of_every_table_of_PostgreSQL_moves()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await using NpgsqlDataSource source = store.Address.NewSource("test").Build();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        List<string> columns = await connection.ReadAsync(
            row => $"{row.GetString(0)} {row.GetString(1)}",
            TestContext.Current.CancellationToken,
            """
            SELECT relname || '.' || attname,
              format_type(atttypid, NULL) || CASE WHEN attnotnull THEN '' ELSE '?' END
                || CASE WHEN EXISTS (SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary AND attnum = ANY (indkey)) THEN ' key' ELSE '' END
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            """);

        IEnumerable<string> moved = columns.Where(column => !s_notMoved.Contains(column.Split('.')[0]) && !s_postgresAlone.Contains(column.Split(' ')[0]));
        Assert.Equal(
            Listed(static kind => kind switch
            {
                CellKind.Id => "uuid",
                CellKind.Bytes => "bytea",
                CellKind.Text => "text",
                CellKind.Flag => "boolean",
                CellKind.Small => "integer",
                _ => "bigint",
            }),
            moved.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Listed(Func<CellKind, string> type) => StoreTables.All
        .SelectMany(table => table.Columns.Select((column, place) => $"{table.Name}.{column.Name} {type(column.Kind)}{(column.IsNullable ? "?" : "")}{(place < table.KeyLength ? " key" : "")}"))
        .Order(StringComparer.Ordinal);
}
