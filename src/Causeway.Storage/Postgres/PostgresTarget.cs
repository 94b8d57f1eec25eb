using Causeway.Storage.Moving;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A PostgreSQL schema that is being filled with the rows of another store, by binary COPY.</summary>
internal sealed class PostgresTarget : IRowTarget
{
    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly PostgresTableReader _reader;
    private readonly UsageDays _days = new();

    private PostgresTarget(PostgresDatabase database, NpgsqlConnection connection)
    {
        (_database, _connection) = (database, connection);
        _reader = new PostgresTableReader(connection, database.Address);
    }

    public string Name => _database.Address.ToString();

    public string Schema { get; } = PostgresMigrations.Known()[^1].Name;

    /// <summary>Opens the database, makes the schema where it is missing, and brings it up to date.</summary>
    /// <exception cref="StoreUnavailableException">An instance uses it, or it cannot be reached or upgraded.</exception>
    public static async Task<PostgresTarget> OpenAsync(PostgresAddress address, TimeProvider time, CancellationToken cancellation)
    {
        PostgresDatabase database = PostgresDatabase.ForMoves(address);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.OpenAsync(cancellation);
            await PostgresMarker.LockAsync(connection, address);
            await PostgresMarker.RefuseUsedAsync(connection, address);
            await PostgresMigrations.RunAsync(connection, address, time);
            return new PostgresTarget(database, connection);
        }
        catch (Exception failure)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            await database.DisposeAsync();
            throw failure is NpgsqlException engine ? PostgresFailure.Explain(engine, address) : failure;
        }
    }

    public Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation) => _reader.ExpectedAsync(table, cancellation);

    public IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, CancellationToken cancellation) => _reader.ReadAsync(table, after, cancellation);

    public Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation) => _reader.LastAsync(table, cancellation);

    public Task<MoveState?> StateAsync(CancellationToken cancellation) => _reader.ExplainedAsync(() => PostgresMarker.FindAsync(_connection, _database.Address));

    public async Task<string?> FirstUsedAsync(CancellationToken cancellation)
    {
        foreach (StoreTable table in StoreTables.All)
        {
            if (table != StoreTables.Marks && await LastAsync(table, cancellation) is not null)
            {
                return table.Name;
            }
        }

        return null;
    }

    public Task BeginAsync(MoveState state, CancellationToken cancellation) => _reader.ExplainedAsync(async () =>
    {
        await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(cancellation);
        await _connection.RunAsync($"DROP TABLE IF EXISTS {MoveMarker.Table}");
        await _connection.RunAsync(MoveMarker.Create);
        foreach ((string what, string said) in MoveMarker.Rows(state))
        {
            await SayAsync(what, said);
        }

        await _connection.RunAsync($"TRUNCATE {string.Join(", ", StoreTables.All.Select(table => table.Name))}");
        await transaction.CommitAsync(cancellation);
        return true;
    });

    public Task WriteAsync(StoreTable table, IAsyncEnumerable<Cell[]> rows, int rowsOfACommit, Action<long> kept, CancellationToken cancellation) => _reader.ExplainedAsync(async () =>
    {
        await using IAsyncEnumerator<Cell[]> source = rows.GetAsyncEnumerator(cancellation);
        long written = 0;
        bool more = await source.MoveNextAsync();
        do
        {
            await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(cancellation);
            if (!table.IsLong)
            {
                await _connection.RunAsync($"DELETE FROM {table.Name}");
            }

            // What triggers would tell of, nobody has to hear: no instance is there.
            await _connection.RunAsync($"ALTER TABLE {table.Name} DISABLE TRIGGER USER");
            (more, written) = await CopyAsync(table, source, more, written, rowsOfACommit, cancellation);
            await _connection.RunAsync("SET CONSTRAINTS ALL IMMEDIATE"); // Grants refer to one another.
            await _connection.RunAsync($"ALTER TABLE {table.Name} ENABLE TRIGGER USER");
            if (!more)
            {
                await SayAsync(MoveMarker.Done(table), written.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            await transaction.CommitAsync(cancellation);
            kept(written);
        }
        while (more);
        return true;
    });

    public Task FinishAsync(CancellationToken cancellation) => _reader.ExplainedAsync(async () =>
    {
        foreach (string numbered in (string[])["names", "measurements"])
        {
            await _connection.RunAsync($"SELECT setval(pg_get_serial_sequence('{numbered}', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) FROM {numbered}");
        }

        foreach (StoreTable table in StoreTables.All)
        {
            await using NpgsqlCommand analyze = _connection.Command($"ANALYZE {table.Name}");
            analyze.CommandTimeout = 0;
            await analyze.ExecuteNonQueryAsync(cancellation);
        }

        await _connection.RunAsync(MoveMarker.Drop);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    // Until there are no more, or enough for a commit. A day's partitions are made before its first row: a COPY is ended for that and begun anew.
    private async Task<(bool More, long Written)> CopyAsync(StoreTable table, IAsyncEnumerator<Cell[]> source, bool more, long written, int rowsOfACommit, CancellationToken cancellation)
    {
        bool isByDay = table == StoreTables.Usage || table.Name == "usage_attempts";
        long end = table.IsLong ? written + rowsOfACommit : long.MaxValue;
        while (more && written < end)
        {
            DateOnly? day = isByDay ? UsageDays.DayOf(source.Current[0].Id) : null;
            if (day is { } one)
            {
                await _days.EnsureAsync(_connection, one);
            }

            await using PostgresCopy copy = await PostgresCopy.BeginAsync(_connection, table, cancellation);
            do
            {
                await copy.AddAsync(source.Current, cancellation);
                written++;
                more = await source.MoveNextAsync();
            }
            while (more && written < end && (!isByDay || UsageDays.DayOf(source.Current[0].Id) == day));
            await copy.CompleteAsync(cancellation);
        }

        return (more, written);
    }

    private Task<int> SayAsync(string what, string said) =>
        _connection.RunAsync($"INSERT INTO {MoveMarker.Table} (what, said) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET said = excluded.said", what, said);
}
