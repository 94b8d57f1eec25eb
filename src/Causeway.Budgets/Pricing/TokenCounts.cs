namespace Causeway.Budgets.Pricing;

/// <summary>Tokens of one call by what they are billed as. All are 0 or more.</summary>
/// <param name="Input">Prompt tokens that neither came from nor went to a cache.</param>
/// <param name="CacheRead">Prompt tokens read from a provider's cache.</param>
/// <param name="CacheWrite5m">Prompt tokens written to a cache for 5 minutes; also writes whose lifetime is not told.</param>
/// <param name="CacheWrite30m">… for 30 minutes.</param>
/// <param name="CacheWrite1h">… for an hour.</param>
/// <param name="CacheWrite12h">… for 12 hours.</param>
/// <param name="Output">Generated tokens, reasoning included.</param>
/// <param name="Reasoning">The part of <paramref name="Output"/> that was reasoning.</param>
public readonly record struct TokenCounts(
    long Input, long CacheRead, long CacheWrite5m, long CacheWrite30m, long CacheWrite1h, long CacheWrite12h, long Output, long Reasoning)
{
    /// <summary>The tokens of two calls together.</summary>
    public static TokenCounts operator +(in TokenCounts one, in TokenCounts other) => new(
        one.Input + other.Input,
        one.CacheRead + other.CacheRead,
        one.CacheWrite5m + other.CacheWrite5m,
        one.CacheWrite30m + other.CacheWrite30m,
        one.CacheWrite1h + other.CacheWrite1h,
        one.CacheWrite12h + other.CacheWrite12h,
        one.Output + other.Output,
        one.Reasoning + other.Reasoning);

    /// <summary>Prompt tokens of every kind: what decides a long-context tier.</summary>
    public long AllInput => Input + CacheRead + CacheWrite;

    /// <summary>Prompt tokens written to a cache, whatever the lifetime.</summary>
    public long CacheWrite => CacheWrite5m + CacheWrite30m + CacheWrite1h + CacheWrite12h;
}
