using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Members of a request's objects.</summary>
internal static class MessagesMembers
{
    /// <summary>The name under which a part, a tool or a turn keeps itself as it stood; no member of the protocol has it.</summary>
    public const string Whole = "*";

    /// <summary>A member that is there and not null.</summary>
    public static bool TryGet(this JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The text of a string; null where the member is absent.</summary>
    public static string? Text(this JsonElement element, string name) => element.TryGet(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>A member's bytes; absent where it is null.</summary>
    public static JsonSlice Slice(this JsonBody body, JsonElement element, string name) =>
        element.TryGet(name, out JsonElement value) ? body.Slice(value) : default;

    /// <param name="element">The object.</param>
    /// <param name="name">The member.</param>
    /// <param name="path">Where the object stands; empty at the top.</param>
    /// <exception cref="RequestException">It is not there.</exception>
    public static JsonElement Required(this JsonElement element, string name, string path) =>
        element.ValueKind == JsonValueKind.Object && element.TryGet(name, out JsonElement value)
            ? value
            : throw new RequestException($"\"{name}\" is missing.", path.Length == 0 ? name : $"{path}.{name}");

    /// <summary>What a part, a tool or a turn of this protocol kept as it stood; absent for others.</summary>
    public static JsonSlice Kept(this Extras? extras, string name = Whole) =>
        extras?.Find(member => member.Key == name).Value ?? default;

    /// <summary>The mark of a <c>cache_control</c>; null where there is none.</summary>
    public static CacheMark? Cache(JsonElement element) =>
        element.TryGet("cache_control", out JsonElement control) ? new CacheMark(control.Text("ttl")) : null;
}
