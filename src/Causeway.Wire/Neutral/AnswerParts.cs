using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Wire.Neutral;

/// <summary>Edits of an answer in a parsed reply that all protocols share.</summary>
internal static class AnswerParts
{
    /// <summary>Makes the document the text of one part, and takes the other parts out of their lists: SDKs parse every part, or the first alone.</summary>
    /// <param name="texts">All parts of the answer, in their order, each with its text in the member <c>text</c>.</param>
    /// <param name="kept">The one that stays.</param>
    /// <param name="document">The document.</param>
    /// <param name="isOther">The document is not what the parts said together: what is known of their tokens is not true of it.</param>
    public static AnswerPlace Join(List<JsonObject> texts, JsonObject? kept, string document, out bool isOther)
    {
        isOther = false;
        if (kept is null)
        {
            return AnswerPlace.Missing;
        }

        isOther = string.Concat(texts.Select(text => Text(text["text"]))) != document;
        if (!isOther && texts.Count == 1)
        {
            return AnswerPlace.Same;
        }

        foreach (JsonObject other in texts.Where(text => text != kept))
        {
            other.Parent!.AsArray().Remove(other);
        }

        kept["text"] = document;
        return AnswerPlace.Set;
    }

    /// <summary>Gives one part what the parts that are to go have in a list: the sources of an answer are not lost with its pieces.</summary>
    public static void Gather(List<JsonObject> texts, JsonObject kept, string member)
    {
        if (texts.Count > 1 && texts.Exists(text => text != kept && text[member] is JsonArray { Count: > 0 }))
        {
            kept[member] = new JsonArray([.. texts.Select(text => text[member]).OfType<JsonArray>().SelectMany(list => list).Select(entry => entry?.DeepClone())]);
        }
    }

    /// <summary>Sets a call's arguments where they are text (OpenAI).</summary>
    public static AnswerPlace SetArguments(JsonObject? call, string document)
    {
        if (call is null)
        {
            return AnswerPlace.Missing;
        }

        call["arguments"] = document;
        return AnswerPlace.Set;
    }

    /// <summary>Sets a call's arguments where they are an object.</summary>
    /// <param name="call">The call; null: there is none.</param>
    /// <param name="member">Where its arguments stand.</param>
    /// <param name="document">The document; one that is no object has no place there.</param>
    public static AnswerPlace SetArguments(JsonObject? call, string member, string document)
    {
        if (call is null || JsonNode.Parse(document, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) is not JsonObject arguments)
        {
            return AnswerPlace.Missing;
        }

        call[member] = arguments;
        return AnswerPlace.Set;
    }

    /// <summary>The only one; null where there is none, or where there are more and none of them is surely meant.</summary>
    public static JsonObject? Only(IEnumerable<JsonObject?> found) => found.Take(2).ToArray() is [var one] ? one : null;

    /// <summary>The objects of a list; none where there is no list.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? list) => list is JsonArray entries ? entries.OfType<JsonObject>() : [];

    /// <summary>A string's text; null for anything else.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>A whole number; what a reader takes for it where there is none.</summary>
    public static int Number(JsonNode? node, int absent) => node is JsonValue value && value.TryGetValue(out int number) ? number : absent;
}
