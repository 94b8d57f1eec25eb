using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>JSON Schemas of tools and answers: the vendor takes objects only.</summary>
internal static class MessagesSchemas
{
    /// <summary>Whether a schema describes an object. One that does not say its type counts, since its tool could not be called otherwise.</summary>
    public static bool IsObject(JsonSlice schema)
    {
        if (!schema.IsObject)
        {
            return schema.IsAbsent;
        }

        using JsonBody body = new(schema.Raw);
        return !body.Root.TryGet("type", out JsonElement type)
            || (type.ValueKind == JsonValueKind.String && (type.ValueEquals("object"u8) || type.ValueEquals("OBJECT"u8)));
    }

    /// <summary>Writes a tool's schema with the type that the vendor insists on.</summary>
    public static void Write(Utf8JsonWriter json, ToolDefinition tool)
    {
        if (tool.Schema.IsAbsent)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "object"u8);
            json.WriteStartObject("properties"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }

        if (tool.SchemaIsOpenApi)
        {
            OpenApiSchema.Write(json, tool.Schema);
            return;
        }

        JsonSlice schema = RootUnion.Merged(tool.Schema);
        using JsonBody body = new(schema.Raw);
        if (body.Root.TryGet("type", out _))
        {
            schema.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        foreach (JsonProperty member in body.Root.EnumerateObject().Where(member => member.Name != "type"))
        {
            json.WritePropertyName(member.Name);
            body.Slice(member.Value).WriteTo(json);
        }

        json.WriteEndObject();
    }
}
