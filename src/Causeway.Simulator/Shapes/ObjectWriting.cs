using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>The members of an object: those of the schema in the vendor's order, then what else was wished and is allowed.</summary>
internal static class ObjectWriting
{
    private const int MaxMembers = 10_000;
    private const int NameVariants = 200;

    public static JsonObject Write(Decoder decoder, Hand hand, List<Part> parts, Wanted wanted, int depth, int variant)
    {
        JsonObject? wish = wanted.Value as JsonObject;
        HashSet<string> required = Required(parts, wish);
        string[] declared = Declared(parts);
        bool optional = depth < Decoder.OptionalDepth;
        List<string> names = [.. declared.Where(name => required.Contains(name) || (wish is not null ? wish.ContainsKey(name) : optional)), .. required.Except(declared)];
        names = [.. names.Where(name => required.Contains(name) || !IsForbidden(parts, name))];
        Shrink(parts, names, required);
        JsonObject made = [];
        foreach (string name in hand.Order(names, required).Take(MaxMembers))
        {
            made[name] = decoder.Make(Under(parts, name), Of(wish, name), name, depth + 1, variant);
        }

        AddWished(decoder, parts, wish, made, depth);
        AddDependents(decoder, parts, made, depth);
        long least = parts.Max(part => part.Schema.Member("minProperties").Number() ?? 0);
        bool isMap = declared.Length == 0 && wish is null && optional && parts.Exists(part => part.Schema.Member("patternProperties") is not null || part.Schema.Member("additionalProperties") is { ValueKind: JsonValueKind.Object });
        Fill(decoder, parts, made, depth, isMap ? Math.Max(1, least) : least);
        return made;
    }

    private static HashSet<string> Required(List<Part> parts, JsonObject? wish)
    {
        HashSet<string> required = [.. parts.SelectMany(part => part.Schema.Member("required").Texts())];
        foreach (JsonProperty dependent in parts.SelectMany(part => Validity.Members(part.Schema.Member("dependentRequired"))))
        {
            if (required.Contains(dependent.Name) || wish?.ContainsKey(dependent.Name) is true)
            {
                required.UnionWith(((JsonElement?)dependent.Value).Texts());
            }
        }

        return required;
    }

    /// <summary>In the order of <c>propertyOrdering</c> where it is given, else as the schemas list them.</summary>
    private static string[] Declared(List<Part> parts)
    {
        string[] listed = [.. parts.SelectMany(part => SchemaReading.Properties(part.Schema)).Select(member => member.Name).Distinct()];
        string[] ordering = [.. parts.SelectMany(part => part.Schema.Member("propertyOrdering").Texts()).Where(listed.Contains)];
        return [.. ordering.Union(listed)];
    }

    private static IReadOnlyList<Part> Under(List<Part> parts, string name) =>
        [.. parts.SelectMany(part => Validity.SchemasOf(part.Schema, name)).Select(schema => new Part(schema, Settled.Nothing))];

    private static bool IsForbidden(List<Part> parts, string name) =>
        parts.Any(part => Validity.SchemasOf(part.Schema, name).Any(schema => schema.ValueKind == JsonValueKind.False));

    private static Wanted Of(JsonObject? wish, string name) => wish is not null && wish.TryGetPropertyValue(name, out JsonNode? value) ? new Wanted(value) : Wanted.Nothing;

    private static void Shrink(List<Part> parts, List<string> names, HashSet<string> required)
    {
        long most = parts.Min(part => part.Schema.Member("maxProperties").Number() ?? long.MaxValue);
        for (int i = names.Count - 1; i >= 0 && names.Count > most; i--)
        {
            if (!required.Contains(names[i]))
            {
                names.RemoveAt(i);
            }
        }
    }

    private static void AddWished(Decoder decoder, List<Part> parts, JsonObject? wish, JsonObject made, int depth)
    {
        long most = parts.Min(part => part.Schema.Member("maxProperties").Number() ?? MaxMembers);
        foreach ((string name, JsonNode? value) in wish ?? [])
        {
            if (!made.ContainsKey(name) && made.Count < most && !IsForbidden(parts, name) && MayBeNamed(decoder, parts, name))
            {
                made[name] = decoder.Make(Under(parts, name), new Wanted(value), name, depth + 1, 0);
            }
        }
    }

    private static void AddDependents(Decoder decoder, List<Part> parts, JsonObject made, int depth)
    {
        foreach (JsonProperty dependent in parts.SelectMany(part => Validity.Members(part.Schema.Member("dependentRequired"))))
        {
            foreach (string name in made.ContainsKey(dependent.Name) ? ((JsonElement?)dependent.Value).Texts() : [])
            {
                if (!made.ContainsKey(name))
                {
                    made[name] = decoder.Make(Under(parts, name), Wanted.Nothing, name, depth + 1, 0);
                }
            }
        }
    }

    /// <summary>Made-up members until there are enough.</summary>
    private static void Fill(Decoder decoder, List<Part> parts, JsonObject made, int depth, long least)
    {
        IEnumerator<string> names = Names(parts).Where(name => MayBeNamed(decoder, parts, name)).GetEnumerator();
        while (made.Count < Math.Min(least, MaxMembers) && names.MoveNext())
        {
            if (!made.ContainsKey(names.Current) && !IsForbidden(parts, names.Current))
            {
                made[names.Current] = decoder.Make(Under(parts, names.Current), Wanted.Nothing, names.Current, depth + 1, made.Count);
            }
        }
    }

    private static bool MayBeNamed(Decoder decoder, List<Part> parts, string name) =>
        parts.All(part => part.Schema.Member("propertyNames") is not { } rule || decoder.Holds(JsonValue.Create(name), [new Part(rule, Settled.Nothing)]));

    private static IEnumerable<string> Names(List<Part> parts)
    {
        string[] patterns = [.. parts.SelectMany(part => Validity.Members(part.Schema.Member("patternProperties")).Select(member => member.Name)
            .Concat(part.Schema.Member("propertyNames").Member("pattern").Text() is { } pattern ? [pattern] : []))];
        foreach (string named in parts.SelectMany(part => part.Schema.Member("propertyNames").Member("enum").Texts()))
        {
            yield return named;
        }

        for (int i = 0; i < NameVariants; i++)
        {
            foreach (string name in patterns.SelectMany(pattern => PatternText.Candidates(pattern, 0, i).Where(text => text.Length > 0 && PatternText.Holds(pattern, text))))
            {
                yield return name;
            }

            yield return i == 0 ? "key" : string.Create(CultureInfo.InvariantCulture, $"key{i + 1}");
        }
    }
}
