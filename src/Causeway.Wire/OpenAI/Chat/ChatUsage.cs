using System.Text.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Usage in chat's own counting: cached input is inside the prompt, reasoning inside the completion.</summary>
internal static class ChatUsage
{
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.Input);
        json.WriteNumber("completion_tokens"u8, usage.Output);
        json.WriteNumber("total_tokens"u8, usage.Input + usage.Output);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        long written = usage.CacheWrite5m + usage.CacheWrite1h + usage.CacheWrite30m + usage.CacheWrite12h;
        if (written > 0)
        {
            json.WriteNumber("cache_write_tokens"u8, written);
        }

        if (usage.CacheWrite12h > 0)
        {
            json.WriteStartObject("cache_write_tokens_details"u8);
            json.WriteNumber("ttl_12h_tokens"u8, usage.CacheWrite12h);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
