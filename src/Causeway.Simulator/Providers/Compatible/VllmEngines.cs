using System.Text.Json;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>vLLM's backend <c>auto</c>: for each request the first engine that takes its schema, xgrammar before llguidance before outlines.</summary>
internal static class VllmEngines
{
    private static readonly Dialect[] s_order = [Dialects.Xgrammar, Dialects.Llguidance, Dialects.Outlines];

    public static Verdict Of(JsonElement schema)
    {
        Dialect? first = s_order.FirstOrDefault(dialect => (dialect != Dialects.Xgrammar || !Leaves(schema, 0)) && SchemaRules.Check(schema, dialect) is null);
        return first is not null ? first
            : new Rejection(400, "BadRequestError", $"Grammar error: {StrictWords.Said(SchemaRules.Check(schema, Dialects.Outlines)!)}");
    }

    /// <summary>What the server's own check keeps from xgrammar besides its refused keywords: a pattern or format with a length, names of members beside other words.</summary>
    private static bool Leaves(JsonElement schema, int depth)
    {
        bool Has(params ReadOnlySpan<string> words)
        {
            foreach (string word in words)
            {
                if (schema.ValueKind == JsonValueKind.Object && schema.Member(word) is not null)
                {
                    return true;
                }
            }

            return false;
        }

        return (Has("pattern", "format") && Has("minLength", "maxLength"))
            || (Has("propertyNames", "patternProperties") && Has("properties", "minProperties", "maxProperties", "additionalProperties"))
            || (depth < SchemaReading.MaxDepth && SchemaReading.Inside(schema).Any(part => Leaves(part.Schema, depth + 1)));
    }
}
