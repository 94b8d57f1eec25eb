using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>A <c>GenerateContentResponse</c>; every chunk of a stream is one too.</summary>
internal static class GenerateResponse
{
    public static byte[] Write(Ask ask, Answer answer)
    {
        List<Action<Utf8JsonWriter>> parts = [];
        if (answer.Reasoning is { } reasoning)
        {
            parts.Add(w => Thought(w, reasoning));
        }

        if (answer.Text.Length > 0 || answer.ToolCalls.Count == 0)
        {
            parts.Add(w => Text(w, answer.Text));
        }

        for (int i = 0; i < answer.ToolCalls.Count; i++)
        {
            ToolCall call = answer.ToolCalls[i];
            bool signed = i == 0;
            parts.Add(w => FunctionCall(w, call, signed ? ask : null));
        }

        return Chunk(ask, answer, parts, answer.Tokens, last: true);
    }

    /// <param name="tokens">Cumulative up to and with this chunk.</param>
    /// <param name="last">Only the last chunk names the finish reason.</param>
    public static byte[] Chunk(Ask ask, Answer answer, IReadOnlyList<Action<Utf8JsonWriter>> parts, Tokens tokens, bool last) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        if (answer.Refusal is { } refusal)
        {
            // Blocked prompts have feedback and no candidates, with status 200.
            w.WriteStartObject("promptFeedback");
            w.WriteString("blockReason", answer.FinishReason ?? "SAFETY");
            w.WriteString("blockReasonMessage", refusal);
            w.WriteEndObject();
        }
        else
        {
            Candidates(w, ask, answer, parts, last);
        }

        if (!answer.OmitUsage)
        {
            w.Member("usageMetadata", u => Usage(u, answer, tokens));
        }

        w.WriteString("modelVersion", answer.Model);
        w.WriteString("responseId", Fingerprint.Id(ask.Fingerprint, "response"));
        w.WriteEndObject();
    });

    public static void Text(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("text", text);
        w.WriteEndObject();
    }

    public static void Thought(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("text", text);
        w.WriteBoolean("thought", value: true);
        w.WriteEndObject();
    }

    /// <param name="signedFor">Only the first call of a step carries a thought signature.</param>
    public static void FunctionCall(Utf8JsonWriter w, ToolCall call, Ask? signedFor)
    {
        w.WriteStartObject();
        w.WriteStartObject("functionCall");
        w.WriteString("id", call.Id);
        w.WriteString("name", call.Name);
        w.Member("args", a => a.WriteRawValue(ObjectOrEmpty(call.Arguments)));
        w.WriteEndObject();
        if (signedFor is not null)
        {
            w.WriteString("thoughtSignature", Convert.ToBase64String(Convert.FromHexString(signedFor.Fingerprint)));
        }

        w.WriteEndObject();
    }

    public static void Modalities(Utf8JsonWriter w, string name, long tokens)
    {
        w.WriteStartArray(name);
        w.WriteStartObject();
        w.WriteString("modality", "TEXT");
        w.WriteNumber("tokenCount", tokens);
        w.WriteEndObject();
        w.WriteEndArray();
    }

    private static void Candidates(Utf8JsonWriter w, Ask ask, Answer answer, IReadOnlyList<Action<Utf8JsonWriter>> parts, bool last)
    {
        w.WriteStartArray("candidates");
        for (int i = 0; i < ask.Choices; i++)
        {
            w.WriteStartObject();
            w.WriteStartObject("content");
            w.WriteStartArray("parts");
            foreach (Action<Utf8JsonWriter> part in parts)
            {
                part(w);
            }

            w.WriteEndArray();
            w.WriteString("role", "model");
            w.WriteEndObject();
            if (last)
            {
                w.WriteString("finishReason", answer.FinishReason ?? (answer.Stop == StopKind.Length ? "MAX_TOKENS" : "STOP"));
            }

            w.WriteNumber("index", i);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    /// <summary>Prompt includes cached; candidates exclude thoughts. The vendor has no cache write tokens, so ours count as prompt.</summary>
    private static void Usage(Utf8JsonWriter w, Answer answer, Tokens tokens)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        w.WriteStartObject();
        w.WriteNumber("promptTokenCount", tokens.Input);
        w.WriteNumber("candidatesTokenCount", tokens.Output - tokens.Reasoning);
        w.WriteNumber("totalTokenCount", tokens.Input + tokens.Output);
        if (tokens.CacheRead > 0)
        {
            w.WriteNumber("cachedContentTokenCount", tokens.CacheRead);
        }

        if (tokens.Reasoning > 0)
        {
            w.WriteNumber("thoughtsTokenCount", tokens.Reasoning);
        }

        Modalities(w, "promptTokensDetails", tokens.Input);
        w.WriteEndObject();
    }

    private static string ObjectOrEmpty(string json)
    {
        try
        {
            return JsonElement.Parse(json).ValueKind == JsonValueKind.Object ? json : "{}";
        }
        catch (JsonException)
        {
            // Arguments are an object here: a script cannot break them at this vendor.
            return "{}";
        }
    }
}
