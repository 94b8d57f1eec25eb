using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Reasoning in the places that servers other than OpenAI gave it.</summary>
internal static class ChatReasoning
{
    public const string Details = "reasoning_details";

    public static Seal SealFor(Ask ask) => Seal.Of(ask.Account, user: "", ask.Model);

    /// <param name="signed">Once, with the last piece.</param>
    public static void Members(Utf8JsonWriter w, Ask ask, ChatStyle style, string text, bool signed)
    {
        if (style.ReasoningMember is { } member)
        {
            w.WriteString(member, text);
        }

        if (!style.ReasoningDetails)
        {
            return;
        }

        w.WriteStartArray(Details);
        w.WriteStartObject();
        w.WriteString("type", "reasoning.text");
        w.WriteString("text", text);
        w.WriteString("format", "anthropic-claude-v1");
        w.WriteNumber("index", 0);
        if (signed)
        {
            w.WriteString("signature", SealFor(ask).Write(Details, ""));
        }

        w.WriteEndObject();
        w.WriteEndArray();
    }

    /// <summary>Content as a list: the thinking, then the text if there is any.</summary>
    public static void Chunks(Utf8JsonWriter w, string thinking, string text)
    {
        w.WriteStartArray();
        w.WriteStartObject();
        w.WriteString("type", "thinking");
        w.WriteStartArray("thinking");
        Text(w, thinking);
        w.WriteEndArray();
        w.WriteEndObject();
        if (text.Length > 0)
        {
            Text(w, text);
        }

        w.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("type", "text");
        w.WriteString("text", text);
        w.WriteEndObject();
    }
}
