using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Sets the answer of a whole message.</summary>
internal static class MessagesAnswer
{
    public static AnswerPlace Set(JsonObject reply, int choice, string document, string? tool)
    {
        if (choice != 0)
        {
            return AnswerPlace.Missing;
        }

        List<JsonObject> blocks = [.. AnswerParts.Objects(reply["content"])];
        if (tool is not null)
        {
            return AnswerParts.SetArguments(
                AnswerParts.Only(blocks.Where(block => ShapedBody.IsText(block["type"], "tool_use") && ShapedBody.IsText(block["name"], tool))), "input", document);
        }

        List<JsonObject> texts = blocks.FindAll(block => ShapedBody.IsText(block["type"], "text"));
        if (texts.Count > 0)
        {
            AnswerParts.Gather(texts, texts[0], "citations"); // Their places are in the sources, not in the answer.
        }

        return AnswerParts.Join(texts, texts.FirstOrDefault(), document, out _);
    }
}
