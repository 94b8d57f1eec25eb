using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Opens connections. Every pragma of this store is here.</summary>
internal static class SqliteConnections
{
    // 5 s of waiting for a lock that another process holds; Causeway itself never waits, it has one writer.
    // FULL: a commit is on the disk before it is acknowledged; the writer's groups make that nearly free.
    // 64 MiB: what a long reader let the log grow to is given back afterwards.
    private const string WriterPragmas =
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cell_size_check = ON;
        PRAGMA trusted_schema = OFF;
        """;

    private const string ReaderPragmas =
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA query_only = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cell_size_check = ON;
        PRAGMA trusted_schema = OFF;
        """;

    // Each connection is one thread's at a time, so its own lock guards nothing, and is taken with every parameter that is bound.
    static SqliteConnections()
    {
        SQLitePCL.Batteries_V2.Init();
        SQLitePCL.raw.sqlite3_shutdown();
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        SQLitePCL.raw.sqlite3_initialize();
    }

    /// <summary>The one connection that writes; the file exists.</summary>
    public static SqliteConnection OpenWriter(string path) => Open(path, SqliteOpenMode.ReadWrite, WriterPragmas);

    /// <summary>One of those that read.</summary>
    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly, ReaderPragmas);

    /// <summary>One that writes a copy which is read once: what a crash leaves of it is thrown away.</summary>
    public static SqliteConnection OpenScratch(string path) => Open(path, SqliteOpenMode.ReadWrite, "PRAGMA synchronous = OFF");

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string pragmas)
    {
        // Not pooled: a closed connection must release the file, and readers have a pool of their own.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
            command.CommandText = pragmas;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
