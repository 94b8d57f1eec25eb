using System.Data.Common;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Registered contracts on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresContractStore(PostgresDatabase database) : IContractStore
{
    private const string Columns = "SELECT name, version, id, schema, policy, created_at FROM contracts";

    public Task<KeptContract> AddAsync(
        string name, ContractId id, JsonSchema schema, ContractPolicy policy, DateTimeOffset at, CancellationToken cancellation) =>
        database.WriteAsync(PostgresLock.Contracts, connection => AddAsync(connection, new Contract(name, 1, id, schema, policy.ToCanonical(), at)), cancellation);

    public Task<IReadOnlyList<Contract>> ListAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Contract>>(
        async (connection, leave) => await connection.ReadAsync(Read, leave, Columns + " ORDER BY name, version"), cancellation);

    private static async Task<KeptContract> AddAsync(NpgsqlConnection connection, Contract first)
    {
        Contract? newest = (await connection.ReadAsync(Read, CancellationToken.None, Columns + " WHERE name = $1 ORDER BY version DESC LIMIT 1", first.Name)).FirstOrDefault();
        if (newest?.Id == first.Id)
        {
            return new KeptContract(newest, IsNew: false);
        }

        Contract next = first with { Version = newest is null ? 1 : newest.Version + 1 };
        await connection.RunAsync(
            "INSERT INTO contracts (name, version, id, schema, policy, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            next.Name, next.Version, next.Id.ToDigest(), next.Schema.Text.ToArray(), PolicyJson.Write(next.Policy), next.CreatedAt);
        return new KeptContract(next, IsNew: true);
    }

    private static Contract Read(DbDataReader row) =>
        Kept.Contract(row.Text(0), row.GetInt32(1), ContractId.FromDigest(row.GetFieldValue<byte[]>(2)), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4), row.Time(5));
}
