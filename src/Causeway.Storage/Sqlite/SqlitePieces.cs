using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Rows whose time is over, deleted in pieces.</summary>
internal static class SqlitePieces
{
    /// <summary>Deletes what a statement finds, piece by piece, and says how many rows it were.</summary>
    /// <param name="writer">What runs each piece.</param>
    /// <param name="sql">Deletes at most <c>$limit</c> rows that <c>$time</c> (milliseconds of Unix time) is past. A constant of this room.</param>
    /// <param name="time">The time.</param>
    /// <param name="most">Rows of one piece.</param>
    /// <param name="cancellation">Ends the waiting; a piece that has begun is carried to its end.</param>
    public static Task<long> DropAsync(this SqliteWriter writer, string sql, DateTimeOffset time, int most, CancellationToken cancellation) => Pieces.DropAsync(
        most,
        () => writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants of this room.
                command.CommandText = sql;
#pragma warning restore CA2100
                command.Parameters.AddWithValue("$time", time.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$limit", most);
                return command.ExecuteNonQuery();
            },
            cancellation));
}
