using System.Buffers;
using System.Text;

namespace Causeway.Admin;

/// <summary>CSV (RFC 4180) that a spreadsheet cannot mistake for a program.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",\r\n\t ");

    /// <summary>Adds a row.</summary>
    public static StringBuilder AppendRow(this StringBuilder csv, IEnumerable<string> fields) =>
        csv.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    /// <summary>A field, quoted where it must be. One that a spreadsheet would run gets an apostrophe before it; numbers of our own do not begin so.</summary>
    public static string Field(string text)
    {
        string safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? "'" + text : text;
        return safe.AsSpan().ContainsAny(s_quoted) || safe.Length != text.Length ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
