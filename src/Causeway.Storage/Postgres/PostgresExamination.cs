using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What <c>causeway doctor</c> can say of a database without writing to it.</summary>
internal static class PostgresExamination
{
    public static async Task<string> OfAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation)
    {
        await PostgresMigrations.CheckServerAsync(connection, address);
        await PostgresMarker.RefuseAsync(connection, address);
        List<Migration> known = PostgresMigrations.Known();
        if (await PostgresMigrations.PendingAsync(connection, address, known) is not { } pending)
        {
            return await IsAllowedAsync(connection, address, cancellation)
                ? $"{address} is there; the schema {address.Schema} is made at the first start."
                : throw new StoreUnavailableException(
                    $"The store {address} has no schema {address.Schema}, and the user {address.User} may not make one. Run: CREATE SCHEMA {address.Schema} AUTHORIZATION {address.User}.");
        }

        if (await connection.NumberAsync(cancellation, "SELECT pg_is_in_recovery()::integer::bigint") != 0)
        {
            throw new StoreUnavailableException($"The store {address} takes no writes: it is a standby. Name the primary server in `store`.");
        }

        string safety = (await connection.ReadAsync(row => row.GetString(0), cancellation, "SELECT current_setting('fsync')"))[0] == "on"
            ? ""
            : " The server runs with fsync = off: what is acknowledged may be lost with the machine. Set it on.";
        if (pending.Count > 0)
        {
            return $"{address} is there; {pending.Count} schema steps are taken at the next start.{safety}";
        }

        (long keys, long records) = (await connection.ReadAsync(
            row => (row.GetInt64(0), row.GetInt64(1)), cancellation, "SELECT (SELECT count(*) FROM keys), (SELECT coalesce(sum(requests), 0)::bigint FROM usage_hourly)"))[0];
        return $"{address} is sound: PostgreSQL {connection.PostgreSqlVersion}, {keys} keys, {records} usage records.{safety}";
    }

    private static async Task<bool> IsAllowedAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation) => await connection.NumberAsync(
        cancellation,
        """
        SELECT count(*) FROM (SELECT 1) AS one
        WHERE has_database_privilege(current_database(), 'CREATE') OR EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1 AND has_schema_privilege(nspname, 'CREATE'))
        """,
        address.Schema) > 0;
}
