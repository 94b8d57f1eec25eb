using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Providers.Anthropic;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>The whole answer, and the pieces that a stream shares with it. It names neither an id nor a model.</summary>
internal static class ConverseResponse
{
    public static byte[] Write(Ask ask, Answer answer) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        Metrics(w);
        w.WriteStartObject("output");
        w.WriteStartObject("message");
        w.WriteStartArray("content");
        Content(w, ask, answer);
        w.WriteEndArray();
        w.WriteString("role", "assistant");
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteString("stopReason", StopReason(answer));
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => Usage(u, answer));
        }

        w.WriteEndObject();
    });

    public static void Metrics(Utf8JsonWriter w)
    {
        w.WriteStartObject("metrics");
        w.WriteNumber("latencyMs", 1);
        w.WriteEndObject();
    }

    public static string StopReason(Answer answer) => answer.FinishReason ?? answer.Stop switch
    {
        StopKind.Length => "max_tokens",
        StopKind.StopSequence => "stop_sequence",
        StopKind.ToolCall => "tool_use",
        StopKind.Refusal => "content_filtered",
        _ => "end_turn",
    };

    /// <summary>Input apart from the cache, as the vendor counts; the total holds all.</summary>
    public static void Usage(Utf8JsonWriter w, Answer answer)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        Tokens tokens = answer.Tokens;
        w.WriteStartObject();
        w.WriteStartArray("cacheDetails");
        Written(w, "5m", tokens.CacheWrite5m);
        Written(w, "1h", tokens.CacheWrite1h);
        w.WriteEndArray();
        w.WriteNumber("cacheReadInputTokens", tokens.CacheRead);
        w.WriteNumber("cacheWriteInputTokens", tokens.CacheWrite);
        w.WriteNumber("inputTokens", tokens.InputUncached);
        w.WriteNumber("outputTokens", tokens.Output);
        w.WriteNumber("totalTokens", tokens.Input + tokens.Output);
        w.WriteEndObject();
    }

    public static string ToolUseId(ToolCall call) => "tooluse_" + call.Id;

    private static void Content(Utf8JsonWriter w, Ask ask, Answer answer)
    {
        if (answer.Reasoning is { } reasoning)
        {
            w.WriteStartObject();
            w.WriteStartObject("reasoningContent");
            if (answer.RedactsReasoning)
            {
                w.WriteString("redactedContent", Redacted(ask));
            }
            else
            {
                w.WriteStartObject("reasoningText");
                w.WriteString("text", Shown(ask, reasoning));
                w.WriteString("signature", Signature(ask, reasoning));
                w.WriteEndObject();
            }

            w.WriteEndObject();
            w.WriteEndObject();
        }

        foreach (string text in answer.Refusal is { Length: > 0 } refusal ? [refusal] : answer.Parts.Select(part => part.Text))
        {
            w.WriteStartObject();
            w.WriteString("text", text);
            w.WriteEndObject();
        }

        foreach (ToolCall call in answer.ToolCalls)
        {
            w.WriteStartObject();
            w.WriteStartObject("toolUse");
            w.Member("input", i => i.WriteRawValue(Message.JsonOrEmpty(call.Arguments)));
            w.WriteString("name", call.Name);
            w.WriteString("toolUseId", ToolUseId(call));
            w.WriteEndObject();
            w.WriteEndObject();
        }
    }

    /// <summary>With <c>display: omitted</c> of Claude the signature holds everything.</summary>
    public static string Shown(Ask ask, string reasoning)
    {
        string? display = ask.Body.Member("additionalModelRequestFields").Member("thinking").Member("display").Text();
        return display == "omitted" || (display is null && ClaudeLines.Find(ask.Model) is { OmitsThinking: true }) ? "" : reasoning;
    }

    /// <summary>The same as at Claude's own vendor: blocks of lines that are not bound may move between the platforms.</summary>
    public static string Signature(Ask ask, string reasoning) => Mark(ask).Write(ThinkingBlocks.Thinking, Shown(ask, reasoning));

    public static string Redacted(Ask ask) => Mark(ask).Write(ThinkingBlocks.Redacted, "");

    private static Seal Mark(Ask ask) => Seal.Of(ask.Account, user: "", ThinkingBlocks.ModelOf(ask.Model));

    private static void Written(Utf8JsonWriter w, string ttl, long tokens)
    {
        if (tokens > 0)
        {
            w.WriteStartObject();
            w.WriteNumber("inputTokens", tokens);
            w.WriteString("ttl", ttl);
            w.WriteEndObject();
        }
    }
}
