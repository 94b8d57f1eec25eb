using System.Runtime.CompilerServices;
using Causeway.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>A SQLite file that is being filled with the rows of another store.</summary>
internal sealed class SqliteTarget : IRowTarget
{
    private readonly OwnerLock _owner;
    private readonly SqliteConnection _connection;
    private readonly SqliteTableReader _reader;
    private readonly string _path;

    private SqliteTarget(OwnerLock owner, SqliteConnection connection, string path)
    {
        (_owner, _connection, _path) = (owner, connection, path);
        _reader = new SqliteTableReader(connection);
    }

    public string Name => "sqlite:" + _path;

    public string Schema { get; } = SqliteMigrations.Latest;

    /// <summary>Opens the file, made with its directory where missing, brings its schema up to date, and keeps others away from it.</summary>
    /// <exception cref="StoreUnavailableException">Another process owns the file, or it cannot be opened or upgraded.</exception>
    public static Task<SqliteTarget> OpenAsync(string path, TimeProvider time, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var owner = OwnerLock.Take(path);
            SqliteConnection? connection = null;
            try
            {
                connection = SqliteConnections.OpenWriter(path);
                SqliteMigrations.Run(connection, path, time);
                return new SqliteTarget(owner, connection, path);
            }
            catch (Exception failure)
            {
                connection?.Dispose();
                owner.Dispose();
                throw failure is SqliteException engine ? SqliteFailure.Explain(engine, path) : failure;
            }
        },
        cancellation);

    public Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation) => Task.Run(() => _reader.Expected(table), cancellation);

    public async IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield(); // Off the caller's thread.
        foreach (Cell[] row in _reader.Read(table, after, _path))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    public Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation) => Task.Run(() => _reader.Last(table, _path), cancellation);

    public Task<MoveState?> StateAsync(CancellationToken cancellation) => RunAsync(() => SqliteMarker.Find(_connection), cancellation);

    public Task<string?> FirstUsedAsync(CancellationToken cancellation) => RunAsync(
        () => StoreTables.All.FirstOrDefault(table => table != StoreTables.Marks && _reader.Last(table, _path) is not null)?.Name, cancellation);

    public Task BeginAsync(MoveState state, CancellationToken cancellation) => RunAsync(
        () =>
        {
            Execute("BEGIN IMMEDIATE");
            Execute($"DROP TABLE IF EXISTS {MoveMarker.Table}");
            Execute(MoveMarker.Create);
            foreach ((string what, string said) in MoveMarker.Rows(state))
            {
                Say(what, said);
            }

            foreach (StoreTable table in StoreTables.All.Reverse())
            {
                Execute($"DELETE FROM {table.Name}");
            }

            Execute("COMMIT");
            return true;
        },
        cancellation);

    public async Task WriteAsync(StoreTable table, IAsyncEnumerable<Cell[]> rows, int rowsOfACommit, Action<long> kept, CancellationToken cancellation)
    {
        string places = string.Join(", ", Enumerable.Range(1, table.Columns.Length).Select(place => $"?{place}"));
        using Statement insert = new(_connection, $"INSERT INTO {table.Name} ({table.ColumnList}) VALUES ({places})");
        long written = 0;
        try
        {
            Execute("BEGIN IMMEDIATE");
            if (!table.IsLong)
            {
                Execute($"DELETE FROM {table.Name}");
            }

            await foreach (Cell[] row in rows.WithCancellation(cancellation))
            {
                insert.Bind(table.Columns, row);
                insert.Run();
                written++;
                if (table.IsLong && written % rowsOfACommit == 0)
                {
                    Execute("COMMIT; BEGIN IMMEDIATE");
                    kept(written);
                }
            }

            Say(MoveMarker.Done(table), written.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Execute("COMMIT");
            kept(written);
        }
        catch (Exception failure)
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            {
                Execute("ROLLBACK");
            }

            throw failure is SqliteException engine ? SqliteFailure.Explain(engine, _path) : failure;
        }
    }

    public Task FinishAsync(CancellationToken cancellation) => RunAsync(
        () =>
        {
            Execute(MoveMarker.Drop);
            return true;
        },
        cancellation);

    public ValueTask DisposeAsync()
    {
        _connection.Dispose(); // The last connection to close moves the log into the database.
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<T> RunAsync<T>(Func<T> act, CancellationToken cancellation) => Task.Run(
        () =>
        {
            try
            {
                return act();
            }
            catch (SqliteException failure)
            {
                throw SqliteFailure.Explain(failure, _path);
            }
        },
        cancellation);

    private void Say(string what, string said)
    {
        using Statement say = new(_connection, $"INSERT INTO {MoveMarker.Table} (what, said) VALUES (?1, ?2) ON CONFLICT (what) DO UPDATE SET said = excluded.said");
        say.Bind(1, what);
        say.Bind(2, said);
        say.Run();
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Put together from constants of this room.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
