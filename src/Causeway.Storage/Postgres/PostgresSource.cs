using System.Data;
using Causeway.Storage.Moving;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A PostgreSQL store as rows, in one read-only transaction that sees one moment; writers go on beside it.</summary>
internal sealed class PostgresSource : IRowSource
{
    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly PostgresAddress _address;
    private readonly PostgresTableReader _reader;

    private PostgresSource(PostgresDatabase database, NpgsqlConnection connection)
    {
        (_database, _connection, _address) = (database, connection, database.Address);
        _reader = new PostgresTableReader(connection, _address);
    }

    public string Name => _address.ToString();

    public string Schema { get; } = PostgresMigrations.Known()[^1].Name;

    /// <summary>Opens a store; where it has to be stopped, one that no instance uses.</summary>
    /// <exception cref="StoreUnavailableException">It is in use, is no store of this version, or cannot be read.</exception>
    public static async Task<PostgresSource> OpenAsync(PostgresAddress address, bool isStopped, CancellationToken cancellation)
    {
        PostgresDatabase database = PostgresDatabase.ForMoves(address);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.OpenAsync(cancellation);
            await PostgresMigrations.CheckServerAsync(connection, address);
            await PostgresMarker.RefuseAsync(connection, address);
            await PostgresMigrations.RequireCurrentAsync(connection, address);
            if (isStopped)
            {
                await PostgresMarker.LockAsync(connection, address);
                await PostgresMarker.RefuseUsedAsync(connection, address);
            }

            // The transaction ends with the connection.
            _ = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await connection.RunAsync("SET TRANSACTION READ ONLY");
            await connection.NumberAsync(cancellation, "SELECT count(*) FROM schema_migrations"); // The first read fixes the moment.
            return new PostgresSource(database, connection);
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

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }
}
