using Causeway.Budgets.Payloads;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Orders to keep prompts and answers on SQLite. Their ids sort by time.</summary>
internal sealed class SqliteCaptureOrderStore(SqliteWriter writer, SqliteReaders readers) : ICaptureOrderStore
{
    public Task<bool> AddAsync(CaptureOrder order, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO capture_orders (id, is_ended, body) SELECT $id, 0, $body WHERE (SELECT count(*) FROM capture_orders) < $most";
            command.Parameters.AddWithValue("$id", order.Id.Value.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$body", CaptureOrderJson.Write(order));
            command.Parameters.AddWithValue("$most", ICaptureOrderStore.MaxKept);
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<bool> EndAsync(CaptureOrder ended, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE capture_orders SET is_ended = 1, body = $body WHERE id = $id AND is_ended = 0";
            command.Parameters.AddWithValue("$id", ended.Id.Value.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$body", CaptureOrderJson.Write(ended));
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<IReadOnlyList<CaptureOrder>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<CaptureOrder>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM capture_orders ORDER BY id DESC";
            using SqliteDataReader row = command.ExecuteReader();
            List<CaptureOrder> all = [];
            while (row.Read())
            {
                all.Add(CaptureOrderJson.Read(row.GetFieldValue<byte[]>(0)));
            }

            return all;
        },
        cancellation);
}
