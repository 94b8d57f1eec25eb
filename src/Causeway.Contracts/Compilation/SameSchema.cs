using System.Text.Json;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Compilation;

/// <summary>Whether two compact schemas say the same but for the order in which they name what is required, which says nothing.</summary>
internal static class SameSchema
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = SchemaLimits.MaxDepth + 1 };

    public static bool Are(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        // Another order takes as many bytes.
        if (one.Length != other.Length || one.Span.SequenceEqual(other.Span))
        {
            return one.Length == other.Length;
        }

        using JsonDocument first = JsonDocument.Parse(one, s_deep);
        using JsonDocument second = JsonDocument.Parse(other, s_deep);
        return Are(first.RootElement, second.RootElement);
    }

    // The order of members is kept: it is that of an answer's members.
    private static bool Are(JsonElement one, JsonElement other) => (one.ValueKind, other.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => one.GetPropertyCount() == other.GetPropertyCount()
            && one.EnumerateObject().Zip(other.EnumerateObject()).All(pair =>
                pair.First.Name == pair.Second.Name
                && (pair.First.Name == "required" && AreTexts(pair.First.Value) && AreTexts(pair.Second.Value)
                    ? Texts(pair.First.Value).SetEquals(Texts(pair.Second.Value))
                    : Are(pair.First.Value, pair.Second.Value))),
        (JsonValueKind.Array, JsonValueKind.Array) => one.GetArrayLength() == other.GetArrayLength()
            && one.EnumerateArray().Zip(other.EnumerateArray()).All(pair => Are(pair.First, pair.Second)),
        _ => one.ValueKind == other.ValueKind && one.GetRawText() == other.GetRawText(),
    };

    private static bool AreTexts(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);

    private static HashSet<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}
