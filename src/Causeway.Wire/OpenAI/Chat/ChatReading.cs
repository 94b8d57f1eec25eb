using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>What the readers of a chat request share: the body, the request, and which concepts are marked already.</summary>
internal sealed class ChatReading(JsonBody body, NeutralRequest request)
{
    private readonly HashSet<Concept> _marked = [];

    public NeutralRequest Request => request;

    public JsonSlice Slice(JsonElement value) => body.Slice(value);

    /// <summary>A member that must be there.</summary>
    /// <exception cref="RequestException">It is not.</exception>
    public static JsonElement Need(JsonElement parent, string name, string path) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : throw new RequestException($"\"{path}.{name}\" is missing.", $"{path}.{name}");

    /// <summary>The member as a string value.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public JsonSlice String(JsonElement parent, ReadOnlySpan<byte> name, string path) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? Slice(value)
            : throw new RequestException($"\"{path}\" must be a string.", path);

    /// <summary>The member; absent where it is not there or null.</summary>
    public JsonSlice Optional(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Slice(value) : default;

    /// <summary>Marks a concept at its first place in the messages: a long history says it once.</summary>
    public void MarkOnce(Concept concept, int message, string rest = "")
    {
        if (_marked.Add(concept))
        {
            request.Mark(concept, $"messages[{message}]{rest}");
        }
    }

    /// <summary>Keeps a member that no rule knows.</summary>
    public void KeepUnknown(ref Extras? extras, string name, JsonElement value, string path)
    {
        Keep(ref extras, name, value);
        request.Mark(Concept.Unknown, path);
    }

    public void Keep(ref Extras? extras, string name, JsonElement value) =>
        (extras ??= []).Add(new KeyValuePair<string, JsonSlice>(name, Slice(value)));

    /// <summary>Keeps a member that says what holds anyway: the origin gets it back, nobody else misses it.</summary>
    public void KeepDefault(Concept concept, string path, JsonElement value) => request.Fields.Add(new RawField(concept, path, Slice(value)));
}
