using System.Globalization;
using System.Text.Json;
using Causeway.Contracts.Compilation.Shapes;

namespace Causeway.Contracts.Tests.Compilation;

/// <summary>Documents by chance that mostly follow a schema; who uses them asks a validator.</summary>
internal sealed class RandomDocuments(JsonTree root, int seed)
{
    private const int MaxDepth = 12;
    private readonly Random _chance = new(seed);

    public JsonTree Next() => Value(root, 0);

    private JsonTree Value(JsonTree schema, int depth)
    {
        if (schema.Kind != JsonValueKind.Object || depth > MaxDepth)
        {
            return Anything(2);
        }

        if (schema["$ref"] is { } reference)
        {
            return Value(JsonTree.Find(root, reference.Text[1..])!, depth + 1);
        }

        if ((schema["const"] ?? (schema["enum"] is { Items.Count: > 0 } values ? values.Items[_chance.Next(values.Items.Count)] : null)) is { } constant)
        {
            return constant;
        }

        if ((schema["anyOf"] ?? schema["oneOf"]) is { Items.Count: > 0 } branches)
        {
            return Value(depth > MaxDepth / 2 ? branches.Items[^1] : branches.Items[_chance.Next(branches.Items.Count)], depth + 1);
        }

        if (schema["allOf"] is { } all)
        {
            JsonTree merged = JsonTree.Object();
            foreach (JsonTree part in all.Items.Select(part => Value(part, depth + 1)))
            {
                part.Members.ForEach(member => merged.Set(member.Key, member.Value));
            }

            return merged;
        }

        JsonTree? type = schema["type"];
        return (type is { Kind: JsonValueKind.Array } ? type.Items[_chance.Next(type.Items.Count)].Text : type?.Text) switch
        {
            "object" => Object(schema, depth),
            "array" => Array(schema, depth),
            "string" => Text(schema),
            "integer" => JsonTree.Of(_chance.Next(-1, 12)),
            "number" => JsonTree.Of(_chance.Next(-1, 12) + (_chance.Next(2) == 0 ? 0m : 0.5m)),
            "boolean" => JsonTree.Of(_chance.Next(2) == 0),
            "null" => JsonTree.Null,
            _ => Anything(2),
        };
    }

    private JsonTree Object(JsonTree schema, int depth)
    {
        JsonTree made = JsonTree.Object();
        string[] required = [.. ShapeGraph.Texts(schema["required"])];
        foreach ((string name, JsonTree value) in schema["properties"]?.Members ?? [])
        {
            if (required.Contains(name) || _chance.Next(2) == 0)
            {
                made.Set(name, Value(value, depth + 1));
            }
        }

        if (schema["additionalProperties"] is { Kind: not JsonValueKind.False } rest)
        {
            for (int i = _chance.Next(3); i > 0; i--)
            {
                made.Set("k" + i.ToString(CultureInfo.InvariantCulture), Value(rest, depth + 1));
            }
        }

        return made;
    }

    private JsonTree Array(JsonTree schema, int depth)
    {
        List<JsonTree> items = [.. (schema["prefixItems"]?.Items ?? []).Select(place => Value(place, depth + 1))];
        if (schema["items"] is { Kind: JsonValueKind.Object } rest)
        {
            for (int i = _chance.Next(3); i > 0; i--)
            {
                items.Add(Value(rest, depth + 1));
            }
        }

        return JsonTree.Array(items);
    }

    private JsonTree Text(JsonTree schema) => JsonTree.Of(schema["format"] is not null ? "2026-11-25" : (string[])["", "a", "abc", "b", "cab", "5", "true", "{\"a\":1}", "longer text"] is var texts ? texts[_chance.Next(texts.Length)] : "");

    private JsonTree Anything(int depth) => _chance.Next(depth > 0 ? 7 : 5) switch
    {
        0 => JsonTree.Null,
        1 => JsonTree.True,
        2 => JsonTree.Of(_chance.Next(-5, 20)),
        3 => JsonTree.Of("text"),
        4 => JsonTree.Of("7"),
        5 => JsonTree.Array(Anything(depth - 1)),
        _ => JsonTree.Object(("a", Anything(depth - 1))),
    };
}
