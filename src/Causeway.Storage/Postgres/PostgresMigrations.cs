using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Brings the schema up to this program's scripts: each in a transaction with its row in <c>schema_migrations</c>, under a lock, so that of several
/// instances that start at once one does it and the others find it done.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>The oldest server that is tested.</summary>
    public const int LeastVersion = 15;

    private const string ResourcePrefix = "Causeway.Storage.Postgres.Migrations.";

    // A step waits so long for a table, comes again after a rest, and gives up after so many times: a minute in all.
    private const string Patience = "SET LOCAL lock_timeout = '1s'";
    private const int MaxTries = 30;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    /// <exception cref="StoreUnavailableException">The server is too old, or the schema is another program's, a newer Causeway's, or a script was changed.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, PostgresAddress address, TimeProvider time)
    {
        await CheckServerAsync(connection, address);
        List<Migration> known = Known();
        if (await ToDoAsync(connection, address, known) is [])
        {
            return; // The usual start.
        }

        long number = PostgresLock.Migrations.Of(address);
        await connection.RunAsync("SELECT pg_advisory_lock($1)", number);
        try
        {
            foreach (Migration migration in await ToDoAsync(connection, address, known))
            {
                await InsistAsync(connection, migration, address, time);
            }
        }
        finally
        {
            if (connection.FullState is System.Data.ConnectionState.Open)
            {
                await connection.RunAsync("SELECT pg_advisory_unlock($1)", number);
            }
        }
    }

    /// <summary>Says no to a server that the store cannot be on.</summary>
    public static async Task CheckServerAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        if (connection.PostgreSqlVersion.Major < LeastVersion)
        {
            throw new StoreUnavailableException($"The store {address} is on PostgreSQL {connection.PostgreSqlVersion}. Causeway needs {LeastVersion} or later.");
        }

        string encoding = (await connection.ReadAsync(row => row.GetString(0), CancellationToken.None, "SHOW server_encoding"))[0];
        if (encoding != "UTF8")
        {
            throw new StoreUnavailableException(
                $"The store {address} is a database of encoding {encoding}. Make one of encoding UTF8: CREATE DATABASE {address.Database} TEMPLATE template0 ENCODING 'UTF8'.");
        }
    }

    /// <summary>The scripts that the schema has not seen; null: there is no schema of Causeway's yet.</summary>
    public static async Task<List<Migration>?> PendingAsync(NpgsqlConnection connection, PostgresAddress address, List<Migration> known)
    {
        (long tables, long journals) = (await connection.ReadAsync(
            row => (row.GetInt64(0), row.GetInt64(1)),
            CancellationToken.None,
            "SELECT count(*), count(*) FILTER (WHERE tablename = 'schema_migrations') FROM pg_tables WHERE schemaname = $1",
            address.Schema))[0];
        if (journals == 0)
        {
            return tables == 0 ? null : throw new StoreUnavailableException(
                $"The schema {address.Schema} of the store {address} holds tables of another program. Name another one: `store` takes ?schema=NAME.");
        }

        List<(string Script, byte[] Sha256)> applied = await AppliedAsync(connection);
        Migration.Compare(known, applied, address.ToString());
        return Migration.Missing(known, applied);
    }

    /// <summary>Says no to a schema that is not of this program's version.</summary>
    /// <exception cref="StoreUnavailableException">It is another program's, or of an older or newer Causeway, or not there.</exception>
    public static async Task RequireCurrentAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        List<Migration> known = Known();
        bool isThere = await PendingAsync(connection, address, known) is not null;
        Migration.RequireAll(known, isThere ? await AppliedAsync(connection) : [], address.ToString());
    }

    /// <summary>All scripts of this engine.</summary>
    public static List<Migration> Known() => Migration.Embedded(ResourcePrefix);

    private static Task<List<(string Script, byte[] Sha256)>> AppliedAsync(NpgsqlConnection connection) => connection.ReadAsync(
        row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), CancellationToken.None, "SELECT script, sha256 FROM schema_migrations ORDER BY script");

    private static async Task<List<Migration>> ToDoAsync(NpgsqlConnection connection, PostgresAddress address, List<Migration> known) =>
        await PendingAsync(connection, address, known) ?? known;

    // Other instances book while this one changes their tables. Who waits for a table that a backup reads has all of them wait behind him: he gives way, and comes again.
    private static async Task InsistAsync(NpgsqlConnection connection, Migration migration, PostgresAddress address, TimeProvider time)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await RunAsync(connection, migration, address, time);
                return;
            }
            catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable && tries < MaxTries)
            {
                await Task.Delay(s_rest, time, CancellationToken.None);
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, Migration migration, PostgresAddress address, TimeProvider time)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await connection.RunAsync(Patience);
        try
        {
            if (await connection.NumberAsync(CancellationToken.None, "SELECT count(*) FROM pg_namespace WHERE nspname = $1", address.Schema) == 0)
            {
                await connection.RunAsync($"CREATE SCHEMA {address.Schema}"); // Letters, digits and _ alone: PostgresAddress sees to it.
            }

            await connection.RunAsync(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  script     text   COLLATE "C" NOT NULL PRIMARY KEY,
                  sha256     bytea  NOT NULL,
                  applied_at bigint NOT NULL
                )
                """);
            await connection.RunAsync(migration.Text);
            await connection.RunAsync(
                "INSERT INTO schema_migrations (script, sha256, applied_at) VALUES ($1, $2, $3)", migration.Name, migration.Sha256, time.GetUtcNow());
            await transaction.CommitAsync();
        }
        catch (PostgresException failure) when (!PostgresFailure.IsOfTheStore(failure))
        {
            throw new StoreUnavailableException(
                $"The store {address} could not take the schema step {migration.Name}: {failure.MessageText}. It is as it was before that step; start the "
                + "version that made it, and report this.",
                failure);
        }
    }
}
