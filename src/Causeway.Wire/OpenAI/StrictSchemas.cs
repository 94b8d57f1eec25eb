using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI;

/// <summary>
/// Whether a schema is enforced. Anthropic, Gemini and Bedrock enforce every schema; OpenAI only those that are marked strict, and strict
/// takes a part of JSON Schema: closed objects whose properties are all required, and these keywords.
/// </summary>
internal static class StrictSchemas
{
    /// <summary>For the table of verdicts.</summary>
    public const string Note = "enforced where the schema is closed and requires every property; otherwise it goes as a wish, and is named";

    private const int MaxDepth = 10; // Levels of nesting that strict takes.

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs", "definitions", "title", "description",
        "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "$schema",
    };

    /// <summary>What to say of strictness: the caller's own word; strict where its protocol promises that and the schema allows; null otherwise.</summary>
    /// <remarks>Where the promise cannot be kept, the field is named as one that lost something: the schema still goes, as a wish.</remarks>
    public static bool? Of(OutputFormat format, NeutralRequest request, TranslationPlan plan)
    {
        if (format.Strict is not null || Operations.ProtocolOf(plan.Origin) == Protocol.OpenAI || format.Kind != OutputKind.JsonSchema)
        {
            return format.Strict;
        }

        if (Fits(format.Schema))
        {
            return true;
        }

        plan.Say($"{request.Uses.Find(use => use.Concept == Concept.JsonSchema).Path} (enforcement)");
        return null;
    }

    private static bool Fits(JsonSlice schema)
    {
        if (!schema.IsObject)
        {
            return false;
        }

        using JsonBody body = new(schema.Raw);
        return IsObject(body.Root) && Fits(body.Root, MaxDepth);
    }

    private static bool Fits(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth == 0)
        {
            return false;
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            bool fits = keyword.Name switch
            {
                "properties" or "$defs" or "definitions" => keyword.Value.EnumerateObject().All(member => Fits(member.Value, depth - 1)),
                "items" => Fits(keyword.Value, depth - 1),
                "anyOf" => keyword.Value.EnumerateArray().All(branch => Fits(branch, depth - 1)),
                _ => Keywords.Contains(keyword.Name),
            };
            if (!fits)
            {
                return false;
            }
        }

        return !IsObject(schema) || IsClosed(schema);
    }

    private static bool IsObject(JsonElement schema) =>
        schema.TryGetProperty("type"u8, out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8);

    private static bool IsClosed(JsonElement schema)
    {
        if (!schema.TryGetProperty("additionalProperties"u8, out JsonElement more) || more.ValueKind != JsonValueKind.False)
        {
            return false;
        }

        HashSet<string?> required = schema.TryGetProperty("required"u8, out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Select(name => name.GetString())]
            : [];
        return !schema.TryGetProperty("properties"u8, out JsonElement properties) || properties.EnumerateObject().All(member => required.Contains(member.Name));
    }
}
