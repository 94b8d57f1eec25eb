using System.Runtime.InteropServices;

namespace Causeway.Wire.Usage;

/// <summary>The tokens of one call, normalised: every provider's figures mean the same here.</summary>
/// <remarks>All are 0 or more. A reported count is believed up to <see cref="MaxTokens"/>, so that no sum of them overflows.</remarks>
/// <param name="InputUncached">Input that was neither read from nor written to a cache.</param>
/// <param name="CacheRead">Input read from a cache.</param>
/// <param name="CacheWrite5m">Input written to a cache for 5 minutes (Anthropic's default).</param>
/// <param name="CacheWrite1h">Input written to a cache for 1 hour (Anthropic).</param>
/// <param name="CacheWrite30m">Input written to a cache for 30 minutes (OpenAI's default; also where its length of life is not told).</param>
/// <param name="CacheWrite12h">Input written to a cache for 12 hours (OpenAI).</param>
/// <param name="Output">All generated tokens, reasoning included.</param>
/// <param name="Reasoning">The part of <paramref name="Output"/> that is reasoning; 0 where the provider does not tell.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenUsage(
    long InputUncached,
    long CacheRead,
    long CacheWrite5m,
    long CacheWrite1h,
    long CacheWrite30m,
    long CacheWrite12h,
    long Output,
    long Reasoning)
{
    /// <summary>The largest count that is believed; a report beyond it is not usable.</summary>
    public const long MaxTokens = 1L << 40;

    /// <summary>The tokens of two calls together.</summary>
    public static TokenUsage operator +(in TokenUsage one, in TokenUsage other) => new(
        one.InputUncached + other.InputUncached,
        one.CacheRead + other.CacheRead,
        one.CacheWrite5m + other.CacheWrite5m,
        one.CacheWrite1h + other.CacheWrite1h,
        one.CacheWrite30m + other.CacheWrite30m,
        one.CacheWrite12h + other.CacheWrite12h,
        one.Output + other.Output,
        one.Reasoning + other.Reasoning);

    /// <summary>All input, cached or not, as OpenTelemetry counts it.</summary>
    public long Input => InputUncached + CacheRead + CacheWrite5m + CacheWrite1h + CacheWrite30m + CacheWrite12h;
}
