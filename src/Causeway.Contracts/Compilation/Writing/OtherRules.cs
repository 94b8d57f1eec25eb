using System.Text;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Rules that hold schemas of their own, or that could not be merged. No decoder is known to hold any of them, so they are said in words.</summary>
internal static class OtherRules
{
    private const int MaxQuoted = 300;

    public static void Tell(Shape shape, SchemaWriter writer, List<string> words)
    {
        bool hasContains = shape.Rules.Any(rule => rule.Keyword == "contains");
        foreach (Rule rule in shape.Rules)
        {
            (string? feature, string? said) = rule.Keyword switch
            {
                "not" => (Features.Not, $"not matching the JSON Schema {Quoted(rule, writer.Budget)}"),
                "if" => (Features.IfThenElse, $"by the condition {Quoted(rule, writer.Budget)}"),
                "dependentRequired" => (Features.Dependent, "with a member, also those that depend on it: " + Quoted(rule, writer.Budget)),
                "dependentSchemas" or "dependencies" => (Features.Dependent, $"by what depends on members: {Quoted(rule, writer.Budget)}"),
                "contains" => (Features.Contains, $"some items matching {Quoted(rule, writer.Budget)}"),
                "minContains" or "maxContains" when hasContains => (Features.Contains, $"{(rule.Keyword == "minContains" ? "at least" : "at most")} {Quoted(rule, writer.Budget)} of those items"),
                "propertyNames" => (Features.PropertyNames, $"names of members matching {Quoted(rule, writer.Budget)}"),
                "patternProperties" => (Features.PatternProperties, $"members by the pattern of their names: {Quoted(rule, writer.Budget)}"),
                "unevaluatedProperties" or "unevaluatedItems" => (Features.Unevaluated, null),
                "allOf" => (Features.AllOf, null),
                _ => ((string?)null, (string?)null),
            };
            if (rule.Keyword is "$ref" or "$dynamicRef")
            {
                writer.Journal.Refuse(rule.Path, Features.ExternalRef, $"{rule.Keyword} \"{rule.Value.Text}\" leaves the document, and nothing is ever fetched.", "Put what it refers to into $defs and refer to that.");
                continue;
            }

            if (feature is null || IsVoid(rule) || writer.Held.Contains(rule))
            {
                continue;
            }

            writer.Journal.Loss(rule.Path, feature, writer.Dialect[feature]);
            if (said is not null)
            {
                words.Add(said);
            }
        }
    }

    // "propertyNames": {"type": "string"}, as Zod writes it for records, says what every name is anyway.
    private static bool IsVoid(Rule rule) =>
        (rule.Keyword is "unevaluatedProperties" or "unevaluatedItems" or "propertyNames" && rule.Value.Kind == System.Text.Json.JsonValueKind.True)
        || (rule.Keyword == "propertyNames" && rule.Value.Members is [{ Key: "type", Value.Text: "string" }]);

    private static string Quoted(Rule rule, CompilationBudget budget)
    {
        string text = Encoding.UTF8.GetString(rule.Value.ToUtf8(budget));
        return text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
    }
}
