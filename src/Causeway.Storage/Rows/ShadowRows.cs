using System.Data.Common;
using Causeway.Shadow.Import;

namespace Causeway.Storage.Rows;

/// <summary>Rows of imports, lines and claims, the same on both engines.</summary>
internal static class ShadowRows
{
    private static readonly int s_epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>A day as it is kept: days since 1970.</summary>
    public static long Number(DateOnly day) => day.DayNumber - s_epoch;

    public static ShadowImport Import(DbDataReader row, RowFormat format) => new(
        format.Id(row, 0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), format.Text(row, 2), format.Text(row, 3), format.Text(row, 4), row.GetFieldValue<byte[]>(5), format.Text(row, 6),
        row.GetInt64(7), (int)row.GetInt64(8), Day(row, 9), Day(row, 10), (int)row.GetInt64(11));

    public static StandingLine Line(DbDataReader row, RowFormat format) => new(
        format.Id(row, 0),
        (int)row.GetInt64(1),
        format.Text(row, 2),
        new UsageLine(
            new UsageKey(
                Day(row, 3), format.Text(row, 4), format.Text(row, 5), format.Text(row, 6), format.Text(row, 7), format.Text(row, 8), format.Text(row, 9), format.Text(row, 10), format.Text(row, 11), format.Text(row, 12)),
            new UsageSum(row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16), row.GetInt64(17), row.IsDBNull(18) ? null : row.GetInt64(18))));

    public static ShadowClaim Claim(DbDataReader row, RowFormat format) => new(
        new ClaimSubject(format.Text(row, 0), format.Text(row, 1), format.Text(row, 2), format.Text(row, 3)),
        TextOrNull(row, 4, format), TextOrNull(row, 5, format), TextOrNull(row, 6, format), format.Text(row, 7), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)));

    private static DateOnly Day(DbDataReader row, int column) => DateOnly.FromDayNumber(s_epoch + (int)row.GetInt64(column));

    private static string? TextOrNull(DbDataReader row, int column, RowFormat format) => row.IsDBNull(column) ? null : format.Text(row, column);
}
