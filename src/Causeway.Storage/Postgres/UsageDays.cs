using System.Globalization;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Makes the partitions of usage: one a day, by the day that is in a request's id, and the next one with it. Ids of no plausible day go to one that is
/// always there. Used by the writer only, in its transaction.
/// </summary>
internal sealed class UsageDays
{
    private static readonly DateOnly s_first = new(2020, 1, 1);
    private static readonly DateOnly s_end = new(2100, 1, 1);

    private readonly HashSet<DateOnly> _reached = [];
    private readonly HashSet<DateOnly> _made = [];

    /// <summary>Makes what is missing for some requests.</summary>
    public async Task EnsureAsync(NpgsqlConnection connection, IEnumerable<Guid> requests)
    {
        foreach (Guid request in requests)
        {
            if (DayOf(request) is { } day && _reached.Add(day))
            {
                await EnsureAsync(connection, day);
                await EnsureAsync(connection, day.AddDays(1));
            }
        }
    }

    /// <summary>Makes a day's partitions.</summary>
    public async Task EnsureAsync(NpgsqlConnection connection, DateOnly day)
    {
        if (day < s_first || day >= s_end || !_made.Add(day))
        {
            return;
        }

        foreach (string table in (string[])["usage", "usage_attempts"])
        {
            string partition = $"{table}_{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";
            if (await connection.NumberAsync(CancellationToken.None, "SELECT count(to_regclass($1))", partition) == 0)
            {
                // Attached, not made as a partition: reads of the others go on meanwhile.
                await connection.RunAsync($"CREATE TABLE {partition} (LIKE {table} INCLUDING ALL)");
                await connection.RunAsync($"ALTER TABLE {table} ATTACH PARTITION {partition} FOR VALUES FROM ('{FirstId(day)}') TO ('{FirstId(day.AddDays(1))}')");
            }
        }
    }

    /// <summary>After a rollback: what was made in that transaction is gone.</summary>
    public void Forget()
    {
        _reached.Clear();
        _made.Clear();
    }

    /// <summary>The day in a request's id; null: none that has a partition. The first 48 bits of a version 7 UUID are its Unix milliseconds (RFC 9562, section 5.7).</summary>
    public static DateOnly? DayOf(Guid request)
    {
        Span<byte> id = stackalloc byte[16];
        request.TryWriteBytes(id, bigEndian: true, out _);
        long ms = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(id) >>> 16;
        long days = ms / (24 * 3_600_000L);
        return days < DateOnly.MaxValue.DayNumber - s_first.DayNumber ? DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)days) : null;
    }

    private static Guid FirstId(DateOnly day) => UsageRow.FirstIdAt(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
