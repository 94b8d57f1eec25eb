using Causeway.Budgets.Agreements;

namespace Causeway.Storage.Postgres;

/// <summary>Agreements on PostgreSQL. Their ids sort by time.</summary>
internal sealed class PostgresAgreementStore(PostgresDatabase database) : IAgreementStore
{
    public Task<bool> AddAsync(Agreement agreement, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Agreements,
        async connection => await connection.RunAsync(
            """
            INSERT INTO agreements (id, provider, created_at, version, body)
            SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM agreements) < $6
            """,
            agreement.Id.Value, agreement.Provider, agreement.CreatedAt, (long)agreement.Version, AgreementJson.Write(agreement), (long)IAgreementStore.MaxKept) == 1,
        cancellation);

    public Task<bool> ReplaceAsync(Agreement agreement, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Agreements,
        async connection => await connection.RunAsync(
            "UPDATE agreements SET version = $2, body = $3 WHERE id = $1 AND version = $2 - 1", agreement.Id.Value, (long)agreement.Version, AgreementJson.Write(agreement)) == 1,
        cancellation);

    public async Task<IReadOnlyList<Agreement>> ListAsync(CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(row => AgreementJson.Read(row.GetFieldValue<byte[]>(0)), leave, "SELECT body FROM agreements ORDER BY id DESC"), cancellation);
}
