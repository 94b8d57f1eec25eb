using System.Globalization;
using System.Text;

namespace Causeway.Wire.Neutral;

/// <summary>Writes docs/translation.md: every field of every caller's protocol, and what becomes of it at every provider's.</summary>
public static class TranslationTable
{
    private static readonly Operation[] Callers = [Operation.ChatCompletions, Operation.Responses, Operation.Messages, Operation.GenerateContent];
    private static readonly Operation[] Targets = [.. Callers, Operation.Converse];

    /// <summary>The page, in Markdown.</summary>
    public static string ToMarkdown()
    {
        StringBuilder page = new();
        page.AppendLine("# Translation");
        page.AppendLine();
        page.AppendLine("What becomes of each field of a request when the provider that answers speaks another protocol. Made from the tables that the gateway acts");
        page.AppendLine("by, and pinned by a test.");
        page.AppendLine();
        page.AppendLine("- **carried**: the provider has the same concept, and gets it.");
        page.AppendLine("- **emulated**: the provider gets it another way; the note says how.");
        page.AppendLine("- **dropped**: a hint that the provider does not know. It is left out and named in `x-causeway-dropped`.");
        page.AppendLine("- **denied**: it would change the answer and cannot be carried: 400 `cannot_translate`, naming field and provider. A channel with");
        page.AppendLine("  `unsupported: drop` leaves it out instead and names it in `x-causeway-dropped`.");
        page.AppendLine();
        page.AppendLine("Where caller and provider speak the same operation nothing is translated, and every field passes. Some verdicts depend on the model; the");
        page.AppendLine("note says on what.");
        foreach (Operation caller in Callers)
        {
            WriteCaller(page, caller);
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void WriteCaller(StringBuilder page, Operation caller)
    {
        Operation[] targets = [.. Targets.Where(target => target != caller)];
        Dictionary<string, int> notes = [];
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"## From {NameOf(caller)}");
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"| field | {string.Join(" | ", targets.Select(NameOf))} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", targets.Length))}");
        Use[] fields = [.. WireFormat.CodecOf(caller)!.Fields.Distinct().OrderBy(field => field.Path, StringComparer.Ordinal).ThenBy(field => field.Concept)];
        ILookup<string, Use> byPath = fields.ToLookup(field => field.Path, StringComparer.Ordinal);
        foreach (Use field in fields)
        {
            IEnumerable<string> cells = targets.Select(target => Cell(WireFormat.CodecOf(target)!.Carriage[field.Concept], notes));
            string which = byPath[field.Path].Skip(1).Any() ? $" ({Words(field.Concept)})" : ""; // One member can ask for several things.
            page.AppendLine(CultureInfo.InvariantCulture, $"| `{field.Path}`{which} | {string.Join(" | ", cells)} |");
        }

        page.AppendLine();
        foreach ((string note, int number) in notes.OrderBy(note => note.Value))
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"{number}. {note}");
        }
    }

    private static string Cell(Carriage carriage, Dictionary<string, int> notes)
    {
        string verdict = carriage.Verdict switch
        {
            Verdict.Carried => "carried",
            Verdict.Emulated => "emulated",
            Verdict.Dropped => "dropped",
            _ => "**denied**",
        };
        if (carriage.Note is not { } note)
        {
            return verdict;
        }

        if (!notes.TryGetValue(note, out int number))
        {
            notes.Add(note, number = notes.Count + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{verdict} ({number})");
    }

    private static string Words(Concept concept)
    {
        StringBuilder words = new();
        foreach (char c in concept.ToString())
        {
            words.Append(char.IsUpper(c) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }

    private static string NameOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "OpenAI chat",
        Operation.Responses => "OpenAI responses",
        Operation.Messages => "Anthropic messages",
        Operation.GenerateContent => "Gemini",
        _ => "Bedrock Converse",
    };
}
