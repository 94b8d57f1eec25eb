using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Whether a value is what a schema says, in the words of JSON Schema 2020-12; <c>nullable</c> and upper-case types are read too.</summary>
/// <param name="root">What local references point into.</param>
/// <param name="ignoresCase">Whether texts of <c>enum</c> and <c>const</c> match in any case.</param>
internal sealed class Validity(JsonElement root, bool ignoresCase)
{
    private const int MaxDepth = 200;

    /// <summary>Schemas looked at for one document; beyond it everything holds, so that no schema costs more than a moment.</summary>
    private const int MaxSteps = 1_000_000;

    private int _steps;

    public bool Holds(JsonNode? value, JsonElement schema) => Holds(value, schema, 0);

    private bool Holds(JsonNode? value, JsonElement schema, int depth)
    {
        if (depth > MaxDepth || ++_steps > MaxSteps || schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind != JsonValueKind.False;
        }

        return Identity(value, schema)
            && Combined(value, schema, depth)
            && value switch
            {
                JsonObject members => ObjectHolds(members, schema, depth),
                JsonArray items => ArrayHolds(items, schema, depth),
                JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => TextHolds(scalar.GetValue<string>(), schema),
                JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number => NumberHolds(scalar, schema),
                _ => true,
            };
    }

    /// <summary>Equal as JSON; texts in any case where the vendor's own case is not to be trusted.</summary>
    public bool Same(JsonNode? value, JsonElement constant) =>
        JsonNode.DeepEquals(value, Node(constant))
        || (ignoresCase && constant.ValueKind == JsonValueKind.String && value is JsonValue text && text.GetValueKind() == JsonValueKind.String
            && text.GetValue<string>().Equals(constant.GetString(), StringComparison.OrdinalIgnoreCase));

