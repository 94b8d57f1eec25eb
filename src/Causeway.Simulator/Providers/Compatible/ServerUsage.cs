using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>Usage as each server counts: what is cached, and whether reasoning is part of the completion.</summary>
internal static class ServerUsage
{
    /// <summary>Ten billion ticks are a dollar; a made-up price of one tick a token.</summary>
    private const long TicksPerToken = 1;

    public static void Groq(Utf8JsonWriter w, Ask ask, Answer answer) => ChatUsage.Write(w, answer, answer.Tokens.Output, (tokens, u) =>
    {
        u.WriteNumber("queue_time", 0.01);
        u.WriteNumber("prompt_time", 0.01);
        u.WriteNumber("completion_time", 0.01);
        u.WriteNumber("total_time", 0.02);
        Details(u, tokens.CacheRead, tokens.Reasoning);
    });

    /// <summary>No split of reasoning.</summary>
    public static void Mistral(Utf8JsonWriter w, Ask ask, Answer answer) =>
        ChatUsage.Write(w, answer, answer.Tokens.Output, (tokens, u) => u.WriteNumber("num_cached_tokens", tokens.CacheRead));

    public static void DeepSeek(Utf8JsonWriter w, Ask ask, Answer answer) => ChatUsage.Write(w, answer, answer.Tokens.Output, (tokens, u) =>
    {
        u.WriteNumber("prompt_cache_hit_tokens", tokens.CacheRead);
        u.WriteNumber("prompt_cache_miss_tokens", tokens.Input - tokens.CacheRead);
        Details(u, tokens.CacheRead, tokens.Reasoning);
    });

    /// <summary>The older models leave reasoning out of the completion; the total holds it.</summary>
    public static void Xai(Utf8JsonWriter w, Ask ask, Answer answer)
    {
        long completion = answer.Tokens.Output - (GrokRules.CountsReasoningApart(ask.Model) ? answer.Tokens.Reasoning : 0);
        ChatUsage.Write(w, answer, completion, (tokens, u) =>
        {
            Details(u, tokens.CacheRead, tokens.Reasoning);
            u.WriteNumber("num_sources_used", 0);
            u.WriteNumber("cost_in_usd_ticks", (tokens.Input + tokens.Output) * TicksPerToken);
        });
    }

    public static void OpenRouter(Utf8JsonWriter w, Ask ask, Answer answer) => ChatUsage.Write(w, answer, answer.Tokens.Output, (tokens, u) =>
    {
        Details(u, tokens.CacheRead, tokens.Reasoning);
        u.WriteNumber("cost", (tokens.Input + tokens.Output) * 0.000001m);
    });

    private static void Details(Utf8JsonWriter w, long cached, long reasoning)
    {
        w.WriteStartObject("prompt_tokens_details");
        w.WriteNumber("cached_tokens", cached);
        w.WriteEndObject();
        w.WriteStartObject("completion_tokens_details");
        w.WriteNumber("reasoning_tokens", reasoning);
        w.WriteEndObject();
    }
}
