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

    // The beta's iterations[] report attempts one by one; the totals beside them are what is billed.
    private static readonly JsonPaths Counts = new(
        "input_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "cache_creation.ephemeral_5m_input_tokens",
        "cache_creation.ephemeral_1h_input_tokens",
        "output_tokens",
        "output_tokens_details.thinking_tokens");

    private static readonly JsonPaths Words = new("service_tier", "inference_geo");

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

        Span<long> counts = stackalloc long[Thinking + 1];
        if (!UsageCounts.TryRead(Counts, report, counts)
            || (counts[Input] < 0 && !meter.InputReported)
            || (whole && counts[Output] < 0))
        {
            meter.UnusableReports++;
            return;
        }

        meter.Usage = Merge(meter.Usage, counts);
        meter.InputReported = true;
        meter.HasUsage |= whole;
        TakeWords(meter, report);
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
            if (path == Tier)
            {
                meter.ServiceTier = JsonText.Word(value) ?? meter.ServiceTier;
            }
            else
            {
                meter.Region = JsonText.Word(value) ?? meter.Region;
            }
        }
    }
}
