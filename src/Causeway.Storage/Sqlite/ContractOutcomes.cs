using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Counts what became of contracts, from the records themselves: the index holds only those that had a contract.</summary>
internal static class ContractOutcomes
{
    // Versions stand after an '@', and 'A' is the character that follows it: the range is every version of one name, by the index on names.
    // Groups are formed over numbers; a name is looked up once per group.
    private const string Sql =
        """
        SELECT
          (SELECT name FROM names WHERE id = contract),
          strftime('%Y-%m-%d', day * 86400, 'unixepoch'),
          ifnull((SELECT name FROM names WHERE id = provider), ''),
          (SELECT name FROM names WHERE id = model),
          (SELECT name FROM names WHERE id = outcome),
          requests, repairs, repair_cost
        FROM (
          SELECT contract, at_ms / 86400000 AS day, provider, ifnull(model_sent, model_asked) AS model, contract_outcome AS outcome,
            count(*) AS requests, sum(repairs) AS repairs, ifnull(sum(repair_cost_nano_usd), 0) AS repair_cost
          FROM usage
          WHERE contract IN (SELECT id FROM names WHERE name = $name OR (name >= $name || '@' AND name < $name || 'A'))
            AND contract_outcome IS NOT NULL AND request >= $from AND at_ms >= $since
          GROUP BY 1, 2, 3, 4, 5)
        ORDER BY 1, 2, 3, 4, 5
        """;

    // A request's id is made at its arrival, by the same clock. A second is room for an id that is made a moment earlier or later than it is booked.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<ContractOutcomeRow> Read(SqliteConnection connection, string contract, DateTimeOffset since)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Sql;
        command.Parameters.AddWithValue("$name", contract);
        command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$from", UsageRow.FirstIdAt(since > DateTimeOffset.UnixEpoch ? since - s_slack : since).ToByteArray(bigEndian: true));
        using SqliteDataReader row = command.ExecuteReader();
        var rows = new List<ContractOutcomeRow>();
        while (row.Read())
        {
            rows.Add(UsageRow.ReadOutcome(row, SqliteRows.Format));
        }

        return rows;
    }
}
