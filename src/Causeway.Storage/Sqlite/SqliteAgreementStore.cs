using Causeway.Budgets.Agreements;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Agreements on SQLite. Their ids sort by time.</summary>
internal sealed class SqliteAgreementStore(SqliteWriter writer, SqliteReaders readers) : IAgreementStore
{
    public Task<bool> AddAsync(Agreement agreement, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO agreements (id, provider, created_at, version, body)
                SELECT $id, $provider, $created_at, $version, $body WHERE (SELECT count(*) FROM agreements) < $most
                """;
            command.Parameters.AddWithValue("$id", agreement.Id.Value.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$provider", agreement.Provider);
            command.Parameters.AddWithValue("$created_at", agreement.CreatedAt.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$version", agreement.Version);
            command.Parameters.AddWithValue("$body", AgreementJson.Write(agreement));
            command.Parameters.AddWithValue("$most", IAgreementStore.MaxKept);
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<bool> ReplaceAsync(Agreement agreement, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE agreements SET version = $version, body = $body WHERE id = $id AND version = $version - 1";
            command.Parameters.AddWithValue("$id", agreement.Id.Value.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$version", agreement.Version);
            command.Parameters.AddWithValue("$body", AgreementJson.Write(agreement));
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<IReadOnlyList<Agreement>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Agreement>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM agreements ORDER BY id DESC";
            using SqliteDataReader row = command.ExecuteReader();
            List<Agreement> all = [];
            while (row.Read())
            {
                all.Add(AgreementJson.Read(row.GetFieldValue<byte[]>(0)));
            }

            return all;
        },
        cancellation);
}
