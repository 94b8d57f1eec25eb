using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Json;

namespace Causeway.Wire.Neutral;

/// <summary>Edits of a written request that the shapes of all protocols share. The body is an object tree here: only requests with a contract come this way.</summary>
internal static class ShapedBody
{
    /// <summary>Writes a body with the shape of its answer set.</summary>
    /// <returns>False: some object of the body has two members of one name; nothing is written.</returns>
    public static bool TryWrite(ReadOnlyMemory<byte> body, Codec codec, AnswerShape shape, Target target, IBufferWriter<byte> output)
    {
        JsonObject root = Parse(body.Span).AsObject();
        try
        {
            codec.Shape(root, shape, target);
        }
        catch (ArgumentException)
        {
            return false;
        }

        using Utf8JsonWriter json = JsonOutput.To(output);
        root.WriteTo(json);
        return true;
    }

    /// <summary>Schemas may be as deep again as the bodies that they stand in.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;

    /// <summary>The object under a name; made where there is none. The first spelling that is there counts.</summary>
    public static JsonObject ObjectAt(JsonObject holder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (holder[name] is JsonObject found)
            {
                return found;
            }
        }

        JsonObject made = [];
        holder[names[0]] = made;
        return made;
    }

    /// <summary>The list under a name; made where there is none.</summary>
    public static JsonArray ListAt(JsonObject holder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (holder[name] is JsonArray found)
            {
                return found;
            }
        }

        JsonArray made = [];
        holder[names[0]] = made;
        return made;
    }

    public static void Remove(JsonObject holder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            holder.Remove(name);
        }
    }

    /// <summary>Adds text to a member that is a string or a list of parts.</summary>
    public static void AddText(JsonObject holder, string name, string text, Func<string, JsonNode> part)
    {
        switch (holder[name])
        {
            case JsonArray parts:
                parts.Add(part(text));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length > 0:
                holder[name] = value.GetValue<string>() + "\n\n" + text;
                break;
            default:
                holder[name] = text;
                break;
        }
    }

    public static bool IsText(JsonNode? node, string text) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == text;
}