    public static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());

    public static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => IsIntegral(value) ? "integer" : "number",
        _ => "boolean",
    };

    public static bool IsOfType(string kind, string type) => kind == type || (kind == "integer" && type == "number");

    public static double Number(JsonNode value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool IsIntegral(JsonNode value) => Number(value) is var number && number == Math.Floor(number);

    private bool Identity(JsonNode? value, JsonElement schema)
    {
        IReadOnlyList<string> types = SchemaReading.Types(schema);
        string kind = Kind(value);
        return (types.Count == 0 || types.Any(type => IsOfType(kind, type)))
            && (!schema.TryGetProperty("const", out JsonElement constant) || Same(value, constant))
            && (schema.Member("enum") is not { ValueKind: JsonValueKind.Array } choices
                || (kind == "null" && schema.Member("nullable").IsTrue())
                || choices.EnumerateArray().Any(choice => Same(value, choice)));
    }

    private bool Combined(JsonNode? value, JsonElement schema, int depth)
    {
        bool Is(JsonElement part) => Holds(value, part, depth + 1);

        if (schema.Member("$ref").Text() is { } pointer && SchemaReading.Target(root, pointer) is { } target && !Is(target))
        {
            return false;
        }

        JsonElement[] all = [.. schema.Member("allOf").Items()];
        JsonElement[] any = [.. schema.Member("anyOf").Items()];
        JsonElement[] one = [.. schema.Member("oneOf").Items()];
        return all.All(Is)
            && (any.Length == 0 || any.Any(Is))
            && (one.Length == 0 || one.Count(Is) == 1)
            && (schema.Member("not") is not { } not || !Is(not))
            && (schema.Member("if") is not { } condition
                || ((Is(condition) ? schema.Member("then") : schema.Member("else")) is not { } then || Is(then)));
    }

    private bool ObjectHolds(JsonObject members, JsonElement schema, int depth)
    {
        if (schema.Member("required").Texts().Any(name => !members.ContainsKey(name))
            || members.Count < (schema.Member("minProperties").Number() ?? 0)
            || members.Count > (schema.Member("maxProperties").Number() ?? int.MaxValue))
        {
            return false;
        }

        JsonElement? names = schema.Member("propertyNames");
        foreach ((string name, JsonNode? value) in members)
        {
            if ((names is { } rule && !Holds(JsonValue.Create(name), rule, depth + 1)) || SchemasOf(schema, name).Any(part => !Holds(value, part, depth + 1)))
            {
                return false;
            }
        }

        foreach (JsonProperty dependent in Members(schema.Member("dependentRequired")))
        {
            if (members.ContainsKey(dependent.Name) && ((JsonElement?)dependent.Value).Texts().Any(name => !members.ContainsKey(name)))
            {
                return false;
            }
        }

        return Members(schema.Member("dependentSchemas")).All(dependent => !members.ContainsKey(dependent.Name) || Holds(members, dependent.Value, depth + 1));
    }

    /// <summary>What one schema says of a member: by its name, by patterns, else by what is said of all others.</summary>
    public static IEnumerable<JsonElement> SchemasOf(JsonElement schema, string name)
    {
        bool known = false;
        if (schema.Member("properties") is { ValueKind: JsonValueKind.Object } properties && properties.TryGetProperty(name, out JsonElement named))
        {
            known = true;
            yield return named;
        }

        foreach (JsonProperty pattern in Members(schema.Member("patternProperties")))
        {
            if (PatternText.Holds(pattern.Name, name))
            {
                known = true;
                yield return pattern.Value;
            }
        }

        if (!known && schema.Member("additionalProperties") is { } others)
        {
            yield return others;
        }
    }

    public static IEnumerable<JsonProperty> Members(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    private bool ArrayHolds(JsonArray items, JsonElement schema, int depth)
    {
        if (items.Count < (schema.Member("minItems").Number() ?? 0) || items.Count > (schema.Member("maxItems").Number() ?? int.MaxValue))
        {
            return false;
        }

        for (int i = 0; i < items.Count; i++)
        {
            if (ItemSchema(schema, i) is { } item && !Holds(items[i], item, depth + 1))
            {
                return false;
            }
        }

        if (schema.Member("uniqueItems").IsTrue() && items.Where((item, i) => items.Take(i).Any(before => JsonNode.DeepEquals(before, item))).Any())
        {
            return false;
        }

        if (schema.Member("contains") is not { } contains)
        {
            return true;
        }

        int found = items.Count(item => Holds(item, contains, depth + 1));
        return found >= (schema.Member("minContains").Number() ?? 1) && found <= (schema.Member("maxContains").Number() ?? int.MaxValue);
    }

    /// <returns>What a schema says of the item at a place, null if nothing.</returns>
    public static JsonElement? ItemSchema(JsonElement schema, int index)
    {
        JsonElement? items = schema.Member("items");
        JsonElement? prefix = items is { ValueKind: JsonValueKind.Array } ? items : schema.Member("prefixItems");
        int fixedItems = prefix is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;
        return index < fixedItems ? prefix!.Value[index] : items is { ValueKind: JsonValueKind.Array } ? schema.Member("additionalItems") : items;
    }

    private static bool TextHolds(string text, JsonElement schema)
    {
        int length = text.Length - text.Count(char.IsLowSurrogate);
        return length >= (schema.Member("minLength").Number() ?? 0)
            && length <= (schema.Member("maxLength").Number() ?? int.MaxValue)
            && (schema.Member("pattern").Text() is not { } pattern || PatternText.Holds(pattern, text))
            && (schema.Member("format").Text() is not { } format || FormatText.Holds(format, text));
    }

    private static bool NumberHolds(JsonNode value, JsonElement schema)
    {
        double number = Number(value);
        return number >= (SchemaReading.Bound(schema, "minimum") ?? double.MinValue)
            && number <= (SchemaReading.Bound(schema, "maximum") ?? double.MaxValue)
            && number > (SchemaReading.Bound(schema, "exclusiveMinimum") ?? double.NegativeInfinity)
            && number < (SchemaReading.Bound(schema, "exclusiveMaximum") ?? double.PositiveInfinity)
            && (SchemaReading.Bound(schema, "multipleOf") is not (> 0 and var step) || IsMultiple(number, step));
    }

    /// <summary>In decimals, since a tenth is no binary fraction.</summary>
    private static bool IsMultiple(double number, double step) => Math.Abs(number) < 1e15 && step > 1e-12
        ? (decimal)number % (decimal)step == 0
        : number % step == 0;
}
