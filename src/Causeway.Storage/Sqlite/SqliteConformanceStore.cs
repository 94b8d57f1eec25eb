using Causeway.Contracts.Conformance;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Measured conformance on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteConformanceStore(SqliteWriter writer, SqliteReaders readers) : IConformanceStore
{
    private const string Columns = "SELECT provider, model, region, dialect, probe, verdict, at, detail, reply_digest FROM measurements";

    public Task AddAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellation) => measurements.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(connection => Add(connection, measurements), cancellation);

    // Of two of the same millisecond the one that was kept later is the newer. The groups come from a scan of the index; rows are read for the newest only.
    public Task<IReadOnlyList<Measurement>> LatestAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Measurement>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = Columns
                + """
                   WHERE id IN (
                    SELECT (
                      SELECT id FROM measurements AS one
                      WHERE one.provider = pair.provider AND one.model = pair.model AND one.probe = pair.probe
                      ORDER BY one.at DESC, one.id DESC LIMIT 1)
                    FROM (SELECT DISTINCT provider, model, probe FROM measurements) AS pair)
                  ORDER BY provider, model, probe
                  """;
            return ReadAll(command);
        },
        cancellation);

    public Task<IReadOnlyList<Measurement>> SinceAsync(DateTimeOffset since, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Measurement>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = Columns + " WHERE at >= $since ORDER BY at, id";
            command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
            return ReadAll(command);
        },
        cancellation);

    private static bool Add(SqliteConnection connection, IReadOnlyList<Measurement> measurements)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO measurements (provider, model, region, dialect, probe, verdict, at, detail, reply_digest)
            VALUES ($provider, $model, $region, $dialect, $probe, $verdict, $at, $detail, $reply_digest)
            """;
        foreach (Measurement measurement in measurements)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$provider", measurement.Provider);
            command.Parameters.AddWithValue("$model", measurement.Model);
            command.Parameters.AddWithValue("$region", OrNull(measurement.Region));
            command.Parameters.AddWithValue("$dialect", measurement.Dialect);
            command.Parameters.AddWithValue("$probe", measurement.Probe);
            command.Parameters.AddWithValue("$verdict", (long)measurement.Verdict);
            command.Parameters.AddWithValue("$at", measurement.At.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$detail", OrNull(measurement.Detail));
            command.Parameters.AddWithValue("$reply_digest", OrNull(measurement.ReplyDigest));
            command.ExecuteNonQuery();
        }

        return true;
    }

    private static List<Measurement> ReadAll(SqliteCommand command)
    {
        using SqliteDataReader row = command.ExecuteReader();
        var measurements = new List<Measurement>();
        while (row.Read())
        {
            measurements.Add(new Measurement(
                Provider: row.GetString(0),
                Model: row.GetString(1),
                Region: Text(row, 2),
                Dialect: row.GetString(3),
                Probe: row.GetString(4),
                Verdict: (ProbeVerdict)row.GetInt64(5),
                At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
                Detail: Text(row, 7),
                ReplyDigest: Text(row, 8)));
        }

        return measurements;
    }

    private static object OrNull(string? text) => text is null ? DBNull.Value : text;

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
