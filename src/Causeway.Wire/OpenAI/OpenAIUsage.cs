using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Usage as chat, responses and embeddings report it: cached input is inside the input, reasoning inside the output.</summary>
internal static class OpenAIUsage
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Total = 2;
    private const int Cached = 3;
    private const int Written = 4;
    private const int Written12h = 5;
    private const int Reasoning = 6;
    private const int Hit = 7;
    private const int Miss = 8;
    private const int NumCached = 9;

    // DeepSeek spells cached input as hit and miss, Mistral as num_cached_tokens.
    private static readonly JsonPaths Chat = new(
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "prompt_tokens_details.cached_tokens",
        "prompt_tokens_details.cache_write_tokens",
        "prompt_tokens_details.cache_write_tokens_details.ttl_12h_tokens",
        "completion_tokens_details.reasoning_tokens",
        "prompt_cache_hit_tokens",
        "prompt_cache_miss_tokens",
        "num_cached_tokens");

    private static readonly JsonPaths Responses = new(
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "input_tokens_details.cached_tokens",
        "input_tokens_details.cache_write_tokens",
        "input_tokens_details.cache_write_tokens_details.ttl_12h_tokens",
        "output_tokens_details.reasoning_tokens");

    public static void TakeChat(ResponseMeter meter, ReadOnlySpan<byte> report) => Take(meter, Chat, report, generates: true);

    public static void TakeResponses(ResponseMeter meter, ReadOnlySpan<byte> report) => Take(meter, Responses, report, generates: true);

    /// <summary>Reads a raw report of a response; false when none of it should be believed.</summary>
    public static bool TryReadResponses(ReadOnlySpan<byte> report, out TokenUsage usage) => TryRead(Responses, report, generates: true, out usage);

    public static void TakeEmbeddings(ResponseMeter meter, ReadOnlySpan<byte> report) => Take(meter, Chat, report, generates: false);

    /// <summary>Reads a report of chat completions.</summary>
    /// <returns>False when it cannot be believed.</returns>
    public static bool TryReadChat(ReadOnlySpan<byte> report, out TokenUsage usage) => TryRead(Chat, report, generates: true, out usage);

    private static void Take(ResponseMeter meter, JsonPaths paths, ReadOnlySpan<byte> report, bool generates)
    {
        if (!report.SequenceEqual("null"u8))
        {
            meter.TakeUsage(TryRead(paths, report, generates, out TokenUsage usage), usage);
        }
    }

    private static bool TryRead(JsonPaths paths, ReadOnlySpan<byte> report, bool generates, out TokenUsage usage)
    {
        Span<long> counts = stackalloc long[NumCached + 1];
        counts.Fill(UsageCounts.Absent);
        bool usable = UsageCounts.TryRead(paths, report, counts[..paths.Count])
            && (counts[Input] >= 0 || counts[Miss] >= 0)
            && (counts[Output] >= 0 || !generates);
        usage = usable ? Normalise(counts) : default;
        return usable;
    }

    private static TokenUsage Normalise(ReadOnlySpan<long> counts)
    {
        long cached = counts[Cached].Or(counts[Hit].Or(counts[NumCached].Or(0)));
        long input = counts[Input].Or(cached + counts[Miss].Or(0));
        long output = counts[Output].Or(0);
        long reasoning = counts[Reasoning].Or(0);

        // The written count is "unadjusted" and may overlap the cached one: what is left is clamped at zero.
        long written = counts[Written].Or(0);
        long written12h = Math.Min(written, counts[Written12h].Or(0));

        // Where reasoning is reported beside the completion, only the total shows it.
        if (reasoning > 0 && counts[Total] == input + output + reasoning)
        {
            output += reasoning;
        }

        return new TokenUsage(
            InputUncached: cached > input ? input : Math.Max(0, input - cached - written), // xAI's older models count what was cached beside the prompt.
            CacheRead: cached,
            CacheWrite5m: 0,
            CacheWrite1h: 0,
            CacheWrite30m: written - written12h,
            CacheWrite12h: written12h,
            Output: output,
            Reasoning: Math.Min(reasoning, output));
    }
}
