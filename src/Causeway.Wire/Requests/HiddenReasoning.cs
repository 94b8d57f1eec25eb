using System.Buffers;
using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>
/// Reasoning that is not shown and that earlier answers left in a conversation: blocks with signatures, encrypted items. Vendors bind it to the model, and some to every byte before it, so where
/// something else answers it has to go, from the first that is not the answering one's own on. Everything else stays byte for byte as it was.
/// </summary>
public static class HiddenReasoning
{
    // Gemini's word for a call whose signature is not there (docs/translation.md).
    private const string NoSignature = "skip_thought_signature_validator";

    /// <summary>Takes it out of a request.</summary>
    /// <param name="operation">What the request was sent to.</param>
    /// <param name="body">The request.</param>
    /// <param name="ownAnswers">Answers at the beginning that may keep theirs.</param>
    /// <param name="answers">Answers that there were, as far as is known. Where the request has another number of them, its history was changed, and all of it goes.</param>
    /// <param name="without">The request without it; null: there is none to take out.</param>
    /// <returns>False: the body cannot be read.</returns>
    public static bool TryRemove(Operation operation, ReadOnlyMemory<byte> body, int ownAnswers, int answers, out byte[]? without)
    {
        without = null;
        if (ListOf(operation) is not { } list)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(list, out JsonElement turns) || turns.ValueKind != JsonValueKind.Array)
            {
                return true;
            }

            // Items of a response do not say where an answer begins, so none of it is told apart there.
            bool isTold = operation != Operation.Responses && turns.EnumerateArray().Count(IsAnswer) == answers;
            int left = isTold ? ownAnswers : 0;
            var output = new ArrayBufferWriter<byte>(body.Length);
            bool changed = false;
            using (Utf8JsonWriter json = new(output, new JsonWriterOptions { SkipValidation = true }))
            {
                json.WriteStartObject();
                foreach (JsonProperty member in document.RootElement.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    if (member.Name != list)
                    {
                        json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
                        continue;
                    }

                    json.WriteStartArray();
                    foreach (JsonElement turn in member.Value.EnumerateArray())
                    {
                        changed |= Write(operation, turn, IsAnswer(turn) && left-- > 0, json);
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            without = changed ? output.WrittenSpan.ToArray() : null;
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? ListOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions or Operation.Messages => "messages",
        Operation.Responses => "input",
        Operation.GenerateContent or Operation.StreamGenerateContent => "contents",
        _ => null,
    };

    private static bool IsAnswer(JsonElement turn) => Text(turn, "role") is "assistant" or "model";

    // True: something was taken out.
    private static bool Write(Operation operation, JsonElement turn, bool isOwn, Utf8JsonWriter json)
    {
        if (operation == Operation.Responses && Text(turn, "type") == "reasoning")
        {
            return true;
        }

        if (!isOwn && IsAnswer(turn))
        {
            switch (operation)
            {
                case Operation.Messages when turn.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array && content.EnumerateArray().Any(IsThinking):
                    if (content.EnumerateArray().All(IsThinking))
                    {
                        return true; // An answer without content is refused: a turn that was nothing else goes.
                    }

                    WriteWith(turn, "content", json, () => WriteItems(content.EnumerateArray().Where(block => !IsThinking(block)), json));
                    return true;
                case Operation.ChatCompletions when turn.TryGetProperty("reasoning_details", out _) || turn.TryGetProperty("reasoning_content", out _):
                    WriteMembers(turn, json, static name => name is not ("reasoning_details" or "reasoning_content"));
                    return true;
                case Operation.GenerateContent or Operation.StreamGenerateContent when turn.TryGetProperty("parts", out JsonElement parts) && parts.ValueKind == JsonValueKind.Array && parts.EnumerateArray().Any(IsSigned):
                    WriteWith(turn, "parts", json, () => WriteParts(parts, json));
                    return true;
            }
        }

        json.WriteRawValue(turn.GetRawText(), skipInputValidation: true);
        return false;
    }

    private static bool IsThinking(JsonElement block) => Text(block, "type") is "thinking" or "redacted_thinking";

    private static bool IsSigned(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && ((part.TryGetProperty("thoughtSignature", out JsonElement signature) && signature.ValueKind == JsonValueKind.String && !signature.ValueEquals(NoSignature)) || IsThought(part));

    private static bool IsThought(JsonElement part) => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("thought", out JsonElement thought) && thought.ValueKind == JsonValueKind.True;

    private static void WriteParts(JsonElement parts, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (JsonElement part in parts.EnumerateArray().Where(part => !IsThought(part)))
        {
            if (!IsSigned(part))
            {
                json.WriteRawValue(part.GetRawText(), skipInputValidation: true);
            }
            else if (part.TryGetProperty("functionCall", out _))
            {
                WriteWith(part, "thoughtSignature", json, () => json.WriteStringValue(NoSignature));
            }
            else
            {
                WriteMembers(part, json, static name => name != "thoughtSignature");
            }
        }

        json.WriteEndArray();
    }

    private static void WriteItems(IEnumerable<JsonElement> items, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (JsonElement item in items)
        {
            json.WriteRawValue(item.GetRawText(), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static void WriteWith(JsonElement value, string name, Utf8JsonWriter json, Action write)
    {
        json.WriteStartObject();
        foreach (JsonProperty member in value.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            if (member.Name == name)
            {
                write();
            }
            else
            {
                json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteMembers(JsonElement value, Utf8JsonWriter json, Func<string, bool> isKept)
    {
        json.WriteStartObject();
        foreach (JsonProperty member in value.EnumerateObject().Where(member => isKept(member.Name)))
        {
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
