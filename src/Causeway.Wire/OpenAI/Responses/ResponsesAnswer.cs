using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Sets the answer of a whole response, and what the response repeats of its request.</summary>
internal static class ResponsesAnswer
{
    // What the gateway may have written in its caller's place.
    private static readonly (string Name, string Default)[] Repeated = [("instructions", "null"), ("tools", "[]"), ("tool_choice", "\"auto\"")];

    public static AnswerPlace Set(JsonObject reply, int choice, string document, string? tool)
    {
        if (choice != 0)
        {
            return AnswerPlace.Missing;
        }

        List<JsonObject> items = [.. AnswerParts.Objects(reply["output"])];
        return tool is null
            ? SetText(items, document)
            : AnswerParts.SetArguments(AnswerParts.Only(items.Where(item => ShapedBody.IsText(item["type"], "function_call") && ShapedBody.IsText(item["name"], tool))), document);
    }

    /// <summary>Says of the request what the caller said: a release's instructions and the schema as its provider takes it are not the caller's words.</summary>
    /// <returns>False: the response repeats nothing.</returns>
    public static bool Repeat(JsonObject reply, NeutralRequest request)
    {
        bool isChanged = false;
        foreach ((string name, string fallback) in Repeated)
        {
            if (reply.ContainsKey(name))
            {
                reply[name] = Said(request, name) ?? JsonNode.Parse(fallback);
                isChanged = true;
            }
        }

        if (reply["text"] is JsonObject text)
        {
            text["format"] = (Said(request, "text") as JsonObject)?["format"]?.DeepClone() ?? new JsonObject { ["type"] = "text" };
            isChanged = true;
        }

        return isChanged;
    }

    // What is said on the way to the answer is no part of it. The last message is the answer, and what an earlier one says in the same way would be parsed as one.
    private static AnswerPlace SetText(List<JsonObject> items, string document)
    {
        List<JsonObject> messages = items.FindAll(item => ShapedBody.IsText(item["type"], "message") && !ShapedBody.IsText(item["phase"], "commentary"));
        List<JsonObject> texts = [.. messages.SelectMany(Texts)];
        JsonObject? kept = messages.FindLast(message => Texts(message).Any()) is { } last ? Texts(last).First() : null;
        if (kept is not null)
        {
            AnswerParts.Gather(texts, kept, "annotations");
            AnswerParts.Gather(texts, kept, "logprobs");
        }

        AnswerPlace place = AnswerParts.Join(texts, kept, document, out bool isOther);
        if (isOther && kept!["logprobs"] is JsonArray)
        {
            kept["logprobs"] = new JsonArray(); // They are those of the tokens that the model said, one by one: of another text they would be wrong.
        }

        foreach (JsonObject emptied in messages.Where(message => place == AnswerPlace.Set && message["content"] is JsonArray { Count: 0 }))
        {
            emptied.Parent!.AsArray().Remove(emptied);
        }

        return place;
    }

    private static IEnumerable<JsonObject> Texts(JsonObject message) =>
        AnswerParts.Objects(message["content"]).Where(part => ShapedBody.IsText(part["type"], "output_text"));

    private static JsonNode? Said(NeutralRequest request, string name)
    {
        JsonSlice said = request.Fields.Find(field => field.Path == name).Value;
        return said.IsAbsent || said.IsNull ? null : ShapedBody.Parse(said.Raw.Span);
    }
}
