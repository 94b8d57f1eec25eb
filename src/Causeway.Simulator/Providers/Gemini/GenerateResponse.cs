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

        string[] texts = [.. answer.Parts.Select(part => part.Text)];
        texts = texts.Length == 0 && answer.ToolCalls.Count == 0 && !IsBlocked(answer) ? [""] : texts;
        for (int i = 0; i < texts.Length; i++)
        {
            string text = texts[i];
            string? signature = i == texts.Length - 1 ? SignedText(ask, answer) : null;
            parts.Add(w => Text(w, text, signature));
        }

        for (int i = 0; i < answer.ToolCalls.Count; i++)
        {
            ToolCall call = answer.ToolCalls[i];
            bool signed = i == 0;
            parts.Add(w => FunctionCall(w, call, signed ? ask : null));
        }

        return Chunk(ask, answer, parts, answer.Tokens, last: true, answer.Pieces, firstPiece: 0);
    }

    /// <param name="tokens">Cumulative up to and with this chunk.</param>
    /// <param name="last">Only the last chunk names the finish reason.</param>
    /// <param name="pieces">Text of this chunk, whose likelihoods are told if asked for.</param>
    public static byte[] Chunk(
        Ask ask, Answer answer, IReadOnlyList<Action<Utf8JsonWriter>> parts, Tokens tokens, bool last, IReadOnlyList<string> pieces, int firstPiece) => JsonWriting.Bytes(w =>
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
        else if (!answer.Empty)
        {
            Candidates(w, ask, answer, parts, last, () => Logprobs.Members(w, ask, pieces, firstPiece));
        }

        if (!answer.OmitUsage)
        {
            w.Member("usageMetadata", u => Usage(u, ask, answer, tokens));
        }

        w.WriteString("modelVersion", answer.Model);
        w.WriteString("responseId", Fingerprint.Id(ask.Fingerprint, "response"));
        w.WriteEndObject();
    });

    /// <param name="signature">Null for a part without one.</param>
    public static void Text(Utf8JsonWriter w, string text, string? signature)
    {
        w.WriteStartObject();
        w.WriteString("text", text);
        if (signature is not null)
        {
            w.WriteString("thoughtSignature", signature);
        }

        w.WriteEndObject();
    }

    /// <summary>The last text of a model that thought is signed too; nobody has to send that back.</summary>
    public static string? SignedText(Ask ask, Answer answer) =>
        answer.Reasoning is not null && answer.ToolCalls.Count == 0 && Generation.Of(ask.Model) >= 3 ? ThoughtSignatures.Write(ask, "") : null;

    /// <summary>A candidate that was blocked has no parts.</summary>
    public static bool IsBlocked(Answer answer) => answer.Text.Length == 0 && answer.FinishReason is not (null or "STOP" or "MAX_TOKENS");

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
            w.WriteString("thoughtSignature", ThoughtSignatures.Write(signedFor, call.Name));
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

    private static void Candidates(Utf8JsonWriter w, Ask ask, Answer answer, IReadOnlyList<Action<Utf8JsonWriter>> parts, bool last, Action logprobs)
    {
        w.WriteStartArray("candidates");
        for (int i = 0; i < ask.Choices; i++)
        {
            w.WriteStartObject();
            w.WriteStartObject("content");
            if (parts.Count > 0)
            {
                w.WriteStartArray("parts");
                foreach (Action<Utf8JsonWriter> part in parts)
                {
                    part(w);
                }

                w.WriteEndArray();
            }

            w.WriteString("role", "model");
            w.WriteEndObject();
            if (last)
            {
                w.WriteString("finishReason", answer.FinishReason ?? (answer.Stop == StopKind.Length ? "MAX_TOKENS" : "STOP"));
                Grounding(w, i == 0 ? answer.Tokens.WebSearches : 0);
            }

            logprobs();
            w.WriteNumber("index", i);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static void Grounding(Utf8JsonWriter w, int searches)
    {
        if (searches == 0)
        {
            return;
        }

        w.WriteStartObject("groundingMetadata");
        w.WriteStartArray("webSearchQueries");
        for (int i = 1; i <= searches; i++)
        {
            w.WriteStringValue($"search {i}");
        }

        w.WriteEndArray();
        w.WriteStartArray("groundingChunks");
        w.WriteStartObject();
        w.WriteStartObject("web");
        w.WriteString("uri", "https://example.com/");
        w.WriteString("title", "Example");
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    }

    /// <summary>Prompt includes cached; candidates exclude thoughts. The vendor has no cache write tokens, so ours count as prompt.</summary>
    private static void Usage(Utf8JsonWriter w, Ask ask, Answer answer, Tokens tokens)
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
        if (ask.Vendor == Vendor.Vertex)
        {
            w.WriteString("trafficType", "ON_DEMAND");
        }

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
