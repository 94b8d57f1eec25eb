using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic;

/// <summary>Usage of Anthropic Messages: input excludes both kinds of cached input; a stream's later reports replace what they tell.</summary>
internal static class AnthropicUsage
{
    private const int Input = 0;
    private const int CacheRead = 1;
    private const int CacheWrite = 2;
    private const int CacheWrite5m = 3;
    private const int CacheWrite1h = 4;
    private const int Output = 5;
    private const int Thinking = 6;

    private const int Tier = 0;
    private const int Region = 1;
    private const int Speed = 2;
    private const int Searches = 3;
    private const string Fast = "fast";

    // The beta's iterations[] report attempts one by one; the totals beside them are what is billed.
    private static readonly JsonPaths Counts = new(
        "input_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "cache_creation.ephemeral_5m_input_tokens",
        "cache_creation.ephemeral_1h_input_tokens",
        "output_tokens",
        "output_tokens_details.thinking_tokens");

    private static readonly JsonPaths Words = new("service_tier", "inference_geo", "speed", "server_tool_use.web_search_requests");

    /// <summary>Takes a report, which may leave out (or null) what an earlier one told.</summary>
    /// <param name="meter">Holds the earlier report.</param>
    /// <param name="report">The raw <c>usage</c> object.</param>
    /// <param name="whole">The report covers the output so far; false for <c>message_start</c>.</param>
    public static void Take(ResponseMeter meter, ReadOnlySpan<byte> report, bool whole)
    {
        if (report.SequenceEqual("null"u8))
        {
            return;
        }

        if (!TryRead(report, meter.Usage, meter.InputReported, whole, out TokenUsage usage))
        {
            meter.UnusableReports++;
            return;
        }

        meter.Usage = usage;
        meter.InputReported = true;
        meter.HasUsage |= whole;
        TakeWords(meter, report);
    }

    /// <summary>Reads a report, which may leave out (or null) what an earlier one told.</summary>
    /// <param name="report">The raw <c>usage</c> object.</param>
    /// <param name="before">The earlier report.</param>
    /// <param name="hasBefore">There was one.</param>
    /// <param name="whole">The report covers the output so far; false for <c>message_start</c>.</param>
    /// <param name="usage">Both together.</param>
    /// <returns>False when the report cannot be believed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> report, in TokenUsage before, bool hasBefore, bool whole, out TokenUsage usage)
    {
        Span<long> counts = stackalloc long[Thinking + 1];
        bool usable = UsageCounts.TryRead(Counts, report, counts)
            && (counts[Input] >= 0 || hasBefore)
            && (!whole || counts[Output] >= 0);
        usage = usable ? Merge(before, counts) : before;
        return usable;
    }

    /// <summary>Writes the members of a report, the object being open. Other vendors' caches count to the length of life nearest to theirs.</summary>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        long fiveMinutes = usage.CacheWrite5m + usage.CacheWrite30m;
        long hour = usage.CacheWrite1h + usage.CacheWrite12h;
        json.WriteNumber("input_tokens"u8, usage.InputUncached);
        json.WriteNumber("cache_creation_input_tokens"u8, fiveMinutes + hour);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheRead);
        json.WriteStartObject("cache_creation"u8);
        json.WriteNumber("ephemeral_5m_input_tokens"u8, fiveMinutes);
        json.WriteNumber("ephemeral_1h_input_tokens"u8, hour);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.Output);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("thinking_tokens"u8, usage.Reasoning);
        json.WriteEndObject();
    }

    private static TokenUsage Merge(TokenUsage before, ReadOnlySpan<long> counts)
    {
        // A report without the split by length of life keeps the hour that is known; what is not known to be an hour is 5 minutes.
        long split = counts[CacheWrite5m].Or(0) + counts[CacheWrite1h].Or(0);
        bool hasSplit = counts[CacheWrite5m] >= 0 || counts[CacheWrite1h] >= 0;
        long written = Math.Max(hasSplit ? split : 0, counts[CacheWrite].Or(hasSplit ? split : before.CacheWrite5m + before.CacheWrite1h));
        long hour = Math.Min(written, counts[CacheWrite1h].Or(hasSplit ? 0 : before.CacheWrite1h));
        long output = counts[Output].Or(before.Output);
        return new TokenUsage(
            InputUncached: counts[Input].Or(before.InputUncached),
            CacheRead: counts[CacheRead].Or(before.CacheRead),
            CacheWrite5m: written - hour,
            CacheWrite1h: hour,
            CacheWrite30m: 0,
            CacheWrite12h: 0,
            Output: output,
            Reasoning: Math.Min(output, counts[Thinking].Or(before.Reasoning)));
    }

    private static void TakeWords(ResponseMeter meter, ReadOnlySpan<byte> report)
    {
        JsonTap tap = new(Words);
        while (tap.TryRead(ref report, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case Tier when meter.ServiceTier != Fast:
                    meter.ServiceTier = JsonText.Word(value) ?? meter.ServiceTier;
                    break;
                case Region:
                    meter.Region = JsonText.Word(value) ?? meter.Region;
                    break;
                case Searches when JsonText.TryCount(value, ToolUses.Most, out long searches):
                    meter.TakeTools(new ToolUses { WebSearch = (int)searches });
                    break;
                case Searches when !value.SequenceEqual("null"u8):
                    meter.UnusableReports++;
                    break;
                case Speed when value.SequenceEqual("\"fast\""u8):
                    meter.ServiceTier = Fast; // It is billed as a tier is, and the tier beside it is the standard one.
                    break;
            }
        }
    }
}
