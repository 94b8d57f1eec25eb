using Causeway.Budgets.Agreements;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Where what went, on PostgreSQL.</summary>
internal sealed class PostgresResidencyStore(PostgresDatabase database) : IResidencyStore
{
    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_slack = TimeSpan.FromHours(1);
    private static readonly string s_sql = ResidencySql.For("u.request >= $1 AND u.request < $2 AND u.at_ms >= $3 AND u.at_ms < $4", "coalesce(sum({0}), 0)::bigint");

    public async Task<IReadOnlyList<ResidencyRow>> CountAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => ResidencySql.Read(row, PostgresText.Format),
            leave,
            s_sql,
            UsageRow.FirstIdAt(since - s_slack), UsageRow.FirstIdAt(until + s_slack), since.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds()),
        cancellation);
}
