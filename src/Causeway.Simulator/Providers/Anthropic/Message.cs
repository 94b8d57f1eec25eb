using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>The whole message, and the pieces that a stream shares with it.</summary>
internal static class Message
{
    public static byte[] Write(Ask ask, Answer answer) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        Head(w, ask, answer);
        w.WriteStartArray("content");
        if (answer.Reasoning is { } reasoning)
        {
            Reasoning(w, ask, answer, reasoning);
        }

        foreach (ServerSearch search in ServerSearch.Of(ask, answer))
        {
            search.Use(w, withInput: true);
            search.Result(w);
        }

        foreach (string text in answer.Refusal is { Length: > 0 } refusal ? [refusal] : answer.Parts.Select(part => part.Text))
        {
            Text(w, text);
        }

        foreach (ToolCall call in answer.ToolCalls)
        {
            ToolUse(w, call, JsonOrEmpty(call.Arguments));
        }

        w.WriteEndArray();
        w.WriteString("stop_reason", StopReason(answer));
        w.WriteString("stop_sequence", answer.StopSequence);
        StopDetails(w, answer);
        Transformations(w, ask);
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => Usage(u, answer, answer.Tokens));
        }

        w.WriteEndObject();
    });

    public static void Head(Utf8JsonWriter w, Ask ask, Answer answer)
    {
        w.WriteString("id", "msg_" + Fingerprint.Id(ask.Fingerprint, "message"));
        w.WriteString("type", "message");
        w.WriteString("role", "assistant");
        w.WriteString("model", answer.Model);
    }

    public static string StopReason(Answer answer) => answer.FinishReason ?? answer.Stop switch
    {
        StopKind.Length => "max_tokens",
        StopKind.StopSequence => "stop_sequence",
        StopKind.ToolCall => "tool_use",
        StopKind.Refusal => "refusal",
        _ => "end_turn",
    };

    /// <summary>What a refusal was about; nothing is said of other ends.</summary>
    public static void StopDetails(Utf8JsonWriter w, Answer answer)
    {
        if (answer.Refusal is { } refusal)
        {
            w.WriteStartObject("stop_details");
            w.WriteString("type", "refusal");
            w.WriteNull("category");
            w.WriteString("explanation", refusal);
            w.WriteEndObject();
        }
    }

    /// <summary>Blocks of the history that were left out, if any were.</summary>
    public static void Transformations(Utf8JsonWriter w, Ask ask)
    {
        if (ask.Removed.Count == 0)
        {
            return;
        }

        w.WriteStartArray("input_transformations");
        foreach (Removed removed in ask.Removed)
        {
            w.WriteStartObject();
            w.WriteString("type", "thinking_dropped");
            w.WriteString("path", removed.Place);
            w.WriteString("reason", removed.Reason);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    /// <summary>With <c>display: omitted</c>, the default of some lines, the text is empty and the signature holds everything.</summary>
    public static string Shown(Ask ask, string reasoning)
    {
        string? display = ask.Body.Member("thinking").Member("display").Text();
        return display == "omitted" || (display is null && ClaudeLines.Find(ask.Model) is { OmitsThinking: true }) ? "" : reasoning;
    }

    public static void Reasoning(Utf8JsonWriter w, Ask ask, Answer answer, string reasoning)
    {
        if (answer.RedactsReasoning)
        {
            w.WriteStartObject();
            w.WriteString("type", "redacted_thinking");
            w.WriteString("data", ThinkingBlocks.SealFor(ask).Write(ThinkingBlocks.Redacted, ""));
            w.WriteEndObject();
            return;
        }

        Thinking(w, Shown(ask, reasoning), Signature(ask, Shown(ask, reasoning)));
    }

    public static string Signature(Ask ask, string shown) => ThinkingBlocks.SealFor(ask).Write(ThinkingBlocks.Thinking, shown);

    public static string JsonOrEmpty(string json)
    {
        try
        {
            return JsonElement.Parse(json).ValueKind == JsonValueKind.Object ? json : "{}";
        }
        catch (JsonException)
        {
            // A script may break arguments, which only OpenAI's protocols can carry: theirs are text.
            return "{}";
        }
    }

    public static void Thinking(Utf8JsonWriter w, string text, string signature)
    {
        w.WriteStartObject();
        w.WriteString("type", "thinking");
        w.WriteString("thinking", text);
        w.WriteString("signature", signature);
        w.WriteEndObject();
    }

    public static void Text(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("type", "text");
        w.WriteString("text", text);
        w.WriteEndObject();
    }

    public static void ToolUse(Utf8JsonWriter w, ToolCall call, string input)
    {
        w.WriteStartObject();
        w.WriteString("type", "tool_use");
        w.WriteString("id", "toolu_" + call.Id);
        w.WriteString("name", call.Name);
        w.Member("input", i => i.WriteRawValue(input));
        w.WriteEndObject();
    }

    public static void Usage(Utf8JsonWriter w, Answer answer, Tokens tokens)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        w.WriteStartObject();
        w.WriteNumber("input_tokens", tokens.InputUncached);
        w.WriteNumber("cache_creation_input_tokens", tokens.CacheWrite);
        w.WriteNumber("cache_read_input_tokens", tokens.CacheRead);
        w.WriteStartObject("cache_creation");
        w.WriteNumber("ephemeral_5m_input_tokens", tokens.CacheWrite5m);
        w.WriteNumber("ephemeral_1h_input_tokens", tokens.CacheWrite1h);
        w.WriteEndObject();
        w.WriteNumber("output_tokens", tokens.Output);
        if (tokens.Reasoning > 0)
        {
            w.WriteStartObject("output_tokens_details");
            w.WriteNumber("thinking_tokens", tokens.Reasoning);
            w.WriteEndObject();
        }

        if (tokens.WebSearches > 0)
        {
            w.WriteStartObject("server_tool_use");
            w.WriteNumber("web_search_requests", tokens.WebSearches);
            w.WriteNumber("web_fetch_requests", 0);
            w.WriteEndObject();
        }

        w.WriteString("service_tier", "standard");
        w.WriteEndObject();
    }
}
