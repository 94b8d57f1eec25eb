using DbUp.Builder;
using DbUp.Engine;
using DbUp.Sqlite;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Brings the schema up to this program's scripts. DbUp runs them, one transaction each; the journal with checksums and the
/// comparison at start are ours. The caller holds the <see cref="OwnerLock"/>, so only one process is here.
/// </summary>
internal static class SqliteMigrations
{
    private const string ResourcePrefix = "Causeway.Storage.Sqlite.Migrations.";

    /// <summary>The last step that there is.</summary>
    public static string Latest => Migration.Embedded(ResourcePrefix)[^1].Name;

    /// <exception cref="StoreUnavailableException">The file is another program's, a newer Causeway's, or a script was changed.</exception>
    public static void Run(SqliteConnection connection, string path, TimeProvider time)
    {
        List<Migration> known = Migration.Embedded(ResourcePrefix);
        List<(string Script, byte[] Sha256)> applied = ReadJournal(connection, path);
        Migration.Compare(known, applied, path);

        // The usual start ends here. To load DbUp and let it find that there is nothing to do would double the time of opening:
        // measured, 130 ms more in 240 as built by the SDK and 4 ms more in 9 as a native binary.
        if (applied.Count < known.Count)
        {
            Upgrade(connection, path, known, new ChecksumJournal(known, [.. applied.Select(step => step.Script)], time));
        }
    }

    /// <summary>Says no to a file that is not of this program's schema.</summary>
    /// <exception cref="StoreUnavailableException">It is another program's, or of an older or newer Causeway.</exception>
    public static void RequireCurrent(SqliteConnection connection, string path)
    {
        List<Migration> known = Migration.Embedded(ResourcePrefix);
        List<(string Script, byte[] Sha256)> applied = ReadJournal(connection, path);
        Migration.Compare(known, applied, path);
        Migration.RequireAll(known, applied, path);
    }

    private static List<(string Script, byte[] Sha256)> ReadJournal(SqliteConnection connection, string path)
    {
        using SqliteCommand find = connection.CreateCommand();
        find.CommandText = "SELECT count(*), count(*) FILTER (WHERE name = 'schema_migrations') FROM sqlite_schema";
        using (SqliteDataReader tables = find.ExecuteReader())
        {
            tables.Read();
            if (tables.GetInt64(0) == 0)
            {
                return [];
            }

            if (tables.GetInt64(1) == 0)
            {
                throw new StoreUnavailableException(
                    $"The store {path} is a database of another program. Point `store` at another path.");
            }
        }

        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = "SELECT script, sha256 FROM schema_migrations ORDER BY script";
        using SqliteDataReader rows = read.ExecuteReader();
        var applied = new List<(string, byte[])>();
        while (rows.Read())
        {
            applied.Add((rows.GetString(0), rows.GetFieldValue<byte[]>(1)));
        }

        return applied;
    }

    private static void Upgrade(SqliteConnection connection, string path, List<Migration> known, ChecksumJournal journal)
    {
        using (SqliteCommand create = connection.CreateCommand())
        {
            create.CommandText =
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  script     TEXT    NOT NULL PRIMARY KEY,
                  sha256     BLOB    NOT NULL,
                  applied_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID
                """;
            create.ExecuteNonQuery();
        }

        // Put together by hand: DbUp's ready-made builder rewrites the scripts for other engines' habits.
        var builder = new UpgradeEngineBuilder();
        builder.Configure(parts =>
        {
            parts.ConnectionManager = new SqliteConnectionManager(new SharedConnection(connection));
            parts.Journal = journal;
            parts.ScriptExecutor = new SqliteScriptExecutor(
                () => parts.ConnectionManager, () => parts.Log, null, () => false, [], () => parts.Journal);
        });
        DatabaseUpgradeResult result = builder
            .WithScripts(known.Select(migration => new SqlScript(migration.Name, migration.Text)))
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error is SqliteException failure && SqliteFailure.IsOfTheStore(failure)
                ? SqliteFailure.Explain(failure, path)
                : new StoreUnavailableException(
                    $"The store {path} could not take the schema step {result.ErrorScript?.Name}: {result.Error.Message} It is as it was before "
                    + "that step; start the version that made it, and report this.",
                    result.Error);
        }
    }
}
