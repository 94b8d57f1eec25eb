using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The whole <c>chat.completion</c>, and the pieces that a stream shares with it.</summary>
internal static class ChatCompletion
{
    public static byte[] Write(Ask ask, Answer answer, ChatStyle style) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        Head(w, ask, answer, style, "chat.completion");
        if (style.ShowsFilter)
        {
            ContentFilter.Prompt(w);
        }

        w.WriteStartArray("choices");
        for (int i = 0; i < Choices(ask, answer); i++)
        {
            w.WriteStartObject();
            w.WriteNumber("index", i);
            w.Member("message", m => Message(m, ask, answer, style));
            ChatLogprobs.Member(w, ask, answer.Pieces, first: 0);
            w.WriteString("finish_reason", FinishReason(answer));
            if (style.ShowsFilter)
            {
                ContentFilter.Results(w);
            }

            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => style.Usage(u, ask, answer));
        }

        style.Extras?.Invoke(w, ask, answer);
        w.WriteEndObject();
    });

    public static int Choices(Ask ask, Answer answer) => answer.Empty ? 0 : ask.Choices;

    public static void Head(Utf8JsonWriter w, Ask ask, Answer answer, ChatStyle style, string kind)
    {
        w.WriteString("id", "chatcmpl-" + Fingerprint.Id(ask.Fingerprint, "chat"));
        w.WriteString("object", kind);
        w.WriteNumber("created", Fingerprint.CreatedUnixSeconds);
        w.WriteString("model", answer.Model);
        if (style.ShowsTier)
        {
            w.WriteString("service_tier", "default");
            w.WriteString("system_fingerprint", answer.SystemFingerprint ?? "fp_simulator");
        }
    }

    public static string FinishReason(Answer answer) => answer.FinishReason ?? answer.Stop switch
    {
        StopKind.Length => "length",
        StopKind.ToolCall => "tool_calls",
        _ => "stop",
    };

    private static void Message(Utf8JsonWriter w, Ask ask, Answer answer, ChatStyle style)
    {
        w.WriteStartObject();
        w.WriteString("role", "assistant");
        if (style.ThinkingInContent && answer.Reasoning is { } thought)
        {
            w.WritePropertyName("content");
            ChatReasoning.Chunks(w, thought, answer.Text);
        }
        else
        {
            w.WriteString("content", answer.Text.Length == 0 && (answer.ToolCalls.Count > 0 || answer.Refusal is not null) ? null : answer.Text);
        }

        if (answer.Reasoning is { } reasoning)
        {
            ChatReasoning.Members(w, ask, style, reasoning, signed: true);
        }

        w.WriteString("refusal", answer.Refusal);
        if (answer.ToolCalls.Count > 0)
        {
            w.WriteStartArray("tool_calls");
            foreach (ToolCall call in answer.ToolCalls)
            {
                w.WriteStartObject();
                w.WriteString("id", style.CallId(call));
                w.WriteString("type", "function");
                w.WriteStartObject("function");
                w.WriteString("name", call.Name);
                w.WriteString("arguments", call.Arguments);
                w.WriteEndObject();
                w.WriteEndObject();
            }

            w.WriteEndArray();
        }

        w.WriteStartArray("annotations");
        w.WriteEndArray();
        w.WriteEndObject();
    }
}
