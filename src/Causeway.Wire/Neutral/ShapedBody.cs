using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Json;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Neutral;

/// <summary>Edits of a written request that the shapes of all protocols share. The body is an object tree here: only requests with a contract come this way.</summary>
internal static class ShapedBody
{
    /// <summary>Writes a body with the shape of its answer set.</summary>
    /// <returns>False: the shape cannot be set where it belongs, since the body has something else there; nothing is written.</returns>
    public static bool TryWrite(ReadOnlyMemory<byte> body, Codec codec, AnswerShape shape, Target target, IBufferWriter<byte> output, out RequestFault fault)
    {
        JsonObject root = Parse(body.Span).AsObject();
        try
        {
            codec.Shape(root, shape, target);
        }
        catch (RequestException exception)
        {
            fault = new RequestFault("field_invalid", exception.Message, exception.Param, 0);
            return false;
        }
        catch (ArgumentException) when (HasDuplicates(body))
        {
            // Objects are read when they are first looked at, so that only those that are edited must have each name once.
            fault = new RequestFault("field_duplicated", "A member of the request stands there more than once, so the shape of its answer cannot be set.", Param: null, 0);
            return false;
        }

        using Utf8JsonWriter json = JsonOutput.To(output);
        root.WriteTo(json);
        fault = default;
        return true;
    }

    /// <summary>Schemas may be as deep again as the bodies that they stand in.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;

    /// <summary>The object under a name; made where there is none. The first spelling that is there counts.</summary>
    /// <exception cref="RequestException">Something else stands there.</exception>
    public static JsonObject ObjectAt(JsonObject holder, params ReadOnlySpan<string> names)
    {
        switch (Find(holder, names))
        {
            case (_, JsonObject found):
                return found;
            case (var name, null):
                JsonObject made = [];
                holder[name] = made;
                return made;
            case (var name, _):
                throw new RequestException($"\"{name}\" must be an object here.", name);
        }
    }

    /// <summary>The list under a name; made where there is none.</summary>
    /// <exception cref="RequestException">Something else stands there.</exception>
    public static JsonArray ListAt(JsonObject holder, params ReadOnlySpan<string> names)
    {
        switch (Find(holder, names))
        {
            case (_, JsonArray found):
                return found;
            case (var name, null):
                JsonArray made = [];
                holder[name] = made;
                return made;
            case (var name, _):
                throw new RequestException($"\"{name}\" must be a list here.", name);
        }
    }

    /// <summary>As <see cref="ListAt"/>, for protocols of protobuf, which take one object for a list of one: it becomes that list.</summary>
    /// <exception cref="RequestException">Neither a list nor an object stands there.</exception>
    public static JsonArray RepeatedAt(JsonObject holder, params ReadOnlySpan<string> names)
    {
        if (Find(holder, names) is not (var name, JsonObject single))
        {
            return ListAt(holder, names);
        }

        JsonArray list = [];
        holder[name] = list;
        list.Add((JsonNode)single);
        return list;
    }

    /// <summary>The first entry of a list of tools whose name is this one.</summary>
    /// <param name="tools">The list; anything else holds none.</param>
    /// <param name="within">The member that holds the name and the rest; null: the entry itself.</param>
    /// <param name="name">The tool's name.</param>
    public static JsonObject? FindTool(JsonNode? tools, string? within, string name) =>
        (tools as JsonArray)?.Select(tool => ToolIn(tool, within)).FirstOrDefault(tool => IsText(tool?["name"], name));

    /// <summary>Takes the tools of that name out.</summary>
    /// <returns>True: there is a list, and now it is empty.</returns>
    public static bool RemoveTools(JsonNode? tools, string? within, string name)
    {
        if (tools is not JsonArray list)
        {
            return false;
        }

        list.RemoveAll(tool => IsText(ToolIn(tool, within)?["name"], name));
        return list.Count == 0;
    }

    /// <summary>Sets a member that is left out where it is not true.</summary>
    public static void SetFlag(JsonObject holder, string name, bool isSet)
    {
        if (isSet)
        {
            holder[name] = true;
        }
        else
        {
            holder.Remove(name);
        }
    }

    public static void Remove(JsonObject holder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            holder.Remove(name);
        }
    }

    /// <summary>Takes a member out of an object that is a member itself; an object that is empty then goes with it.</summary>
    public static void RemoveWithin(JsonObject holder, string name, string member)
    {
        if (holder[name] is JsonObject inner)
        {
            inner.Remove(member);
            if (inner.Count == 0)
            {
                holder.Remove(name);
            }
        }
    }

    /// <summary>Adds wrong answers with what the model is told of them, as turns of a role and a text.</summary>
    public static void AddCorrections(JsonArray turns, IReadOnlyList<Correction> corrections)
    {
        foreach (Correction correction in corrections)
        {
            if (correction.Answer.Length > 0)
            {
                turns.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = correction.Answer });
            }

            turns.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = correction.Told });
        }
    }

    /// <summary>Adds text to a member that is a string or a list of parts.</summary>
    /// <exception cref="RequestException">Something else stands there.</exception>
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
            case null:
            case JsonValue other when other.GetValueKind() == JsonValueKind.String:
                holder[name] = text;
                break;
            default:
                throw new RequestException($"\"{name}\" must be a text or a list here.", name);
        }
    }

    public static bool IsText(JsonNode? node, string text) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == text;

    private static JsonObject? ToolIn(JsonNode? tool, string? within) => (within is null ? tool : (tool as JsonObject)?[within]) as JsonObject;

    // The first name that is there with its value; where none is, the first name. A null is nothing to every vendor.
    private static (string Name, JsonNode? Value) Find(JsonObject holder, ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (holder[name] is { } value)
            {
                return (name, value);
            }
        }

        return (names[0], null);
    }

    /// <summary>Some object of a body has two members of one name.</summary>
    public static bool HasDuplicates(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 256, AllowDuplicateProperties = false });
            return false;
        }
        catch (Exception told) when (told is JsonException or InvalidOperationException) // A name that is half a surrogate pair equals another one, or does not.
        {
            return true;
        }
    }
}
