namespace Causeway.Simulator.Bill;

/// <summary>Tokens by kind, each kind priced apart, and uses of the vendor's own tools beside them. Output includes reasoning.</summary>
internal readonly record struct Tokens
{
    public long InputUncached { get; init; }

    public long CacheRead { get; init; }

    public long CacheWrite5m { get; init; }

    public long CacheWrite1h { get; init; }

    public long Output { get; init; }

    public long Reasoning { get; init; }

    public int WebSearches { get; init; }

    public int FileSearches { get; init; }

    public long CacheWrite => CacheWrite5m + CacheWrite1h;

    /// <summary>All input, as OpenAI and Gemini report it; Anthropic reports the kinds apart.</summary>
    public long Input => InputUncached + CacheRead + CacheWrite;

    /// <summary>What a stream has cost that stopped when this share of its output had left.</summary>
    public Tokens Partial(long sentWeight, long fullWeight)
    {
        long output = fullWeight == 0 ? 0 : (long)((Int128)Output * sentWeight / fullWeight);
        return this with { Output = output, Reasoning = Math.Min(Reasoning, output) };
    }
}
