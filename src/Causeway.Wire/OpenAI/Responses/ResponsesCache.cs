using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Marks of prompt caching. They stand on what is put in: text, images and files, not on tools or on what the model said.</summary>
internal static class ResponsesCache
{
    public static void WriteBreakpoint(CacheMark? mark, TranslationPlan plan, Utf8JsonWriter json)
    {
        if (mark is not null && plan.Keeps(Concept.CacheMark))
        {
            json.WriteStartObject("prompt_cache_breakpoint"u8);
            json.WriteString("mode"u8, "explicit"u8);
            WriteTtl(mark, json);
            json.WriteEndObject();
        }
    }

    /// <summary>Only the two lengths of life that there are: a shorter one is the default of half an hour, which costs the least.</summary>
    public static void WriteTtl(CacheMark mark, Utf8JsonWriter json)
    {
        if (mark.Ttl is "30m" or "12h")
        {
            json.WriteString("ttl"u8, mark.Ttl);
        }
    }
}
