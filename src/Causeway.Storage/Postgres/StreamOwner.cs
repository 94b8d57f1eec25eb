using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Makes one process the owner of the ledger's stream, by an advisory lock of its session. The server lets go of it when the session ends, however it ends.</summary>
internal static class StreamOwner
{
    /// <summary>The one stream that there is.</summary>
    public static readonly Guid Stream = Guid.Empty;

    // As long as a session that has just been cut off may need to end.
    private const string Patience = "3s";

    private const string Holders =
        """
        FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = $1 AND objid::bigint = $2
        """;

    /// <summary>Opens a session that owns the stream.</summary>
    /// <exception cref="StoreUnavailableException">Another process owns it.</exception>
    public static async Task<NpgsqlConnection> TakeAsync(PostgresDatabase database)
    {
        NpgsqlConnection connection = await database.OpenAsync(CancellationToken.None);
        try
        {
            // A session of this very process that the server has not found dead yet would keep it out.
            (long high, long low) = Halves(database.Address);
            await connection.RunAsync($"SELECT pg_terminate_backend(pid) {Holders} AND application_name = $3", high, low, database.Application);
            await connection.RunAsync($"SET lock_timeout = '{Patience}'");
            await connection.RunAsync("SELECT pg_advisory_lock($1)", PostgresLock.Stream.Of(database.Address));
            await connection.RunAsync("RESET lock_timeout");
            return connection;
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            string holder = await HolderAsync(connection, database.Address);
            await connection.DisposeAsync();
            throw new StoreUnavailableException(
                $"The store {database.Address} is in use by another Causeway{holder}. One process writes a store's ledger: stop the other one, or give this one a "
                + "database, or a schema (?schema=NAME), of its own.",
                held);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> HolderAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        (long high, long low) = Halves(address);
        List<string> holders = await connection.ReadAsync(
            row => $" (session {row.GetInt32(0)} from {row.GetString(1)})", CancellationToken.None, $"SELECT pid, coalesce(host(client_addr), 'the server itself') {Holders}", high, low);
        return holders.FirstOrDefault() ?? "";
    }

    // As pg_locks shows the lock of one number.
    private static (long High, long Low) Halves(PostgresAddress address)
    {
        long number = PostgresLock.Stream.Of(address);
        return ((uint)(number >> 32), (uint)number);
    }
}
