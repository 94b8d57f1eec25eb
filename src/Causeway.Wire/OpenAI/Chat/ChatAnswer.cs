using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Sets the answer of a choice in a whole completion.</summary>
internal static class ChatAnswer
{
    public static AnswerPlace Set(JsonObject reply, int choice, string document, string? tool)
    {
        JsonObject? found = AnswerParts.Only(AnswerParts.Objects(reply["choices"]).Where(one => AnswerParts.Number(one["index"], absent: 0) == choice));
        if (found?["message"] is not JsonObject message)
        {
            return AnswerPlace.Missing;
        }

        if (tool is not null)
        {
            return AnswerParts.SetArguments(AnswerParts.Only(Calls(message).Where(call => ShapedBody.IsText(call?["name"], tool))), document);
        }

        AnswerPlace place = SetContent(message, document, out bool isOther);
        if (isOther && found["logprobs"] is not null)
        {
            found["logprobs"] = null; // They are those of the tokens that the model said, one by one: of another text they would be wrong.
        }

        return place;
    }

    private static AnswerPlace SetContent(JsonObject message, string document, out bool isOther)
    {
        isOther = false;
        switch (message["content"])
        {
            case JsonArray chunks:
                return SetChunks(message, chunks, document, out isOther);
            case JsonValue content when AnswerParts.Text(content) is { } text:
                if (text == document)
                {
                    return AnswerPlace.Same;
                }

                isOther = true;
                message["content"] = document;
                return AnswerPlace.Set;
            default:
                return AnswerPlace.Missing;
        }
    }

    // Mistral: chunks of text and of thought. Thoughts have no place in a string, so a list that holds some stays one.
    private static AnswerPlace SetChunks(JsonObject message, JsonArray chunks, string document, out bool isOther)
    {
        List<JsonObject> texts = [.. AnswerParts.Objects(chunks).Where(chunk => AnswerParts.Text(chunk["text"]) is not null)];
        bool isTextOnly = texts.Count == chunks.Count;
        AnswerPlace place = AnswerParts.Join(texts, texts.FirstOrDefault(), document, out isOther);
        if (place == AnswerPlace.Missing || !isTextOnly)
        {
            return place;
        }

        message["content"] = document;
        return AnswerPlace.Set;
    }

    // Both forms of the protocol: tools, and the function from before there were any.
    private static IEnumerable<JsonObject?> Calls(JsonObject message) =>
        AnswerParts.Objects(message["tool_calls"]).Select(call => call["function"] as JsonObject).Append(message["function_call"] as JsonObject);
}
