using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Registered contracts on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteContractStore(SqliteWriter writer, SqliteReaders readers) : IContractStore
{
    private const string Columns = "SELECT name, version, id, schema, policy, created_at FROM contracts";

    public Task<KeptContract> AddAsync(
        string name, ContractId id, JsonSchema schema, ContractPolicy policy, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(connection => Add(connection, new Contract(name, 1, id, schema, policy.ToCanonical(), at)), cancellation);

    public Task<IReadOnlyList<Contract>> ListAsync(CancellationToken cancellation) => readers.RunAsync(List, cancellation);

    private static KeptContract Add(SqliteConnection connection, Contract first)
    {
        Contract? newest = FindNewest(connection, first.Name);
        if (newest?.Id == first.Id)
        {
            return new KeptContract(newest, IsNew: false);
        }

        Contract next = first with { Version = newest is null ? 1 : newest.Version + 1 };
        Insert(connection, next);
        return new KeptContract(next, IsNew: true);
    }

    private static Contract? FindNewest(SqliteConnection connection, string name)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Columns + " WHERE name = $name ORDER BY version DESC LIMIT 1";
        command.Parameters.AddWithValue("$name", name);
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    private static void Insert(SqliteConnection connection, Contract contract)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO contracts (name, version, id, schema, policy, created_at) VALUES ($name, $version, $id, $schema, $policy, $created_at)";
        command.Parameters.AddWithValue("$name", contract.Name);
        command.Parameters.AddWithValue("$version", contract.Version);
        command.Parameters.AddWithValue("$id", contract.Id.ToDigest());
        command.Parameters.AddWithValue("$schema", contract.Schema.Text.ToArray());
        command.Parameters.AddWithValue("$policy", PolicyJson.Write(contract.Policy));
        command.Parameters.AddWithValue("$created_at", contract.CreatedAt.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    private static IReadOnlyList<Contract> List(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Columns + " ORDER BY name, version";
        using SqliteDataReader row = command.ExecuteReader();
        var contracts = new List<Contract>();
        while (row.Read())
        {
            contracts.Add(Read(row));
        }

        return contracts;
    }

    private static Contract Read(SqliteDataReader row) => Kept.Contract(
        row.GetString(0),
        row.GetInt32(1),
        ContractId.FromDigest(row.GetFieldValue<byte[]>(2)),
        row.GetFieldValue<byte[]>(3),
        row.GetFieldValue<byte[]>(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));
}
