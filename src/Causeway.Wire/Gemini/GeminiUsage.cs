using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini;

/// <summary>Gemini's <c>usageMetadata</c>: cached input is inside the prompt, thoughts are outside the candidates, zeros are left out.</summary>
internal static class GeminiUsage
{
    private const int Prompt = 0;
    private const int Cached = 1;
    private const int Candidates = 2;
    private const int Thoughts = 3;
    private const int ToolUse = 4;
    private const int Total = 5;

    private static readonly JsonPaths Paths = new(
        "promptTokenCount",
        "cachedContentTokenCount",
        "candidatesTokenCount",
        "thoughtsTokenCount",
        "toolUsePromptTokenCount",
        "totalTokenCount");

    public static void Take(ResponseMeter meter, ReadOnlySpan<byte> report)
    {
        if (report.SequenceEqual("null"u8))
        {
            return;
        }

        bool usable = TryRead(report, out TokenUsage usage);
        meter.TakeUsage(usable, usage);
    }

    /// <summary>Reads a raw report; false when it cannot be believed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> report, out TokenUsage usage)
    {
        Span<long> counts = stackalloc long[Total + 1];
        bool usable = UsageCounts.TryRead(Paths, report, counts) && (counts[Prompt] >= 0 || counts[Total] >= 0);
        usage = usable ? Normalise(counts) : default;
        return usable;
    }

    /// <summary>Writes a report in the vendor's own counting.</summary>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        json.WriteStartObject("usageMetadata"u8);
        json.WriteNumber("promptTokenCount"u8, usage.Input);
        if (usage.CacheRead > 0)
        {
            json.WriteNumber("cachedContentTokenCount"u8, usage.CacheRead);
        }

        json.WriteNumber("candidatesTokenCount"u8, Math.Max(0, usage.Output - usage.Reasoning));
        if (usage.Reasoning > 0)
        {
            json.WriteNumber("thoughtsTokenCount"u8, usage.Reasoning);
        }

        json.WriteNumber("totalTokenCount"u8, usage.Input + usage.Output);
        json.WriteEndObject();
    }

    private static TokenUsage Normalise(ReadOnlySpan<long> counts)
    {
        long cached = counts[Cached].Or(0);
        long thoughts = counts[Thoughts].Or(0);
        return new TokenUsage(
            InputUncached: Math.Max(0, counts[Prompt].Or(0) - cached) + counts[ToolUse].Or(0),
            CacheRead: cached,
            CacheWrite5m: 0,
            CacheWrite1h: 0,
            CacheWrite30m: 0,
            CacheWrite12h: 0,
            Output: counts[Candidates].Or(0) + thoughts,
            Reasoning: thoughts);
    }
}
