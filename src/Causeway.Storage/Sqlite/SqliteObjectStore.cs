using Causeway.Budgets.Grants;
using Causeway.Budgets.Objects;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Whose what providers keep is, on SQLite.</summary>
internal sealed class SqliteObjectStore(SqliteWriter writer, SqliteReaders readers) : IObjectStore
{
    private const int RowsOfAPiece = 2_000;

    public Task KeepAsync(IReadOnlyCollection<OwnedObject> objects, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO objects (provider, id, team, grant_id, made_at, kept_until) VALUES ($provider, $id, $team, $grant, $made_at, $kept_until)
                ON CONFLICT DO UPDATE SET team = excluded.team, grant_id = excluded.grant_id, made_at = excluded.made_at, kept_until = excluded.kept_until
                WHERE excluded.made_at >= objects.made_at
                """;
            foreach (OwnedObject one in objects)
            {
                command.Parameters.Clear();
                command.Parameters.AddWithValue("$provider", one.Provider);
                command.Parameters.AddWithValue("$id", one.Id);
                command.Parameters.AddWithValue("$team", one.Team);
                command.Parameters.AddWithValue("$grant", (object?)one.Grant?.Value.ToByteArray(bigEndian: true) ?? DBNull.Value);
                command.Parameters.AddWithValue("$made_at", one.MadeAt.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$kept_until", one.KeptUntil.ToUnixTimeMilliseconds());
                command.ExecuteNonQuery();
            }

            return true;
        },
        cancellation);

    public Task<IReadOnlyList<OwnedObject>> FindAsync(string provider, IReadOnlyCollection<string> ids, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<OwnedObject>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT id, team, grant_id, made_at, kept_until FROM objects WHERE provider = $provider AND id = $id";
            command.Parameters.AddWithValue("$provider", provider);
            SqliteParameter named = command.Parameters.Add("$id", SqliteType.Text);
            List<OwnedObject> found = [];
            foreach (string id in ids.Distinct(StringComparer.Ordinal))
            {
                named.Value = id;
                using SqliteDataReader row = command.ExecuteReader();
                if (row.Read())
                {
                    found.Add(new OwnedObject(provider, row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : new GrantId(new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true)), At(row, 3), At(row, 4)));
                }
            }

            return found;
        },
        cancellation);

    public Task<long> DropAsync(DateTimeOffset now, CancellationToken cancellation) => writer.DropAsync(
        "DELETE FROM objects WHERE (provider, id) IN (SELECT provider, id FROM objects WHERE kept_until < $time LIMIT $limit)", now, RowsOfAPiece, cancellation);

    private static DateTimeOffset At(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
