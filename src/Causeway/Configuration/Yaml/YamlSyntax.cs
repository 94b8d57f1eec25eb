using YamlDotNet.Core;

namespace Causeway.Configuration.Yaml;

/// <summary>Says in a sentence what the YAML parser stumbled over.</summary>
internal static class YamlSyntax
{
    /// <summary>The place and the sentence. The sentence never repeats the file: the line may hold a secret.</summary>
    public static (Position At, string Message) Explain(YamlException error, string text)
    {
        Position at = new(Math.Max(1, (int)error.Start.Line), Math.Max(1, (int)error.Start.Column));
        string[] lines = text.Split('\n');

        // The parser reports a tab where it gives up, often one line late, or where the group of fields around it begins.
        int last = Has(error.Message, "tab") ? lines.Length : Math.Min(lines.Length, at.Line + 1);
        for (int line = Math.Max(1, at.Line - 1); line <= last; line++)
        {
            string content = lines[line - 1];
            int tab = content.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0 && content.AsSpan(0, tab).Trim(" -").IsEmpty)
            {
                return (new Position(line, tab + 1), "a tab cannot indent YAML; write spaces");
            }
        }

        return (at, "is not valid YAML: " + Reason(error.Message));
    }

    private static string Reason(string message) => message switch
    {
        _ when Has(message, "escape") || Has(message, "hexadecimal") => "inside double quotes a backslash starts an escape; write \\\\ or use single quotes",
        _ when Has(message, "quoted scalar") => "a quote is opened and never closed",
        _ when Has(message, "flow") || Has(message, "node content") => "a bracket or brace is opened and not closed, or a comma is missing",
        _ when Has(message, "invalid mapping") || Has(message, "not allowed in this context") =>
            "a second \": \" stands on one line, or the line is indented more than its neighbours; quote a value that holds \": \"",
        _ when Has(message, "simple key") || Has(message, "block mapping") || Has(message, "block collection") =>
            "the line is not indented like its neighbours, or a \": \" is missing after a field's name",
        _ when Has(message, "block scalar") => "a block of text after | or > does not start on a line of its own, indented",
        _ when Has(message, "cannot start any token") => "a value that starts with %, @ or ` needs quotes",
        _ when Has(message, "anchor") || Has(message, "alias") => "anchors and aliases are not read; a value that starts with & or * needs quotes",
        _ when Has(message, "tag") || Has(message, "directive") || Has(message, "incompatible") => "tags and directives are not read; a value that starts with ! or % needs quotes",
        _ => "the line cannot be read; check its indentation, quotes and brackets",
    };

    private static bool Has(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
