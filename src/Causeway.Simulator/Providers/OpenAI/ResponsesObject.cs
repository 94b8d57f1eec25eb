using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The <c>response</c> object; a stream repeats it at its beginning and its end.</summary>
internal static class ResponsesObject
{
    public static string Id(Ask ask) => "resp_" + Fingerprint.Id(ask.Fingerprint, "response");

    public static byte[] Write(Ask ask, Answer answer) => JsonWriting.Bytes(w => Whole(w, ask, answer, ended: true));

    /// <param name="ended">False: in progress, no output and no usage yet.</param>
    public static void Whole(Utf8JsonWriter w, Ask ask, Answer answer, bool ended)
    {
        bool incomplete = ended && Status(answer) == "incomplete";
        w.WriteStartObject();
        w.WriteString("id", Id(ask));
        w.WriteString("object", "response");
        w.WriteNumber("created_at", Fingerprint.CreatedUnixSeconds);
        w.WriteString("status", ended ? Status(answer) : "in_progress");
        w.WriteBoolean("background", value: false);
        w.WriteNull("error");
        if (incomplete)
        {
            w.WriteStartObject("incomplete_details");
            w.WriteString("reason", answer.FinishReason ?? "max_output_tokens");
            w.WriteEndObject();
        }
        else
        {
            w.WriteNull("incomplete_details");
        }

        w.Echo(ask.Body, "instructions", "null");
        w.Echo(ask.Body, "max_output_tokens", "null");
        w.Echo(ask.Body, "max_tool_calls", "null");
        w.WriteString("model", answer.Model);
        w.WriteStartArray("output");
        foreach (ResponsesItem item in ended ? ResponsesItem.Of(ask, answer) : [])
        {
            item.Write(w, done: true);
        }

        w.WriteEndArray();
        w.Echo(ask.Body, "parallel_tool_calls", "true");
        w.Echo(ask.Body, "previous_response_id", "null");
        w.Echo(ask.Body, "prompt_cache_key", "null");
        w.Echo(ask.Body, "reasoning", """{"effort":null,"summary":null}""");
        w.Echo(ask.Body, "safety_identifier", "null");
        w.WriteString("service_tier", "default");
        w.Echo(ask.Body, "store", "true");
        w.Echo(ask.Body, "temperature", "1.0");
        w.Echo(ask.Body, "text", """{"format":{"type":"text"},"verbosity":"medium"}""");
        w.Echo(ask.Body, "tool_choice", "\"auto\"");
        w.Echo(ask.Body, "tools", "[]");
        w.WriteNumber("top_logprobs", ask.TopLogprobs ?? 0);
        w.Echo(ask.Body, "top_p", "1.0");
        w.Echo(ask.Body, "truncation", "\"disabled\"");
        if (!ended)
        {
            w.WriteNull("usage");
        }
        else if (!answer.OmitUsage)
        {
            w.Member("usage", u => Usage(u, answer));
        }

        w.Echo(ask.Body, "user", "null");
        w.Echo(ask.Body, "metadata", "{}");
        Transformations(w, ask);
        w.WriteEndObject();
    }

    /// <summary>Reasoning of the history that was left out, if any was.</summary>
    private static void Transformations(Utf8JsonWriter w, Ask ask)
    {
        if (ask.Removed.Count == 0)
        {
            return;
        }

        w.WriteStartArray("input_transformations");
        foreach (Removed removed in ask.Removed)
        {
            w.WriteStartObject();
            w.WriteString("id", removed.Place);
            w.WriteString("type", "reasoning");
            w.WriteString("action", "removed");
            w.WriteString("reason", removed.Reason);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    public static string Status(Answer answer) => answer switch
    {
        { FinishReason: "max_output_tokens" or "content_filter" or "max_messages" or "steered" } => "incomplete",
        { FinishReason: "failed" or "cancelled" or "queued" or "incomplete" or "completed" } => answer.FinishReason,
        { Stop: StopKind.Length } => "incomplete",
        _ => "completed",
    };

    private static void Usage(Utf8JsonWriter w, Answer answer)
    {
        if (answer.UsageJson is { } verbatim)
        {
            w.Verbatim(verbatim);
            return;
        }

        Bill.Tokens tokens = answer.Tokens;
        w.WriteStartObject();
        w.WriteNumber("input_tokens", tokens.Input);
        w.WriteStartObject("input_tokens_details");
        w.WriteNumber("cached_tokens", tokens.CacheRead);
        w.WriteNumber("cache_write_tokens", tokens.CacheWrite);
        if (tokens.CacheWrite > 0)
        {
            // The shorter and the longer lifetime that a vendor sells, whatever the bill calls them.
            w.WriteStartObject("cache_write_tokens_details");
            w.WriteNumber("ttl_30m_tokens", tokens.CacheWrite5m);
            w.WriteNumber("ttl_12h_tokens", tokens.CacheWrite1h);
            w.WriteEndObject();
        }

        w.WriteEndObject();
        w.WriteNumber("output_tokens", tokens.Output);
        w.WriteStartObject("output_tokens_details");
        w.WriteNumber("reasoning_tokens", tokens.Reasoning);
        w.WriteEndObject();
        w.WriteNumber("total_tokens", tokens.Input + tokens.Output);
        w.WriteEndObject();
    }
}
