using Causeway.Releases.Readiness;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Readiness on SQLite.</summary>
internal sealed class SqliteReadinessStore(SqliteWriter writer, SqliteReaders readers) : IReadinessStore
{
    public Task PutAsync(ReadinessReport report, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO readiness (channel, at, body) VALUES ($channel, $at, $body) ON CONFLICT (channel) DO UPDATE SET at = excluded.at, body = excluded.body";
            command.Parameters.AddWithValue("$channel", report.Channel);
            command.Parameters.AddWithValue("$at", report.At.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$body", ReadinessJson.Write(report));
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<ReadinessReport?> FindAsync(string channel, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM readiness WHERE channel = $channel";
            command.Parameters.AddWithValue("$channel", channel);
            return command.ExecuteScalar() is byte[] body ? Kept.Readiness(body) : null;
        },
        cancellation);

    public Task<IReadOnlyList<ReadinessReport>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<ReadinessReport>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM readiness";
            using SqliteDataReader row = command.ExecuteReader();
            List<ReadinessReport> reports = [];
            while (row.Read())
            {
                if (Kept.Readiness(row.GetFieldValue<byte[]>(0)) is { } report)
                {
                    reports.Add(report);
                }
            }

            return reports;
        },
        cancellation);
}
