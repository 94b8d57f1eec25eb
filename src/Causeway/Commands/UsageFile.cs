using System.Globalization;
using System.Text;
using Causeway.Admin.Adjustments;

namespace Causeway.Commands;

/// <summary>Reads a CSV file (RFC 4180) of what requests used: a line with the columns' names, then one line for each request.</summary>
internal static class UsageFile
{
    private static readonly string[] s_columns = ["request", "usd", "input", "cache_read", "cache_write", "output", "reasoning", "reason", "evidence"];

    /// <summary>The lines as the API takes them, or every mistake with its place.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">Its name.</param>
    /// <param name="reason">The reason of lines that give none.</param>
    /// <param name="evidence">The evidence of lines that give none.</param>
    public static (IReadOnlyList<AdjustmentRequest> Adjustments, IReadOnlyList<string> Wrong) Read(string text, string source, string reason, string evidence)
    {
        List<AdjustmentRequest> adjustments = [];
        List<string> wrong = [];
        string[]? columns = null;
        foreach ((int line, string[]? fields) in Rows(text))
        {
            if (fields is null)
            {
                wrong.Add($"{source}:{line}:1  a quoted field is not closed");
            }
            else if (columns is null)
            {
                columns = [.. fields.Select(field => field.Trim())];
                wrong.AddRange(columns.Where(column => !s_columns.Contains(column)).Select(column => $"{source}:{line}:1  \"{column}\" is not a column; they are: {string.Join(", ", s_columns)}"));
                wrong.AddRange(columns.GroupBy(column => column).Where(group => group.Count() > 1).Select(group => $"{source}:{line}:1  the column \"{group.Key}\" comes twice"));
                if (!columns.Contains("request"))
                {
                    wrong.Add($"{source}:{line}:1  the column \"request\" is missing");
                }

                if (wrong.Count > 0)
                {
                    break;
                }
            }
            else if (fields.Length != columns.Length)
            {
                wrong.Add($"{source}:{line}:1  has {fields.Length} fields, and the first line names {columns.Length}");
            }
            else
            {
                adjustments.Add(Of(line, columns.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second.Trim()), source, reason, evidence, wrong));
            }
        }

        if (adjustments.Count == 0 && wrong.Count == 0)
        {
            wrong.Add($"{source}: has no line with a request");
        }

        return (adjustments, wrong);
    }

    private static AdjustmentRequest Of(int line, Dictionary<string, string> fields, string source, string reason, string evidence, List<string> wrong)
    {
        return new AdjustmentRequest
        {
            Line = line,
            Request = Text("request") ?? "",
            Usd = Text("usd"),
            Input = Count("input"),
            CacheRead = Count("cache_read"),
            CacheWrite = Count("cache_write"),
            Output = Count("output"),
            Reasoning = Count("reasoning"),
            Reason = Text("reason") ?? reason,
            Evidence = Text("evidence") ?? evidence,
        };

        string? Text(string column) => fields.GetValueOrDefault(column) is { Length: > 0 } text ? text : null;

        long? Count(string column)
        {
            if (Text(column) is not { } text)
            {
                return null;
            }

            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                wrong.Add($"{source}:{line}:1  {column}: is not a whole number; write digits only");
            }

            return count;
        }
    }

    // Empty lines are none. Null in place of the fields: the file ends within quotes.
    private static IEnumerable<(int Line, string[]? Fields)> Rows(string text)
    {
        List<string> fields = [];
        StringBuilder field = new();
        (int line, int first, bool quoted) = (1, 1, false);
        for (int i = 0; i <= text.Length; i++)
        {
            char? one = i < text.Length ? text[i] : null;
            if (quoted && one is { } inside)
            {
                line += inside == '\n' ? 1 : 0;
                if (inside != '"')
                {
                    field.Append(inside);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (quoted)
            {
                yield return (first, null);
                yield break;
            }
            else if (one == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (one == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (one is null or '\n')
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (fields is not [""])
                {
                    yield return (first, [.. fields]);
                }

                fields.Clear();
                first = ++line;
            }
            else
            {
                field.Append(one.Value);
            }
        }
    }
}
