using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>The items of an array: the wished ones that may stay, then as many more as the schema demands.</summary>
internal static class ArrayWriting
{
    private const int MaxItems = 10_000;
    private const int MaxAttempts = 40;

    public static JsonArray Write(Decoder decoder, List<Part> parts, Wanted wanted, string name, int depth)
    {
        JsonArray made = [];
        bool unique = parts.Any(part => part.Schema.Member("uniqueItems").IsTrue());
        long most = Math.Min(MaxItems, parts.Min(part => part.Schema.Member("maxItems").Number() ?? MaxItems));
        if (wanted.Value is JsonArray wish)
        {
            foreach (JsonNode? item in wish)
            {
                if (made.Count < most && !IsForbidden(parts, made.Count))
                {
                    Add(made, decoder.Make(Under(parts, made.Count), new Wanted(item), name, depth + 1, 0), unique);
                }
            }
        }

        long least = Math.Min(most, Least(parts, wanted.Given, depth));
        for (int attempt = 0, variant = made.Count; made.Count < least && attempt < least + MaxAttempts && !IsForbidden(parts, made.Count); attempt++, variant++)
        {
            Add(made, decoder.Make(Under(parts, made.Count), Wanted.Nothing, name, depth + 1, unique ? variant : 0), unique);
        }

        Contain(decoder, parts, made, name, depth, most);
        return made;
    }

    private static long Least(List<Part> parts, bool wished, int depth)
    {
        long least = parts.Max(part => part.Schema.Member("minItems").Number() ?? 0);
        if (wished)
        {
            return least;
        }

        int fixedItems = parts.Max(part => Math.Max(Count(part.Schema.Member("prefixItems")), Count(part.Schema.Member("items"))));
        bool unsaid = parts.All(part => part.Schema.Member("minItems") is null);
        return Math.Max(Math.Max(least, fixedItems), unsaid && depth < Decoder.OptionalDepth ? 1 : 0);
    }

    private static int Count(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items ? items.GetArrayLength() : 0;

    private static void Add(JsonArray made, JsonNode? item, bool unique)
    {
        if (!unique || !made.Any(before => JsonNode.DeepEquals(before, item)))
        {
            made.Add(item);
        }
    }

    /// <summary>As many of what must be among the items as are demanded, in place of the last others.</summary>
    private static void Contain(Decoder decoder, List<Part> parts, JsonArray made, string name, int depth, long most)
    {
        foreach (Part part in parts.Where(part => part.Schema.Member("contains") is not null))
        {
            Part contained = new(part.Schema.Member("contains")!.Value, Settled.Nothing);
            long least = part.Schema.Member("minContains").Number() ?? 1;
            for (int i = 0; i < Math.Min(least, MaxItems) && made.Count(item => decoder.Holds(item, [contained])) < least; i++)
            {
                if (made.Count >= most && made.LastOrDefault(item => !decoder.Holds(item, [contained])) is { } other)
                {
                    made.Remove(other);
                }

                made.Add(decoder.Make([.. Under(parts, made.Count), contained], Wanted.Nothing, name, depth + 1, i));
            }
        }
    }

    private static IReadOnlyList<Part> Under(List<Part> parts, int index) =>
        [.. parts.Select(part => Validity.ItemSchema(part.Schema, index)).OfType<JsonElement>().Select(schema => new Part(schema, Settled.Nothing))];

    private static bool IsForbidden(List<Part> parts, int index) =>
        parts.Any(part => Validity.ItemSchema(part.Schema, index) is { ValueKind: JsonValueKind.False });
}
