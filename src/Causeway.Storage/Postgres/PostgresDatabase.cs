using System.Security.Cryptography;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A few connections to one database. Every failure that an operator can cure leaves here in words.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>Connections at once, the writer's included.</summary>
    public const int MaxConnections = 12;

    /// <summary>How often a transaction is tried that the server undoes for the sake of others.</summary>
    public const int MaxTries = 3;

    private readonly NpgsqlDataSource _source;
    private volatile bool _closed;

    /// <param name="address">Where it is.</param>
    /// <param name="application">The name that the server shows for its sessions.</param>
    public PostgresDatabase(PostgresAddress address, string application)
    {
        Address = address;
        Application = application;
        NpgsqlSlimDataSourceBuilder builder = address.NewSource(application);
        builder.ConnectionStringBuilder.MaxPoolSize = MaxConnections;

        // Whoever set it off for the whole server did not mean the books: what is acknowledged has to survive. The other values do.
        builder.UsePhysicalConnectionInitializer(
            static connection => throw new NotSupportedException("Connections are opened asynchronously."),
            static connection => connection.RunAsync("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"));
        _source = builder.Build();
    }

    /// <summary>What the names of all instances of one schema begin with, as the server shows them.</summary>
    public static string ApplicationPrefix(PostgresAddress address) => $"causeway {(uint)PostgresLock.Keys.Of(address):x8} ";

    /// <summary>An instance's connections, told from those of every other one.</summary>
    public static PostgresDatabase ForInstance(PostgresAddress address) => new(address, ApplicationPrefix(address) + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>The connections of what looks at a store, or moves it.</summary>
    public static PostgresDatabase ForMoves(PostgresAddress address) => new(address, "causeway store");

    public PostgresAddress Address { get; }

    public string Application { get; }

    /// <summary>Runs a read. A connection that the server ended while nobody used it is found out by it, and another one is asked.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellation) =>
        RunAsync(read, static () => true, cancellation);

    /// <summary>Runs a write of few rows in a transaction of its own, one after another with the others of its subject, whichever process they are of.</summary>
    /// <param name="subject">What is locked for the time of the transaction.</param>
    /// <param name="write">Carried to its end once it has begun.</param>
    /// <param name="cancellation">Ends the waiting before that.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written. Where the connection was lost meanwhile, it is not known whether it was.</exception>
    public Task<T> WriteAsync<T>(PostgresLock subject, Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellation)
    {
        bool begun = false;
        return RunAsync(
            async (connection, leave) =>
            {
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(leave);
                await using NpgsqlCommand wait = connection.Command("SELECT pg_advisory_xact_lock($1)", subject.Of(Address));
                await wait.ExecuteNonQueryAsync(leave);
                leave.ThrowIfCancellationRequested();
                begun = true;
                T result = await write(connection);
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            },
            () => !begun, // Never a second time in silence.
            cancellation);
    }

    /// <summary>A connection for the time that its holder decides.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation) => await _source.OpenConnectionAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _source.DisposeAsync();
    }

    /// <summary>True when the connection is of no use any more: what was on its way when it ended may have come to pass or not.</summary>
    public static bool IsLost(Exception failure, NpgsqlConnection connection) =>
        failure is PostgresException { Severity: "FATAL" or "PANIC" } || connection.FullState is not System.Data.ConnectionState.Open;

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> act, Func<bool> mayRepeat, CancellationToken cancellation)
    {
        int tries = 1;
        for (bool last = false; ;)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresStore));
            NpgsqlConnection? connection = null;
            try
            {
                connection = await _source.OpenConnectionAsync(cancellation);
                return await act(connection, cancellation);
            }
            catch (NpgsqlException failure) when (!last && connection is not null && IsLost(failure, connection) && mayRepeat())
            {
                _source.Clear(); // The others were ended with it.
                last = true;
            }
            catch (NpgsqlException failure) when (PostgresFailure.IsConflict(failure) && tries < MaxTries)
            {
                tries++;
            }
            catch (NpgsqlException failure) when (PostgresFailure.IsOfTheStore(failure))
            {
                throw PostgresFailure.Explain(failure, Address);
            }
            finally
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                }
            }
        }
    }
}
