using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock;

/// <summary>Converse's <c>usage</c>: input excludes both kinds of cached input; writes are split by length of life in a list.</summary>
internal static class ConverseUsage
{
    private const int Input = 0;
    private const int Output = 1;
    private const int CacheRead = 2;
    private const int CacheWrite = 3;

    private static readonly JsonPaths Counts = new("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens");
    private static readonly JsonPaths Details = new("cacheDetails.*");
    private static readonly JsonPaths Detail = new("ttl", "inputTokens");

    public static void Take(ResponseMeter meter, ReadOnlySpan<byte> report)
    {
        if (report.SequenceEqual("null"u8))
        {
            return;
        }

        bool usable = TryRead(report, out TokenUsage usage);
        meter.TakeUsage(usable, usage);
    }

    /// <summary>Reads a report.</summary>
    /// <returns>False when it cannot be believed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> report, out TokenUsage usage)
    {
        Span<long> counts = stackalloc long[CacheWrite + 1];
        bool usable = UsageCounts.TryRead(Counts, report, counts) && counts[Input] >= 0 && counts[Output] >= 0;
        usable &= TryReadHour(report, out long hour);
        usage = usable ? Normalise(counts, hour) : default;
        return usable;
    }

    /// <summary>Writes the members of a report, the object being open. Other vendors' caches count to the length of life nearest to theirs.</summary>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        long fiveMinutes = usage.CacheWrite5m + usage.CacheWrite30m;
        long hour = usage.CacheWrite1h + usage.CacheWrite12h;
        json.WriteNumber("inputTokens"u8, usage.InputUncached);
        json.WriteNumber("outputTokens"u8, usage.Output);
        json.WriteNumber("totalTokens"u8, usage.Input + usage.Output);
        json.WriteNumber("cacheReadInputTokens"u8, usage.CacheRead);
        json.WriteNumber("cacheWriteInputTokens"u8, fiveMinutes + hour);
        json.WriteStartArray("cacheDetails"u8);
        WriteDetail(json, "5m"u8, fiveMinutes);
        WriteDetail(json, "1h"u8, hour);
        json.WriteEndArray();
    }

    private static void WriteDetail(Utf8JsonWriter json, ReadOnlySpan<byte> ttl, long tokens)
    {
        if (tokens > 0)
        {
            json.WriteStartObject();
            json.WriteString("ttl"u8, ttl);
            json.WriteNumber("inputTokens"u8, tokens);
            json.WriteEndObject();
        }
    }

    // What is not known to live for an hour lives for 5 minutes.
    private static TokenUsage Normalise(ReadOnlySpan<long> counts, long hour)
    {
        long written = Math.Max(hour, counts[CacheWrite].Or(0));
        return new TokenUsage(
            InputUncached: counts[Input],
            CacheRead: counts[CacheRead].Or(0),
            CacheWrite5m: written - hour,
            CacheWrite1h: hour,
            CacheWrite30m: 0,
            CacheWrite12h: 0,
            Output: counts[Output],
            Reasoning: 0);
    }

    /// <summary>Sums the entries of <c>cacheDetails</c> that live for an hour.</summary>
    private static bool TryReadHour(ReadOnlySpan<byte> report, out long hour)
    {
        hour = 0;
        JsonTap tap = new(Details);
        while (tap.TryRead(ref report, out _, out ReadOnlySpan<byte> entry))
        {
            if (!TryReadEntry(entry, out long tokens, out bool livesHour) || hour + tokens > TokenUsage.MaxTokens)
            {
                return false;
            }

            hour += livesHour ? tokens : 0;
        }

        return true;
    }

    private static bool TryReadEntry(ReadOnlySpan<byte> entry, out long tokens, out bool livesHour)
    {
        tokens = 0;
        livesHour = false;
        JsonTap tap = new(Detail);
        while (tap.TryRead(ref entry, out int path, out ReadOnlySpan<byte> value))
        {
            if (path == 0)
            {
                livesHour = value.SequenceEqual("\"1h\""u8);
            }
            else if (!JsonText.TryCount(value, TokenUsage.MaxTokens, out tokens))
            {
                return false;
            }
        }

        return true;
    }
}
