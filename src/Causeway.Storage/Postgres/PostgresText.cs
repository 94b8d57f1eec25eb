using System.Data.Common;
using System.Text;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Text as PostgreSQL keeps it. Its text holds every character but U+0000, which JSON may hold and SQLite keeps: so '\' is doubled and U+0000 becomes
/// '\0'. A surrogate without its other half, which is no character, becomes U+FFFD as it does in UTF-8.
/// </summary>
internal static class PostgresText
{
    /// <summary>How rows are read.</summary>
    public static readonly RowFormat Format = new(static (row, column) => row.GetFieldValue<Guid>(column), Text);

    public static string Kept(string text)
    {
        if (text.AsSpan().IndexOfAny('\\', '\0') < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => kept.Append(@"\\"),
                0 => kept.Append(@"\0"),
                _ => kept.Append(rune.ToString()),
            };
        }

        return kept.ToString();
    }

    public static string Read(string kept)
    {
        if (!kept.Contains('\\'))
        {
            return kept;
        }

        var text = new StringBuilder(kept.Length);
        for (int i = 0; i < kept.Length; i++)
        {
            text.Append(kept[i] != '\\' || i + 1 == kept.Length ? kept[i] : kept[++i] == '0' ? '\0' : kept[i]);
        }

        return text.ToString();
    }

    public static string Text(this DbDataReader row, int column) => Read(row.GetString(column));

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Text(column);

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);
}
