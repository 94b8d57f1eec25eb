using System.Runtime.CompilerServices;
using Causeway.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>A SQLite file as rows, in one read transaction: writers go on beside it, and the file is not changed by it.</summary>
internal sealed class SqliteSource : IRowSource
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTableReader _reader;
    private readonly OwnerLock? _owner;
    private readonly string? _copy;

    private SqliteSource(SqliteConnection connection, string path, OwnerLock? owner, string? copy)
    {
        (_connection, Path, _owner, _copy) = (connection, path, owner, copy);
        _reader = new SqliteTableReader(connection);
    }

    public string Path { get; }

    public string Name => "sqlite:" + Path;

    public string Schema { get; } = SqliteMigrations.Latest;

    /// <summary>Opens a file that nobody uses, and keeps others away from it until it is closed.</summary>
    /// <exception cref="StoreUnavailableException">It is in use, is no store of this version, or cannot be read.</exception>
    public static Task<SqliteSource> OpenStoppedAsync(string path, CancellationToken cancellation) => Task.Run(
        () =>
        {
            RequireFile(path);
            var owner = OwnerLock.TakeExisting(path);
            try
            {
                return Open(path, path, owner, copy: null);
            }
            catch
            {
                owner.Dispose();
                throw;
            }
        },
        cancellation);

    /// <summary>Opens a file, also one that a server uses.</summary>
    /// <exception cref="StoreUnavailableException">It is no store of this version, or cannot be read.</exception>
    public static Task<SqliteSource> OpenAsync(string path, CancellationToken cancellation) => Task.Run(
        () =>
        {
            RequireFile(path);
            return Open(path, path, owner: null, copy: null);
        },
        cancellation);

    /// <summary>Copies a file as it is at one moment, by SQLite's own backup, and opens the copy: a server that uses it is held up by nothing, and its log can be reused meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="copy">Where the copy is made; it goes away with what is returned.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <exception cref="StoreUnavailableException">It is no store of this version, or cannot be read, or the copy cannot be written.</exception>
    public static Task<SqliteSource> CopyAsync(string path, string copy, CancellationToken cancellation) => Task.Run(
        () =>
        {
            RequireFile(path);
            try
            {
                OwnerLock.Touch(copy);
                using (SqliteConnection from = SqliteConnections.OpenReader(path))
                using (SqliteConnection to = SqliteConnections.OpenScratch(copy))
                {
                    from.BackupDatabase(to);
                }

                return Open(copy, path, owner: null, copy);
            }
            catch (SqliteException failure)
            {
                Remove(copy);
                throw SqliteFailure.Explain(failure, failure.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL ? copy : path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new StoreUnavailableException($"{copy} cannot be written: {failure.Message} A backup needs room for a copy of the store beside it; name another place with --out.", failure);
            }
            catch
            {
                Remove(copy);
                throw;
            }
        },
        cancellation);

    public Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation) => Task.Run(() => _reader.Expected(table), cancellation);

    public async IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield(); // Off the caller's thread.
        foreach (Cell[] row in _reader.Read(table, after, Path))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    public Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation) => Task.Run(() => _reader.Last(table, Path), cancellation);

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _owner?.Dispose();
        if (_copy is not null)
        {
            Remove(_copy);
        }

        return ValueTask.CompletedTask;
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreUnavailableException($"There is no store {path}. Name the file of a store that was started once.");
        }
    }

    private static SqliteSource Open(string file, string path, OwnerLock? owner, string? copy)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenReader(file);
            SqliteMarker.Refuse(connection, path);
            SqliteMigrations.RequireCurrent(connection, path);
            using SqliteCommand begin = connection.CreateCommand();
            begin.CommandText = "BEGIN; SELECT count(*) FROM schema_migrations"; // The first read fixes the moment.
            begin.ExecuteScalar();
            return new SqliteSource(connection, path, owner, copy);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            if (failure is SqliteException engine)
            {
                throw SqliteFailure.Explain(engine, path);
            }

            throw;
        }
    }

    private static void Remove(string copy)
    {
        foreach (string end in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(copy + end);
        }
    }
}
