using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// The vendor takes a schema that refers to itself through optional members only. Those of a tool through which it comes back to itself are made optional:
/// the schema stays what the model reads, and holds less.
/// </summary>
internal static class RequiredRecursion
{
    public static JsonSlice Loosened(JsonSlice schema)
    {
        if (schema.Raw.Span.IndexOf("\"$ref\""u8) < 0)
        {
            return schema;
        }

        try
        {
            return ShapedBody.Parse(schema.Raw.Span) is JsonObject root && Loosen(root) ? new JsonSlice(Encoding.UTF8.GetBytes(root.ToJsonString())) : schema;
        }
        catch (ArgumentException)
        {
            return schema; // Two members of one name: no object can hold them.
        }
    }

    private static bool Loosen(JsonObject root)
    {
        Dictionary<string, JsonNode?> places = new() { ["#"] = root };
        foreach (string holder in (string[])["$defs", "definitions"])
        {
            foreach ((string name, JsonNode? definition) in root[holder] as JsonObject ?? [])
            {
                places[$"#/{holder}/{name}"] = definition;
            }
        }

        Dictionary<string, HashSet<string>> reached = places.ToDictionary(place => place.Key, place => ReachedFrom(place.Value, places));
        bool isLoosened = false;
        foreach ((string place, JsonNode? schema) in places.Where(place => reached[place.Key].Contains(place.Key)))
        {
            bool ComesBack(JsonNode? member) => ReachedFrom(member, places).Contains(place);
            isLoosened |= Loosen(schema, ComesBack);
        }

        return isLoosened;
    }

    private static bool Loosen(JsonNode? node, Func<JsonNode?, bool> comesBack)
    {
        bool isLoosened = false;
        if (node is JsonObject { } schema && schema["required"] is JsonArray required && schema["properties"] is JsonObject properties)
        {
            isLoosened = required.RemoveAll(name => AnswerParts.Text(name) is { } text && comesBack(properties[text])) > 0;
            if (required.Count == 0)
            {
                schema.Remove("required");
            }
        }

        foreach (JsonNode? inner in Inner(node))
        {
            isLoosened |= Loosen(inner, comesBack);
        }

        return isLoosened;
    }

    private static HashSet<string> ReachedFrom(JsonNode? node, Dictionary<string, JsonNode?> places)
    {
        HashSet<string> reached = [];
        Stack<JsonNode?> left = new([node]);
        while (left.TryPop(out JsonNode? next))
        {
            if (next is JsonObject { } schema && AnswerParts.Text(schema["$ref"]) is { } reference && reached.Add(reference) && places.TryGetValue(reference, out JsonNode? place))
            {
                left.Push(place);
            }

            foreach (JsonNode? inner in Inner(next))
            {
                left.Push(inner);
            }
        }

        return reached;
    }

    // Definitions are places of their own.
    private static IEnumerable<JsonNode?> Inner(JsonNode? node) => node switch
    {
        JsonObject members => members.Where(member => member.Key is not ("$defs" or "definitions")).Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    };
}
