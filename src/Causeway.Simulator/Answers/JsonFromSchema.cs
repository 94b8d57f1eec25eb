using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Answers;

/// <summary>Writes a value that a simple schema accepts. Patterns and conditionals are not understood.</summary>
/// <remarks>Gemini's OpenAPI subset (upper-case types, <c>nullable</c>) reads the same way.</remarks>
internal static class JsonFromSchema
{
    /// <summary>Beyond this depth only required members are written, so that recursive schemas end.</summary>
    private const int OptionalDepth = 6;

    /// <summary>Schemas that demand endless nesting get null here.</summary>
    private const int MaxDepth = 32;

    public static string Synthesise(JsonElement schema) =>
        Encoding.UTF8.GetString(JsonWriting.Bytes(writer => Write(writer, schema, schema, "value", 0)));

    private static void Write(Utf8JsonWriter writer, JsonElement schema, JsonElement root, string name, int depth)
    {
        schema = Resolve(schema, root);
        if (depth > MaxDepth)
        {
            writer.WriteNullValue();
        }
        else if (schema.Member("const") is { } constant)
        {
            constant.WriteTo(writer);
        }
        else if (schema.Member("enum") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0)
        {
            choices[0].WriteTo(writer);
        }
        else if ((schema.Member("anyOf") ?? schema.Member("oneOf")) is { ValueKind: JsonValueKind.Array } options && options.GetArrayLength() > 0)
        {
            Write(writer, Shallowest(options, root, depth), root, name, depth + 1);
        }
        else
        {
            WriteTyped(writer, schema, root, name, depth);
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, JsonElement schema, JsonElement root, string name, int depth)
    {
        switch (TypeOf(schema))
        {
            case "object":
                WriteObject(writer, schema, root, depth);
                break;
            case "array":
                WriteArray(writer, schema, root, name, depth);
                break;
            case "integer":
                writer.WriteNumberValue((long)Math.Ceiling(NumberIn(schema, integral: true)));
                break;
            case "number":
                writer.WriteNumberValue(NumberIn(schema, integral: false));
                break;
            case "boolean":
                writer.WriteBooleanValue(true);
                break;
            case "null":
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(TextFor(schema, name));
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        List<JsonElement> parts = [schema, .. schema.Member("allOf").Items().Select(part => Resolve(part, root))];
        HashSet<string> required = [.. parts.SelectMany(part => part.Member("required").Texts())];
        HashSet<string> written = [];
        writer.WriteStartObject();
        foreach (JsonProperty member in parts.Select(part => part.Member("properties"))
            .Where(properties => properties is { ValueKind: JsonValueKind.Object })
            .SelectMany(properties => properties!.Value.EnumerateObject()))
        {
            if ((depth < OptionalDepth || required.Contains(member.Name)) && written.Add(member.Name))
            {
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value, root, member.Name, depth + 1);
            }
        }

        foreach (string name in required.Where(written.Add))
        {
            writer.WriteString(name, name);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, JsonElement schema, JsonElement root, string name, int depth)
    {
        JsonElement[] prefix = [.. schema.Member("prefixItems").Items()];
        JsonElement? items = schema.Member("items");
        long least = schema.Member("minItems").Number() ?? (depth < OptionalDepth ? 1 : 0);
        long count = Math.Clamp(Math.Max(least, prefix.Length), 0, Math.Min(1_000, schema.Member("maxItems").Number() ?? 1_000));
        writer.WriteStartArray();
        for (int i = 0; i < count; i++)
        {
            if ((i < prefix.Length ? prefix[i] : items) is { ValueKind: JsonValueKind.Object } item)
            {
                Write(writer, item, root, name, depth + 1);
            }
            else
            {
                writer.WriteStringValue(name);
            }
        }

        writer.WriteEndArray();
    }

    private static double NumberIn(JsonElement schema, bool integral)
    {
        double step = schema.Member("multipleOf") is { ValueKind: JsonValueKind.Number } multiple ? multiple.GetDouble() : integral ? 1 : 0;
        double? least = Bound(schema, "minimum") ?? (Bound(schema, "exclusiveMinimum") + (integral ? 1 : 0.5));
        double? most = Bound(schema, "maximum") ?? (Bound(schema, "exclusiveMaximum") - (integral ? 1 : 0.5));
        double wanted = integral ? 1 : 1.5;
        double value = Math.Min(Math.Max(wanted, least ?? wanted), most ?? double.MaxValue);
        return step > 0 ? Math.Ceiling(value / step) * step : value;
    }

    private static double? Bound(JsonElement schema, string name) =>
        schema.Member(name) is { ValueKind: JsonValueKind.Number } bound ? bound.GetDouble() : null;

    private static string TextFor(JsonElement schema, string name)
    {
        string text = schema.Member("format").Text() switch
        {
            "date-time" => "2026-01-01T00:00:00Z",
            "date" => "2026-01-01",
            "time" => "00:00:00Z",
            "duration" => "PT1H",
            "email" => "person@example.com",
            "hostname" => "example.com",
            "uri" or "url" => "https://example.com/",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            _ => name,
        };
        long least = Math.Min(schema.Member("minLength").Number() ?? 0, 100_000);
        long most = schema.Member("maxLength").Number() ?? int.MaxValue;
        return text.Length < least ? text.PadRight((int)least, 'x') : text.Length > most ? text[..(int)Math.Max(0, most)] : text;
    }

    private static string TypeOf(JsonElement schema)
    {
        JsonElement? type = schema.Member("type");
        string? named = type.Text() ?? type.Items().Select(item => item.GetString()).FirstOrDefault(item => item != "null") ?? (type is null ? null : "null");
        return named is not null ? named.ToLower(CultureInfo.InvariantCulture)
            : schema.Member("properties") is not null || schema.Member("allOf") is not null ? "object"
            : schema.Member("items") is not null || schema.Member("prefixItems") is not null ? "array"
            : "string";
    }

    /// <summary>Deep inside a recursive schema the option that ends it is the one to take.</summary>
    private static JsonElement Shallowest(JsonElement options, JsonElement root, int depth) =>
        depth < OptionalDepth
            ? options[0]
            : options.EnumerateArray().OrderBy(option => TypeOf(Resolve(option, root)) switch { "null" => 0, "object" => 2, "array" => 2, _ => 1 }).First();

    /// <summary>Follows local references, at most 16 of them in a row.</summary>
    private static JsonElement Resolve(JsonElement schema, JsonElement root)
    {
        for (int i = 0; i < 16 && schema.Member("$ref").Text() is { } pointer && pointer.StartsWith('#'); i++)
        {
            JsonElement? target = root;
            foreach (string step in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                target = target.Member(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
            }

            if (target is null)
            {
                break;
            }

            schema = target.Value;
        }

        return schema;
    }
}
