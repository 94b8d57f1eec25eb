using System.Globalization;
using System.Text;
using Causeway.Contracts.Compilation;

namespace Causeway.Contracts.Dialects;

/// <summary>The profiles as a page for people.</summary>
public static class DialectTable
{
    /// <summary>Markdown, the same for the same profiles.</summary>
    public static string ToMarkdown()
    {
        StringBuilder page = new();
        page.Append("""
            # Dialects

            What each provider's structured output does with JSON Schema, as documented and observed. Made from the profiles by which schemas are
            compiled (`src/Causeway.Contracts/Dialects/Profiles`), and pinned by a test.

            - **S**: enforced. **P**: enforced in part. **A**: taken; whether it is enforced is not established. **I**: taken, without effect.
            - **R**: the call fails. **N**: documented as unsupported; what happens is not established. **?**: not known.
            - Limits are those of a request. The contract is held against them; the caller's own strict tools beside it are not counted.
            - `*`: unverified; counts as not established until a probe has measured it.

            """);
        IReadOnlyList<DialectProfile> all = DialectCatalogue.All;
        page.Append("\n## Keywords\n\n| feature | ").AppendJoin(" | ", all.Select(dialect => dialect.Name)).Append(" |\n|---|").Insert(page.Length, "---|", all.Count).Append('\n');
        foreach ((string id, string title) in Features.All)
        {
            page.Append("| ").Append(title).Append(" | ").AppendJoin(" | ", all.Select(dialect => Cell(dialect[id], id))).Append(" |\n");
        }

        page.Append("\n## Each dialect\n");
        foreach (DialectProfile dialect in all)
        {
            Append(page, dialect);
        }

        return page.ToString();
    }

    private static string Cell(KeywordSupport row, string id) => id != Features.OmittedAdditionalProperties
        ? row.Code
        : row.Means switch { OmittedMeans.Error => "error", OmittedMeans.Closed => "closed", OmittedMeans.Open => "open", _ => "?" } + (row.IsUnverified ? "*" : "");

    private static void Append(StringBuilder page, DialectProfile dialect)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {dialect.Title} (`{dialect.Name}`)\n\n");
        page.Append(CultureInfo.InvariantCulture, $"As of {dialect.Date}. Sources: {string.Join("; ", dialect.Sources.Select(source => $"{source.Title} ({source.Date})"))}.\n\n");
        page.Append("- **Where the schema stands**: ").AppendJoin(", ", dialect.Envelope.Select(path => $"`{path}`")).Append(dialect.SchemaAsText ? ", as a string of JSON text" : "").Append('\n');
        page.Append("- **Carriers**: ").AppendJoin("; then ", dialect.Carriers.Select(CarrierText)).Append('\n');
        foreach (ModelRule rule in dialect.Models)
        {
            page.Append("- **").AppendJoin(", ", rule.Match.Select(match => $"`{match}`")).Append("**: ").Append(rule.Note).Append(rule.Carriers.IsDefault ? "" : $" Carriers: {string.Join("; then ", rule.Carriers.Select(CarrierText))}").Append('\n');
        }

        page.Append("- **Order of keys**: ").Append(dialect.KeyOrder switch
        {
            KeyOrder.Schema => "as in the schema",
            KeyOrder.RequiredFirst => "required ones first",
            KeyOrder.Alphabetical => "by the alphabet",
            _ => "not known",
        }).Append('\n');
        string limits = LimitText(dialect.Limits);
        page.Append(limits.Length == 0 ? "" : $"- **Limits**: {limits}\n");
        page.Append("- **An answer ends with**: ").AppendJoin("; ", Ends(dialect)).Append('\n');
        foreach ((string id, string title) in Features.All.Where(row => dialect[row.Id].Note is not null))
        {
            page.Append(CultureInfo.InvariantCulture, $"- {title}: {dialect[id].Note}\n");
        }
    }

    private static IEnumerable<string> Ends(DialectProfile dialect) =>
        ((string[])["normal", "truncated", "refused", "tool", "failed"])
        .Where(state => dialect.Terminal.TryGetValue(state, out var words) && words.Length > 0)
        .Select(state => $"{state} {string.Join(", ", dialect.Terminal[state].Select(word => $"`{word}`"))}");

    private static string CarrierText(CarrierOption option)
    {
        string name = option.Carrier switch { Carrier.Format => "format", Carrier.ForcedTool => "forced tool", Carrier.JsonMode => "JSON mode", _ => "prompt" };
        string[] limits =
        [
            .. option.Carrier is Carrier.ForcedTool && !option.IsEnforced ? ["guidance only"] : Array.Empty<string>(),
            .. option.WithTools ? Array.Empty<string>() : ["not with other tools"],
            .. option.WithForcedTool ? Array.Empty<string>() : ["not where a tool must be called"],
            .. option.Streams ? Array.Empty<string>() : ["not streamed"],
            .. option.WithThinking ? Array.Empty<string>() : ["not with a thinking budget"],
            .. option.IsShown ? Array.Empty<string>() : ["the schema also goes into the prompt"],
        ];
        return limits.Length == 0 ? name : $"{name} ({string.Join(", ", limits)})";
    }

    private static string LimitText(DialectLimits limits) => string.Join("; ", new (int? Value, string What)[]
    {
        (limits.Properties, "properties"), (limits.Nesting, "levels of objects"), (limits.NameCharacters, "characters of names and values"), (limits.EnumValues, "values of enums"),
        (limits.LongEnumCharacters, $"characters of one enum of strings with more than {limits.LongEnumValues} values"), (limits.Optional, "optional properties"),
        (limits.Unions, "places with a union or null"), (limits.Tools, "strict tools"),
    }.Where(limit => limit.Value is not null).Select(limit => string.Create(CultureInfo.InvariantCulture, $"{limit.Value:N0} {limit.What}")));
}
