using System.Data.Common;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Objects;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Whose what providers keep is, on PostgreSQL.</summary>
internal sealed class PostgresObjectStore(PostgresDatabase database) : IObjectStore
{
    private const int RowsOfAPiece = 10_000;

    public Task KeepAsync(IReadOnlyCollection<OwnedObject> objects, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) =>
        {
            await using NpgsqlBatch batch = connection.CreateBatch(); // One transaction. In an order that every instance keeps to, so that none waits for another in a circle.
            foreach (OwnedObject one in objects.OrderBy(one => one.Provider, StringComparer.Ordinal).ThenBy(one => one.Id, StringComparer.Ordinal))
            {
                batch.Add(
                    """
                    INSERT INTO objects (provider, id, team, grant_id, made_at, kept_until) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (provider, id) DO UPDATE SET team = excluded.team, grant_id = excluded.grant_id, made_at = excluded.made_at, kept_until = excluded.kept_until
                    WHERE excluded.made_at >= objects.made_at
                    """,
                    one.Provider, one.Id, one.Team, one.Grant?.Value, one.MadeAt, one.KeptUntil);
            }

            return await batch.ExecuteNonQueryAsync(leave);
        },
        cancellation);

    public async Task<IReadOnlyList<OwnedObject>> FindAsync(string provider, IReadOnlyCollection<string> ids, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => Read(provider, row),
            leave,
            "SELECT id, team, grant_id, made_at, kept_until FROM objects WHERE provider = $1 AND id = ANY ($2)",
            provider,
            new NpgsqlParameter<string[]> { TypedValue = [.. ids.Select(PostgresText.Kept)] }),
        cancellation);

    public Task<long> DropAsync(DateTimeOffset now, CancellationToken cancellation) => Pieces.DropAsync(
        RowsOfAPiece,
        () => database.ReadAsync(
            async (connection, _) => await connection.RunAsync("DELETE FROM objects WHERE ctid = ANY (ARRAY(SELECT ctid FROM objects WHERE kept_until < $1 LIMIT $2))", now, RowsOfAPiece),
            cancellation));

    private static OwnedObject Read(string provider, DbDataReader row) =>
        new(provider, row.Text(0), row.Text(1), row.IsDBNull(2) ? null : new GrantId(row.GetGuid(2)), row.Time(3), row.Time(4));
}
