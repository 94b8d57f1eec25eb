using System.Data.Common;
using Causeway.Budgets.Alerts;

namespace Causeway.Storage.Postgres;

/// <summary>What webhooks did not take, on PostgreSQL.</summary>
internal sealed class PostgresDeadLetterStore(PostgresDatabase database) : IDeadLetterStore
{
    private const string Columns = "id, hook, what, body, problem, tries, tried_at";

    private static readonly Guid s_last = new([.. Enumerable.Repeat((byte)0xFF, 16)]);

    public Task KeepAsync(DeadLetter letter, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(letter.Body.Length, IDeadLetterStore.MaxBody, nameof(letter));
        return database.ReadAsync(
            async (connection, _) =>
            {
                await connection.RunAsync(
                    $"""
                    INSERT INTO dead_letters ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (id) DO UPDATE SET problem = excluded.problem, tries = excluded.tries, tried_at = excluded.tried_at
                    """,
                    letter.Id, letter.Hook, letter.What, letter.Body, letter.Problem, letter.Tries, letter.LastTriedAt);
                return await connection.RunAsync("DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters ORDER BY id DESC OFFSET $1)", IDeadLetterStore.Most);
            },
            cancellation);
    }

    public Task<IReadOnlyList<DeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<DeadLetter>>(
        async (connection, leave) => await connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM dead_letters WHERE id < $1 ORDER BY id DESC LIMIT $2", before ?? s_last, limit), cancellation);

    public async Task<DeadLetter?> FindAsync(Guid id, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM dead_letters WHERE id = $1", id), cancellation)).FirstOrDefault();

    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellation) =>
        await database.ReadAsync(async (connection, _) => await connection.RunAsync("DELETE FROM dead_letters WHERE id = $1", id), cancellation) == 1;

    public async Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) =>
        await database.ReadAsync(async (connection, _) => await connection.RunAsync("DELETE FROM dead_letters WHERE id < $1", Rows.UsageRow.FirstIdAt(before)), cancellation);

    private static DeadLetter Read(DbDataReader row) => new(
        row.GetGuid(0), row.Text(1), row.Text(2), row.GetFieldValue<byte[]>(3), row.Text(4), row.GetInt32(5), row.Time(6));
}
