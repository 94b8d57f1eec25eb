using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>
/// Reasoning in chat messages. OpenAI has none; the servers have <c>reasoning_content</c> or <c>reasoning</c>, a text, and OpenRouter
/// <c>reasoning_details</c>, a list of entries with state that has to come back.
/// </summary>
/// <remarks>
/// State that a chat server gave is sealed as OpenAI's, form <see cref="SealForm.Signature"/>: the entry without its text, or
/// <see cref="TextOnly"/> where the text is all there is (DeepSeek), so that callers of any protocol bring it back.
/// </remarks>
internal static class ChatReasoning
{
    /// <summary>The value of a seal that says: give the text back.</summary>
    public const string TextOnly = "{}";

    private const string Entry = "reasoning_details";

    private static readonly JsonSlice NoText = JsonSlice.Of("");

    /// <summary>Reads an assistant message's reasoning as parts, before everything else that the message says.</summary>
    public static void ReadHistory(JsonElement message, ChatReading reading, int at, List<Part> into)
    {
        if (message.TryGetProperty("reasoning_details"u8, out JsonElement details) && details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0)
        {
            // Who appended deltas has entries of several twice: the last delta had all of them once more.
            foreach (JsonElement entry in details.EnumerateArray().DistinctBy(static entry => entry.GetRawText()))
            {
                into.Add(ReadEntry(entry, reading));
            }

            reading.MarkOnce(Concept.ReasoningState, at, ".reasoning_details");
            return; // The other members hold the same text once more.
        }

        foreach (string name in (ReadOnlySpan<string>)["reasoning_content", "reasoning"])
        {
            if (message.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String)
            {
                into.Add(new ReasoningPart(reading.Slice(text)));
                reading.MarkOnce(Concept.ReasoningState, at, "." + name);
                return;
            }
        }
    }

    // An entry without our envelope is a server's own: it is known to chat alone, so it is no seal that another operation might send.
    private static ReasoningPart ReadEntry(JsonElement entry, ChatReading reading)
    {
        string? state = TextOf(entry, "signature"u8) ?? TextOf(entry, "data"u8);
        JsonSlice text = reading.Optional(entry, TextName(entry));
        ReasoningSeal? seal = state is null ? null : ReasoningSeal.FromEnvelope(state);
        Extras? extras = null;
        if (seal is null)
        {
            reading.Keep(ref extras, Entry, entry);
        }

        return new ReasoningPart(text.IsString ? text : NoText) { Seal = seal, Extras = extras };
    }

    /// <summary>The seal of a server's entry.</summary>
    /// <param name="model">The model that serves; a seal names it, so that no other one is sent it.</param>
    public static ReasoningSeal SealOf(JsonElement entry, string? model)
    {
        ArrayBufferWriter<byte> compact = new();
        using (Utf8JsonWriter json = JsonOutput.To(compact))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in entry.EnumerateObject())
            {
                if (!member.NameEquals("text"u8) && !member.NameEquals("summary"u8))
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return Sealed(Encoding.UTF8.GetString(compact.WrittenSpan), model);
    }

    /// <summary>The seal of reasoning that is text and nothing else.</summary>
    public static ReasoningSeal SealOfText(string? model) => Sealed(TextOnly, model);

    private static ReasoningSeal Sealed(string value, string? model) => new(Protocol.OpenAI, SealForm.Signature, value, model ?? "unknown");

    /// <summary>The member of an entry that holds its text.</summary>
    public static ReadOnlySpan<byte> TextName(JsonElement entry) =>
        entry.TryGetProperty("type"u8, out JsonElement type) && type.ValueEquals("reasoning.summary"u8) ? "summary"u8 : "text"u8;

    /// <summary>Whether a part goes back to this target: nobody else's state, and no other model's.</summary>
    public static bool IsFor(ReasoningPart part, Target target) =>
        part.Seal is null || (part.Seal.Form == SealForm.Signature && part.Seal.IsFor(target));

    /// <summary>Writes what of an assistant's reasoning the target wants back, as members of the message.</summary>
    public static void WriteHistory(Utf8JsonWriter json, IReadOnlyList<ReasoningPart> parts, ServerDeviations server, Target target)
    {
        if (server.ReasoningDetails && parts.Any(HasState))
        {
            json.WriteStartArray("reasoning_details"u8);
            foreach (ReasoningPart part in parts.Where(HasState))
            {
                if (part.Seal is { } seal)
                {
                    WriteEntry(json, seal, part.Text);
                }
                else
                {
                    part.Extras![0].Value.WriteTo(json);
                }
            }

            json.WriteEndArray();
        }
        else if (server.ReasoningFieldOf(target.Model) is { } field)
        {
            EscapedText text = new();
            foreach (ReasoningPart part in parts)
            {
                text.Add(part.Text.Escaped);
            }

            json.WritePropertyName(field);
            text.WriteTo(json);
        }
    }

    private static bool HasState(ReasoningPart part) => part.Seal is { Value: not TextOnly } || ChatExtras.Has(part.Extras, Entry);

    private static void WriteEntry(Utf8JsonWriter json, ReasoningSeal seal, JsonSlice text)
    {
        using JsonDocument entry = JsonDocument.Parse(seal.Value);
        json.WriteStartObject();
        foreach (JsonProperty member in entry.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }

        if (text.Escaped.Length > 0)
        {
            text.WriteTo(json, TextName(entry.RootElement));
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an entry for a caller: the text with the state that its vendor wants back, in an envelope where it is not chat's own.</summary>
    public static void WriteEntry(Utf8JsonWriter json, ReasoningSeal seal, ReadOnlySpan<byte> escaped, int index)
    {
        if (seal is { Maker: Protocol.OpenAI, Form: SealForm.Signature })
        {
            WriteEntry(json, seal, JsonSlice.OfEscaped(escaped));
            return;
        }

        bool isText = escaped.Length > 0;
        json.WriteStartObject();
        json.WriteString("type"u8, isText ? "reasoning.text"u8 : "reasoning.encrypted"u8);
        if (isText)
        {
            JsonSlice.OfEscaped(escaped).WriteTo(json, "text"u8);
        }

        json.WriteString(isText ? "signature"u8 : "data"u8, seal.ToEnvelope());
        json.WriteNumber("index"u8, index);
        json.WriteString("format"u8, "causeway-v1"u8);
        json.WriteEndObject();
    }

    /// <summary>Whether a caller gets an entry for it at all.</summary>
    public static bool HasEntry(ReasoningSeal seal) => seal is not { Maker: Protocol.OpenAI, Form: SealForm.Signature, Value: TextOnly };

    private static string? TextOf(JsonElement entry, ReadOnlySpan<byte> name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
