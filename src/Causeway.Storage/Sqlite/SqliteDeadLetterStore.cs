using Causeway.Budgets.Alerts;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>What webhooks did not take, on SQLite.</summary>
internal sealed class SqliteDeadLetterStore(SqliteWriter writer, SqliteReaders readers) : IDeadLetterStore
{
    private const string Columns = "id, hook, what, body, problem, tries, tried_at";

    private static readonly byte[] s_last = [.. Enumerable.Repeat((byte)0xFF, 16)];

    public Task KeepAsync(DeadLetter letter, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(letter.Body.Length, IDeadLetterStore.MaxBody, nameof(letter));
        return writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText =
                    $"""
                    INSERT INTO dead_letters ({Columns}) VALUES ($id, $hook, $what, $body, $problem, $tries, $tried_at)
                    ON CONFLICT (id) DO UPDATE SET problem = excluded.problem, tries = excluded.tries, tried_at = excluded.tried_at;
                    DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters ORDER BY id DESC LIMIT -1 OFFSET $most);
                    """;
                command.Parameters.AddWithValue("$id", letter.Id.ToByteArray(bigEndian: true));
                command.Parameters.AddWithValue("$hook", letter.Hook);
                command.Parameters.AddWithValue("$what", letter.What);
                command.Parameters.AddWithValue("$body", letter.Body);
                command.Parameters.AddWithValue("$problem", letter.Problem);
                command.Parameters.AddWithValue("$tries", letter.Tries);
                command.Parameters.AddWithValue("$tried_at", letter.LastTriedAt.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$most", IDeadLetterStore.Most);
                return command.ExecuteNonQuery();
            },
            cancellation);
    }

    public Task<IReadOnlyList<DeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<DeadLetter>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT {Columns} FROM dead_letters WHERE id < $before ORDER BY id DESC LIMIT $limit";
            command.Parameters.AddWithValue("$before", before?.ToByteArray(bigEndian: true) ?? s_last);
            command.Parameters.AddWithValue("$limit", limit);
            using SqliteDataReader row = command.ExecuteReader();
            List<DeadLetter> letters = [];
            while (row.Read())
            {
                letters.Add(Read(row));
            }

            return letters;
        },
        cancellation);

    public Task<DeadLetter?> FindAsync(Guid id, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT {Columns} FROM dead_letters WHERE id = $id";
            command.Parameters.AddWithValue("$id", id.ToByteArray(bigEndian: true));
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? Read(row) : null;
        },
        cancellation);

    public Task<bool> RemoveAsync(Guid id, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DELETE FROM dead_letters WHERE id = $id";
            command.Parameters.AddWithValue("$id", id.ToByteArray(bigEndian: true));
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DELETE FROM dead_letters WHERE id < $before";
            command.Parameters.AddWithValue("$before", Rows.UsageRow.FirstIdAt(before).ToByteArray(bigEndian: true));
            return (long)command.ExecuteNonQuery();
        },
        cancellation);

    private static DeadLetter Read(SqliteDataReader row) => new(
        new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
        row.GetString(1),
        row.GetString(2),
        row.GetFieldValue<byte[]>(3),
        row.GetString(4),
        row.GetInt32(5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));
}
