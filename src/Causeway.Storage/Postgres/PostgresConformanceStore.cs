using System.Data.Common;
using Causeway.Contracts.Conformance;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Measured conformance on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresConformanceStore(PostgresDatabase database) : IConformanceStore
{
    private const string Columns = "provider, model, region, dialect, probe, verdict, at, detail, reply_digest";

    public Task AddAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellation) => measurements.Count == 0
        ? Task.CompletedTask
        : database.WriteAsync(PostgresLock.Measurements, connection => AddAsync(connection, measurements), cancellation);

    // Of two of the same millisecond the one that was kept later is the newer.
    public Task<IReadOnlyList<Measurement>> LatestAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Measurement>>(
        async (connection, leave) => await connection.ReadAsync(
            Read, leave, $"SELECT DISTINCT ON (provider, model, probe) {Columns} FROM measurements ORDER BY provider, model, probe, at DESC, id DESC"),
        cancellation);

    public Task<IReadOnlyList<Measurement>> SinceAsync(DateTimeOffset since, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Measurement>>(
        async (connection, leave) => await connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM measurements WHERE at >= $1 ORDER BY at, id", since), cancellation);

    private static async Task<int> AddAsync(NpgsqlConnection connection, IReadOnlyList<Measurement> measurements)
    {
        await using NpgsqlBatch batch = connection.CreateBatch();
        foreach (Measurement one in measurements)
        {
            batch.Add(
                $"INSERT INTO measurements ({Columns}) VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6, $7, $8::text, $9::text)",
                one.Provider, one.Model, one.Region, one.Dialect, one.Probe, (int)one.Verdict, one.At, one.Detail, one.ReplyDigest);
        }

        return await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static Measurement Read(DbDataReader row) => new(
        Provider: row.Text(0),
        Model: row.Text(1),
        Region: row.TextOrNull(2),
        Dialect: row.Text(3),
        Probe: row.Text(4),
        Verdict: (ProbeVerdict)row.GetInt32(5),
        At: row.Time(6),
        Detail: row.TextOrNull(7),
        ReplyDigest: row.TextOrNull(8));
}
