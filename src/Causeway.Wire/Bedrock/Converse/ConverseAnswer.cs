using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Sets the answer of a whole Converse reply.</summary>
internal static class ConverseAnswer
{
    public static AnswerPlace Set(JsonObject reply, int choice, string document, string? tool)
    {
        if (choice != 0 || reply["output"]?["message"] is not JsonObject message)
        {
            return AnswerPlace.Missing;
        }

        List<JsonObject> blocks = [.. AnswerParts.Objects(message["content"])];
        if (tool is not null)
        {
            IEnumerable<JsonObject?> calls = blocks.Select(block => block["toolUse"] as JsonObject).Where(call => ShapedBody.IsText(call?["name"], tool));
            return AnswerParts.SetArguments(AnswerParts.Only(calls), "input", document);
        }

        // Cited text is text of the answer too, but its block holds one text with its own sources.
        List<JsonObject> texts = blocks.FindAll(block => AnswerParts.Text(block["text"]) is not null);
        return blocks.Exists(block => block["citationsContent"] is not null)
            ? AnswerPlace.Missing
            : AnswerParts.Join(texts, texts.FirstOrDefault(), document, out _);
    }
}
