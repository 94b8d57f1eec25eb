using Causeway.Budgets.Raises;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Requests for raises and broken glasses on SQLite. Their ids sort by time.</summary>
internal sealed class SqliteRaiseStore(SqliteWriter writer, SqliteReaders readers) : IRaiseStore
{
    public Task AddAsync(Raise raise, CancellationToken cancellation) => writer.RunAsync(
        connection => Run(connection, "INSERT INTO raises (id, created_at, version, pending, body) VALUES ($id, $created_at, $version, $pending, $body)", raise) == 1, cancellation);

    public Task<bool> ReplaceAsync(Raise raise, CancellationToken cancellation) => writer.RunAsync(
        connection => Run(connection, "UPDATE raises SET version = $version, pending = $pending, body = $body WHERE id = $id AND version = $version - 1", raise) == 1, cancellation);

    public Task<Raise?> FindAsync(RaiseId id, CancellationToken cancellation) => readers.RunAsync(
        connection => Bodies(connection, "SELECT body FROM raises WHERE id = $id", id.Value).Select(body => RaiseJson.Read(body)).FirstOrDefault(), cancellation);

    public Task<IReadOnlyList<Raise>> ListAsync(bool onlyPending, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Raise>>(
        connection =>
        [
            .. Bodies(
                connection,
                onlyPending ? "SELECT body FROM raises WHERE pending = 1 ORDER BY id DESC LIMIT $most" : "SELECT body FROM raises ORDER BY id DESC LIMIT $most").Select(body => RaiseJson.Read(body)),
        ],
        cancellation);

    public Task PutAsync(BrokenGlass glass, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                "INSERT INTO broken_glass (id, reviewed, body) VALUES ($id, $reviewed, $body) ON CONFLICT (id) DO UPDATE SET reviewed = excluded.reviewed, body = excluded.body";
            command.Parameters.AddWithValue("$id", glass.Id.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$reviewed", glass.ReviewedBy is null ? 0 : 1);
            command.Parameters.AddWithValue("$body", RaiseJson.Write(glass));
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<BrokenGlass?> FindGlassAsync(Guid id, CancellationToken cancellation) => readers.RunAsync(
        connection => Bodies(connection, "SELECT body FROM broken_glass WHERE id = $id", id).Select(body => RaiseJson.ReadGlass(body)).FirstOrDefault(), cancellation);

    public Task<IReadOnlyList<BrokenGlass>> ListGlassAsync(bool onlyUnreviewed, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<BrokenGlass>>(
        connection =>
        [
            .. Bodies(
                connection,
                onlyUnreviewed ? "SELECT body FROM broken_glass WHERE reviewed = 0 ORDER BY id DESC LIMIT $most" : "SELECT body FROM broken_glass ORDER BY id DESC LIMIT $most").Select(body => RaiseJson.ReadGlass(body)),
        ],
        cancellation);

    private static int Run(SqliteConnection connection, string sql, Raise raise)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$id", raise.Id.Value.ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$created_at", raise.CreatedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$version", raise.Version);
        command.Parameters.AddWithValue("$pending", raise.State == RaiseState.Pending ? 1 : 0);
        command.Parameters.AddWithValue("$body", RaiseJson.Write(raise));
        return command.ExecuteNonQuery();
    }

    private static List<byte[]> Bodies(SqliteConnection connection, string sql, Guid? id = null)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$most", IRaiseStore.MaxListed);
        if (id is { } value)
        {
            command.Parameters.AddWithValue("$id", value.ToByteArray(bigEndian: true));
        }

        using SqliteDataReader row = command.ExecuteReader();
        List<byte[]> bodies = [];
        while (row.Read())
        {
            bodies.Add(row.GetFieldValue<byte[]>(0));
        }

        return bodies;
    }
}
