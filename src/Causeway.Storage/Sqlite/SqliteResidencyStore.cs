using Causeway.Budgets.Agreements;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Where what went, on SQLite.</summary>
internal sealed class SqliteResidencyStore(SqliteReaders readers) : IResidencyStore
{
    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_slack = TimeSpan.FromHours(1);
    private static readonly string s_sql = ResidencySql.For("u.request >= $first AND u.request < $end AND u.at_ms >= $since AND u.at_ms < $until", "ifnull(sum({0}), 0)");

    public Task<IReadOnlyList<ResidencyRow>> CountAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<ResidencyRow>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Put together from constants.
            command.CommandText = s_sql;
#pragma warning restore CA2100
            command.Parameters.AddWithValue("$first", UsageRow.FirstIdAt(since - s_slack).ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$end", UsageRow.FirstIdAt(until + s_slack).ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$until", until.ToUnixTimeMilliseconds());
            using SqliteDataReader row = command.ExecuteReader();
            List<ResidencyRow> rows = [];
            while (row.Read())
            {
                rows.Add(ResidencySql.Read(row, SqliteRows.Format));
            }

            return rows;
        },
        cancellation);
}
