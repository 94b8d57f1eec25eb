using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The chores of usage on SQLite, in pieces that hold the writer up for milliseconds.</summary>
internal sealed class SqliteUsageUpkeep(SqliteWriter writer, UsageBook book) : IUsageUpkeep
{
    private const long MillisecondsPerHour = 3_600_000;
    private const int RecordsOfAPiece = 2_000;

    public Task<bool> RollUpAsync(DateTimeOffset before, CancellationToken cancellation) => writer.RunAsync(connection => RollUp(connection, before.ToUnixTimeMilliseconds() / MillisecondsPerHour), cancellation);

    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) =>
        Pieces.DropAsync(RecordsOfAPiece, () => writer.RunAsync(connection => Drop(connection, before), cancellation));

    private bool RollUp(SqliteConnection connection, long end)
    {
        book.RolledUp();
        if (Number(connection, $"SELECT min(hour) FROM usage_hourly WHERE hour >= {TotalsSql.RolledHour} AND hour < $first", end) is not { } hour)
        {
            return false;
        }

        Run(
            connection,
            $"""
            {TotalsSql.IntoDaily}
            SELECT hour / 24, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour = $first
            {TotalsSql.AddDaily}
            """,
            hour);
        Run(connection, "UPDATE usage_marks SET value = $first WHERE name = 'rolled_hour'", hour + 1);
        return true;
    }

    private static int Drop(SqliteConnection connection, DateTimeOffset before)
    {
        byte[] end = UsageRow.FirstIdAt(before).ToByteArray(bigEndian: true);
        object? next = Scalar(connection, $"SELECT request FROM usage WHERE request < $first ORDER BY request LIMIT 1 OFFSET {RecordsOfAPiece}", end);
        Run(connection, "UPDATE usage_marks SET value = max(value, $first) WHERE name = 'dropped_ms'", before.ToUnixTimeMilliseconds());
        byte[] until = next as byte[] ?? end;
        int dropped = Run(connection, "DELETE FROM usage WHERE request < $first", until);
        Run(connection, "DELETE FROM usage_attempts WHERE request < $first", until);
        Run(connection, "DELETE FROM usage_adjustments WHERE request < $first", until);
        return dropped;
    }

    private static long? Number(SqliteConnection connection, string sql, object value) => Scalar(connection, sql, value) as long?;

    private static object? Scalar(SqliteConnection connection, string sql, object value)
    {
        using SqliteCommand command = Command(connection, sql, value);
        return command.ExecuteScalar();
    }

    private static int Run(SqliteConnection connection, string sql, object value)
    {
        using SqliteCommand command = Command(connection, sql, value);
        return command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object value)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants; what comes from outside is in the parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$first", value);
        return command;
    }
}
