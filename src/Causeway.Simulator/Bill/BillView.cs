using System.Text.Json.Serialization;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Bill;

/// <summary>The bill as <c>GET /sim/bill</c> shows it; lines are sorted by vendor, protocol, model and whether by batch.</summary>
internal sealed record BillView(BillCounts Total, IReadOnlyList<BillLine> Lines);

/// <summary>One model of one vendor, by one protocol.</summary>
/// <param name="Batch">Asked in batches: tokens at half their price.</param>
internal sealed record BillLine(Vendor Vendor, Protocol Protocol, string Model, bool Batch, BillCounts Counts);

internal sealed record BillCounts
{
    /// <summary>Requests that reached a model, rejected ones included.</summary>
    public long Requests { get; init; }

    /// <summary>Requests answered with an error status, a foreign body or not at all; they cost nothing.</summary>
    public long Rejected { get; init; }

    public long InputUncached { get; init; }

    public long CacheRead { get; init; }

    [JsonPropertyName("cache_write_5m")]
    public long CacheWrite5m { get; init; }

    [JsonPropertyName("cache_write_1h")]
    public long CacheWrite1h { get; init; }

    /// <summary>Includes reasoning.</summary>
    public long Output { get; init; }

    public long Reasoning { get; init; }

    /// <summary>Searches of the web that the vendor ran itself, each at its fee.</summary>
    public long WebSearches { get; init; }

    /// <summary>Searches of kept files.</summary>
    public long FileSearches { get; init; }

    public long StreamsOpened { get; init; }

    public long StreamsCompleted { get; init; }

    public long StreamsCut { get; init; }

    public long StreamsClientGone { get; init; }

    public static BillCounts operator +(BillCounts left, BillCounts right) => new()
    {
        Requests = left.Requests + right.Requests,
        Rejected = left.Rejected + right.Rejected,
        InputUncached = left.InputUncached + right.InputUncached,
        CacheRead = left.CacheRead + right.CacheRead,
        CacheWrite5m = left.CacheWrite5m + right.CacheWrite5m,
        CacheWrite1h = left.CacheWrite1h + right.CacheWrite1h,
        Output = left.Output + right.Output,
        Reasoning = left.Reasoning + right.Reasoning,
        WebSearches = left.WebSearches + right.WebSearches,
        FileSearches = left.FileSearches + right.FileSearches,
        StreamsOpened = left.StreamsOpened + right.StreamsOpened,
        StreamsCompleted = left.StreamsCompleted + right.StreamsCompleted,
        StreamsCut = left.StreamsCut + right.StreamsCut,
        StreamsClientGone = left.StreamsClientGone + right.StreamsClientGone,
    };

    public static BillCounts Of(Tokens tokens) => new()
    {
        InputUncached = tokens.InputUncached,
        CacheRead = tokens.CacheRead,
        CacheWrite5m = tokens.CacheWrite5m,
        CacheWrite1h = tokens.CacheWrite1h,
        Output = tokens.Output,
        Reasoning = tokens.Reasoning,
        WebSearches = tokens.WebSearches,
        FileSearches = tokens.FileSearches,
    };
}
