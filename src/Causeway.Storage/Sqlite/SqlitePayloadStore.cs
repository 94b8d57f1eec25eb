using Causeway.Budgets.Payloads;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Sealed payloads on SQLite.</summary>
internal sealed class SqlitePayloadStore(SqliteWriter writer, SqliteReaders readers) : IPayloadStore
{
    private const int OfAPiece = 200; // Each may be large, and what waits to be booked goes first between two pieces.

    public Task PutAsync(IReadOnlyList<SealedPayload> payloads, CancellationToken cancellation)
    {
        foreach (SealedPayload payload in payloads)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Content.Length, IPayloadStore.MaxSealed, nameof(payloads));
        }

        return writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = "INSERT INTO payloads (request, until, content) VALUES ($request, $until, $content) ON CONFLICT (request) DO UPDATE SET until = excluded.until, content = excluded.content";
                SqliteParameter request = command.Parameters.Add("$request", SqliteType.Blob);
                SqliteParameter until = command.Parameters.Add("$until", SqliteType.Integer);
                SqliteParameter content = command.Parameters.Add("$content", SqliteType.Blob);
                foreach (SealedPayload payload in payloads)
                {
                    (request.Value, until.Value, content.Value) = (payload.Request.ToByteArray(bigEndian: true), payload.Until.ToUnixTimeMilliseconds(), payload.Content);
                    command.ExecuteNonQuery();
                }

                return payloads.Count;
            },
            cancellation);
    }

    public Task<SealedPayload?> FindAsync(Guid request, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT until, content FROM payloads WHERE request = $request";
            command.Parameters.AddWithValue("$request", request.ToByteArray(bigEndian: true));
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? new SealedPayload(request, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetFieldValue<byte[]>(1)) : null;
        },
        cancellation);

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation) => writer.DropAsync(
        "DELETE FROM payloads WHERE rowid IN (SELECT rowid FROM payloads WHERE until <= $time LIMIT $limit)", until, OfAPiece, cancellation);
}
