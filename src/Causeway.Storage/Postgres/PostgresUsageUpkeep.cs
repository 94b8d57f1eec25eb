using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>The chores of usage on PostgreSQL. Days go by dropping their partitions, which costs nothing however many rows they have.</summary>
internal sealed class PostgresUsageUpkeep(PostgresDatabase database) : IUsageUpkeep
{
    private const long MillisecondsPerHour = 3_600_000;

    // Bookings wait behind a lock that waits: rather give up, and take another turn later.
    private const string Patience = "SET LOCAL lock_timeout = '2s'";

    public Task<bool> RollUpAsync(DateTimeOffset before, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Upkeep,
        async connection =>
        {
            long end = before.ToUnixTimeMilliseconds() / MillisecondsPerHour;
            List<long> next = await connection.ReadAsync(
                row => row.GetInt64(0),
                CancellationToken.None,
                $"SELECT hour FROM usage_hourly WHERE hour >= {TotalsSql.RolledHour} AND hour < $1 ORDER BY hour LIMIT 1",
                end);
            if (next is not [var hour])
            {
                return false;
            }

            // Whoever books in this hour did so before, and is counted, or does so after it and sees the mark: a booking's snapshot is taken when it has its lock.
            await connection.RunAsync(Patience);
            await connection.RunAsync("LOCK TABLE usage_hourly IN SHARE ROW EXCLUSIVE MODE");
            await connection.RunAsync(
                $"""
                {TotalsSql.IntoDaily}
                SELECT hour / 24, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour = $1
                {TotalsSql.AddDaily}
                """,
                hour);
            await connection.RunAsync("UPDATE usage_marks SET value = $1 WHERE name = 'rolled_hour'", hour + 1);
            return true;
        },
        cancellation);

    public async Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var day = DateOnly.FromDateTime(before.UtcDateTime);
        DateTimeOffset midnight = new(day, TimeOnly.MinValue, TimeSpan.Zero);
        long dropped = 0;
        foreach (string partition in await PartitionsBeforeAsync(day, cancellation))
        {
            dropped += await database.WriteAsync(PostgresLock.Upkeep, connection => DropAsync(connection, partition, midnight), cancellation);
        }

        return dropped + await database.WriteAsync(PostgresLock.Upkeep, connection => DropRestAsync(connection, midnight), cancellation);
    }

    private Task<List<string>> PartitionsBeforeAsync(DateOnly day, CancellationToken cancellation) => database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => row.GetString(0),
            leave,
            """
            SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent IN ('usage'::regclass, 'usage_attempts'::regclass) AND relname ~ '^usage(_attempts)?_[0-9]{8}$' AND right(relname, 8) < $1 ORDER BY relname
            """,
            day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
        cancellation);

    private static async Task<long> DropAsync(NpgsqlConnection connection, string partition, DateTimeOffset midnight)
    {
        await connection.RunAsync(Patience);
        if (await connection.NumberAsync(CancellationToken.None, "SELECT count(to_regclass($1))", partition) == 0)
        {
            return 0; // Another instance did it meanwhile.
        }

        long rows = partition.StartsWith("usage_attempts", StringComparison.Ordinal) ? 0 : await connection.NumberAsync(CancellationToken.None, $"SELECT count(*) FROM {partition}");
        await MarkAsync(connection, midnight);
        await connection.RunAsync($"DROP TABLE {partition}"); // The name is one of ours: the pattern above says so.
        return rows;
    }

    // Ids of no day that has a partition, and the later words, which stand in none.
    private static async Task<long> DropRestAsync(NpgsqlConnection connection, DateTimeOffset midnight)
    {
        Guid end = UsageRow.FirstIdAt(midnight);
        long rows = await connection.RunAsync("DELETE FROM usage_other WHERE request < $1", end);
        if (rows > 0)
        {
            await MarkAsync(connection, midnight);
        }

        await connection.RunAsync("DELETE FROM usage_attempts_other WHERE request < $1", end);
        await connection.RunAsync("DELETE FROM usage_adjustments WHERE request < $1", end);
        return rows;
    }

    private static Task<int> MarkAsync(NpgsqlConnection connection, DateTimeOffset midnight) =>
        connection.RunAsync("UPDATE usage_marks SET value = greatest(value, $1) WHERE name = 'dropped_ms'", midnight);
}
