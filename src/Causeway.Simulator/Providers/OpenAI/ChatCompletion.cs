using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The whole <c>chat.completion</c>, and the pieces that a stream shares with it.</summary>
internal static class ChatCompletion
{
    public static byte[] Write(Ask ask, Answer answer) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        Head(w, ask, answer, "chat.completion");
        w.WriteStartArray("choices");
        for (int i = 0; i < ask.Choices; i++)
        {
            w.WriteStartObject();
            w.WriteNumber("index", i);
            w.Member("message", m => Message(m, answer));
            w.WriteNull("logprobs");
            w.WriteString("finish_reason", FinishReason(answer));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => Usage(u, answer));
        }

        w.WriteEndObject();
    });

    public static void Head(Utf8JsonWriter w, Ask ask, Answer answer, string kind)
    {
        w.WriteString("id", "chatcmpl-" + Fingerprint.Id(ask.Fingerprint, "chat"));
        w.WriteString("object", kind);
        w.WriteNumber("created", Fingerprint.CreatedUnixSeconds);
        w.WriteString("model", answer.Model);
        w.WriteString("service_tier", "default");
        w.WriteString("system_fingerprint", "fp_simulator");
    }

    public static string FinishReason(Answer answer) => answer.FinishReason ?? answer.Stop switch
    {
        StopKind.Length => "length",
        StopKind.ToolCall => "tool_calls",
        _ => "stop",
    };

    public static void Usage(Utf8JsonWriter w, Answer answer)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        Bill.Tokens tokens = answer.Tokens;
        w.WriteStartObject();
        w.WriteNumber("prompt_tokens", tokens.Input);
        w.WriteNumber("completion_tokens", tokens.Output);
        w.WriteNumber("total_tokens", tokens.Input + tokens.Output);
        w.WriteStartObject("prompt_tokens_details");
        w.WriteNumber("cached_tokens", tokens.CacheRead);
        w.WriteNumber("cache_write_tokens", tokens.CacheWrite);
        w.WriteNumber("audio_tokens", 0);
        w.WriteEndObject();
        w.WriteStartObject("completion_tokens_details");
        w.WriteNumber("reasoning_tokens", tokens.Reasoning);
        w.WriteNumber("audio_tokens", 0);
        w.WriteNumber("accepted_prediction_tokens", 0);
        w.WriteNumber("rejected_prediction_tokens", 0);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter w, Answer answer)
    {
        w.WriteStartObject();
        w.WriteString("role", "assistant");
        w.WriteString("content", answer.Text.Length == 0 && (answer.ToolCalls.Count > 0 || answer.Refusal is not null) ? null : answer.Text);
        w.WriteString("refusal", answer.Refusal);
        if (answer.ToolCalls.Count > 0)
        {
            w.WriteStartArray("tool_calls");
            foreach (ToolCall call in answer.ToolCalls)
            {
                w.WriteStartObject();
                w.WriteString("id", "call_" + call.Id);
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
