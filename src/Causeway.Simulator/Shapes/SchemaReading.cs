using System.Text.Json;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Reads of a schema that checks, the decoder and the reduction share.</summary>
internal static class SchemaReading
{
    /// <summary>Deeper than any vendor takes; what is beyond is not looked at.</summary>
    public const int MaxDepth = 64;

    private static readonly string[] s_one = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "additionalItems"];
    private static readonly string[] s_lists = ["anyOf", "oneOf", "allOf", "prefixItems", "items"];
    private static readonly string[] s_maps = ["properties", "patternProperties", "$defs", "definitions", "defs", "dependentSchemas"];

    /// <summary>Every schema directly inside one, with the steps that lead to it. A property may be named like a keyword, so names are steps and never looked up.</summary>
    public static IEnumerable<(string[] Steps, JsonElement Schema)> Inside(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (s_one.Contains(member.Name) && member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False)
            {
                yield return ([member.Name], member.Value);
            }
            else if (s_lists.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Array)
            {
                int index = 0;
                foreach (JsonElement item in member.Value.EnumerateArray())
                {
                    yield return ([member.Name, index++.ToString(System.Globalization.CultureInfo.InvariantCulture)], item);
                }
            }
            else if (s_maps.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty named in member.Value.EnumerateObject())
                {
                    yield return ([member.Name, named.Name], named.Value);
                }
            }
        }
    }

    /// <summary>Whether a keyword holds schemas under names or places of its own.</summary>
    public static bool HoldsMap(string keyword) => s_maps.Contains(keyword);

    public static bool HoldsList(string keyword) => s_lists.Contains(keyword);

    public static bool HoldsOne(string keyword) => s_one.Contains(keyword);

    /// <returns>Null where nothing is at a local pointer, or the reference is not local.</returns>
    public static JsonElement? Target(JsonElement root, string pointer)
    {
        if (!pointer.StartsWith('#'))
        {
            return null;
        }

        JsonElement? target = root;
        foreach (string raw in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string step = Uri.UnescapeDataString(raw).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            target = target is { ValueKind: JsonValueKind.Array } list
                ? int.TryParse(step, out int index) && index >= 0 && index < list.GetArrayLength() ? list[index] : null
                : target.Member(step);
        }

        return target;
    }

    /// <summary>Type names in lower case, with null where <c>nullable</c> says so; empty where none is given.</summary>
    public static IReadOnlyList<string> Types(JsonElement schema)
    {
        List<string> types = [.. ((JsonElement?)schema).Member("type").Texts().Select(type => type.ToLowerInvariant())];
        if (types.Count > 0 && schema.Member("nullable").IsTrue() && !types.Contains("null"))
        {
            types.Add("null");
        }

        return types;
    }

    public static bool IsObject(JsonElement schema) =>
        Types(schema) is { Count: > 0 } types ? types.Contains("object") : schema.Member("properties") is not null;

    public static bool IsArray(JsonElement schema) =>
        Types(schema) is { Count: > 0 } types ? types.Contains("array") : schema.Member("items") is not null || schema.Member("prefixItems") is not null;

    public static IEnumerable<JsonProperty> Properties(JsonElement schema) =>
        schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties ? properties.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    public static double? Bound(JsonElement schema, string name) =>
        schema.Member(name) is { ValueKind: JsonValueKind.Number } bound ? bound.GetDouble() : null;
}
