using Causeway.Storage.Moving;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Whether a schema is still being filled with the rows of another store, and who else uses it.</summary>
internal static class PostgresMarker
{
    private const int LooksForUsers = 20; // A second of them.

    /// <summary>The move that has begun and not ended; null: there is none.</summary>
    public static async Task<MoveState?> FindAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        // Not by to_regclass: the search path may lead into a schema that is not there.
        if (await connection.NumberAsync(CancellationToken.None, "SELECT count(*) FROM pg_tables WHERE schemaname = $1 AND tablename = $2", address.Schema, MoveMarker.Table) == 0)
        {
            return null;
        }

        return MoveMarker.Read(await connection.ReadAsync(row => (row.GetString(0), row.GetString(1)), CancellationToken.None, MoveMarker.Select));
    }

    /// <exception cref="StoreUnavailableException">It is.</exception>
    public static async Task RefuseAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        if (await FindAsync(connection, address) is { } half)
        {
            throw MoveMarker.Half(address.ToString(), half);
        }
    }

    /// <summary>Says no to a schema that is being moved away, or filled, at this moment.</summary>
    /// <remarks>
    /// An instance is seen by its session before it looks here, and a move takes the lock before it looks for sessions (<see cref="RefuseUsedAsync"/>): one of the two sees the other.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">It is.</exception>
    public static async Task RefuseMovedAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        long number = PostgresLock.Move.Of(address);
        List<int> movers = await connection.ReadAsync(
            row => row.GetInt32(0),
            CancellationToken.None,
            """
            SELECT pid FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::bigint = $1 AND objid::bigint = $2
            """,
            (long)(uint)(number >> 32),
            (long)(uint)number);
        if (movers is [var pid, ..])
        {
            throw new StoreUnavailableException($"The store {address} is being moved by \"causeway store\" (session {pid}). Wait for its end, or end it, before Causeway is started.");
        }
    }

    /// <summary>Says no to a schema that an instance uses. One that has just ended may be seen for a moment longer: the server notices later than its caller.</summary>
    /// <exception cref="StoreUnavailableException">One does, a second long.</exception>
    public static async Task RefuseUsedAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        string? user = await UserAsync(connection, address);
        for (int looks = 1; user is not null && looks < LooksForUsers; looks++)
        {
            await connection.RunAsync("SELECT pg_sleep(0.05)");
            user = await UserAsync(connection, address);
        }

        if (user is not null)
        {
            throw new StoreUnavailableException(
                $"The store {address} is in use by a Causeway ({user}): what it books meanwhile would be left behind. Stop every instance (systemctl stop causeway, or Ctrl-C where it was "
                + "started) and run this again.");
        }
    }

    private static async Task<string?> UserAsync(NpgsqlConnection connection, PostgresAddress address) => (await connection.ReadAsync(
        row => $"session {row.GetInt32(0)} from {row.GetString(1)}",
        CancellationToken.None,
        """
        SELECT pid, coalesce(host(client_addr), 'the server itself') FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND starts_with(application_name, $1) ORDER BY pid LIMIT 1
        """,
        PostgresDatabase.ApplicationPrefix(address))).FirstOrDefault();

    /// <summary>Keeps a second move out for as long as the session lives.</summary>
    /// <exception cref="StoreUnavailableException">There is one already.</exception>
    public static async Task LockAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        if (!(await connection.ReadAsync(row => row.GetBoolean(0), CancellationToken.None, "SELECT pg_try_advisory_lock($1)", PostgresLock.Move.Of(address)))[0])
        {
            throw new StoreUnavailableException($"The store {address} is being moved already by another process. Wait for its end, or end it.");
        }
    }
}
