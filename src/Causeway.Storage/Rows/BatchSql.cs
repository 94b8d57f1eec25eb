using System.Data.Common;
using Causeway.Budgets.Batches;

namespace Causeway.Storage.Rows;

/// <summary>Batches that were taken, in words that both engines know.</summary>
internal static class BatchSql
{
    /// <summary>In the order of <see cref="Read"/>.</summary>
    public const string Columns = "request, provider, batch, data_class, taken_at, due_at, state, next_at, asked_at, asks, word";

    /// <summary>What of a batch changes.</summary>
    public const string OnConflict = """
        ON CONFLICT (request) DO UPDATE SET provider = excluded.provider, batch = excluded.batch, data_class = excluded.data_class, taken_at = excluded.taken_at, due_at = excluded.due_at,
          state = excluded.state, next_at = excluded.next_at, asked_at = excluded.asked_at, asks = excluded.asks, word = excluded.word
        """;

    /// <summary>A row, but for the request's id, which each engine writes its own way.</summary>
    public static TakenBatch Read(DbDataReader row, Guid request) => new(request, row.GetString(1), row.GetString(2), row.GetInt32(3), At(row, 4), At(row, 5))
    {
        State = (BatchState)row.GetInt32(6),
        NextAt = At(row, 7),
        AskedAt = row.IsDBNull(8) ? null : At(row, 8),
        Asks = row.GetInt32(9),
        Word = row.IsDBNull(10) ? null : row.GetString(10),
    };

    private static DateTimeOffset At(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
