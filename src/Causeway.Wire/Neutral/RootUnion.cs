using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Vendors refuse a tool whose schema has <c>anyOf</c>, <c>oneOf</c> or <c>allOf</c> at its root. A tool that nobody holds to its schema is told of the same
/// arguments as one object, and of the union in words.
/// </summary>
internal static class RootUnion
{
    private static readonly string[] s_unions = ["anyOf", "oneOf", "allOf"];

    /// <summary>The schema as one object; itself where its root has no union.</summary>
    public static JsonSlice Merged(JsonSlice schema)
    {
        ReadOnlySpan<byte> written = schema.Raw.Span;
        if (!schema.IsObject || (written.IndexOf("anyOf"u8) < 0 && written.IndexOf("oneOf"u8) < 0 && written.IndexOf("allOf"u8) < 0))
        {
            return schema;
        }

        try
        {
            return ShapedBody.Parse(written) is JsonObject root && s_unions.Any(union => root[union] is JsonArray) ? new JsonSlice(Encoding.UTF8.GetBytes(Merged(root).ToJsonString())) : schema;
        }
        catch (ArgumentException)
        {
            return schema; // Two members of one name: no object can hold them.
        }
    }

    private static JsonObject Merged(JsonObject root)
    {
        JsonObject properties = root["properties"]?.DeepClone() as JsonObject ?? [];
        HashSet<string> required = [.. Required(root)];
        StringBuilder said = new(AnswerParts.Text(root["description"]));
        JsonObject merged = new() { ["type"] = "object" };
        foreach (string union in s_unions)
        {
            if (root[union] is not JsonArray branches)
            {
                continue;
            }

            JsonObject[] held = [.. branches.Select(branch => Resolved(branch, root)).OfType<JsonObject>()];
            foreach ((string name, JsonNode? property) in held.SelectMany(branch => branch["properties"] as JsonObject ?? []))
            {
                Add(properties, name, property);
            }

            IEnumerable<string[]> lists = held.Select(branch => Required(branch).ToArray());
            required.UnionWith(union == "allOf" ? lists.SelectMany(list => list) : held.Length < branches.Count || held.Length == 0 ? [] : lists.Aggregate((all, list) => [.. all.Intersect(list)]));
            said.Append(said.Length > 0 ? " " : "").Append(union).Append(": ").Append(branches.ToJsonString());
        }

        foreach ((string name, JsonNode? member) in root)
        {
            if (name is not ("type" or "properties" or "required" or "description" or "anyOf" or "oneOf" or "allOf"))
            {
                merged[name] = member?.DeepClone();
            }
        }

        merged["description"] = said.ToString();
        merged["properties"] = properties;
        if (required.Count > 0)
        {
            merged["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        }

        return merged;
    }

    // A member that two branches describe differently is either.
    private static void Add(JsonObject properties, string name, JsonNode? property)
    {
        if (!properties.TryGetPropertyValue(name, out JsonNode? known))
        {
            properties[name] = property?.DeepClone();
        }
        else if (!JsonNode.DeepEquals(known, property))
        {
            properties[name] = new JsonObject { ["anyOf"] = new JsonArray(known?.DeepClone(), property?.DeepClone()) };
        }
    }

    private static JsonNode? Resolved(JsonNode? branch, JsonObject root)
    {
        string[]? way = branch is JsonObject { } reference ? AnswerParts.Text(reference["$ref"])?.Split('/') : null;
        return way is ["#", var definitions, var name] ? (root[definitions] as JsonObject)?[name] : branch;
    }

    private static IEnumerable<string> Required(JsonObject schema) => (schema["required"] as JsonArray)?.Select(AnswerParts.Text).OfType<string>() ?? [];
}
