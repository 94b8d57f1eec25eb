using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Sets the answer of a candidate in a whole response object.</summary>
internal static class GenerateAnswer
{
    private const string Signature = "thoughtSignature";

    public static AnswerPlace Set(JsonObject reply, int choice, string document, string? tool)
    {
        IEnumerable<JsonObject> candidates = AnswerParts.Objects(reply["candidates"]).Where((one, position) => AnswerParts.Number(one["index"], position) == choice);
        if (AnswerParts.Only(candidates) is not { } candidate || candidate["content"]?["parts"] is not JsonArray list)
        {
            return AnswerPlace.Missing;
        }

        List<JsonObject> parts = [.. AnswerParts.Objects(list)];
        if (tool is not null)
        {
            IEnumerable<JsonObject?> calls = parts.Select(part => part["functionCall"] as JsonObject).Where(call => ShapedBody.IsText(call?["name"], tool));
            return AnswerParts.SetArguments(AnswerParts.Only(calls), "args", document);
        }

        List<JsonObject> texts = parts.FindAll(IsAnswer);
        JsonObject? kept = texts.FirstOrDefault();
        if (texts.Find(text => text[Signature] is not null) is { } signed && kept![Signature] is null)
        {
            kept[Signature] = signed[Signature]!.DeepClone(); // The next turn is refused or worse without it.
        }

        AnswerPlace place = AnswerParts.Join(texts, kept, document, out bool isOther);
        if (isOther)
        {
            candidate.Remove("logprobsResult"); // It is that of the tokens that the model said, one by one: of another text it would be wrong.
        }

        return place;
    }

    // A signature on nothing is state, not text.
    private static bool IsAnswer(JsonObject part) =>
        AnswerParts.Text(part["text"]) is { } text
        && part["thought"]?.GetValueKind() != JsonValueKind.True
        && (text.Length > 0 || part[Signature] is null);
}
