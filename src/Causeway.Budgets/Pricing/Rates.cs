namespace Causeway.Budgets.Pricing;

/// <summary>
/// What a million tokens cost, in nano-USD (one USD is 1,000,000,000). A null rate is not priced apart: cache reads and
/// writes then bill as plain input, reasoning as output.
/// </summary>
public sealed record Rates
{
    /// <summary>Nano-USD in one USD.</summary>
    public const long NanoPerUsd = 1_000_000_000;

    private const long TokensPerUnit = 1_000_000;

    /// <summary>Plain input.</summary>
    public required long Input { get; init; }

    /// <summary>Input read from a cache.</summary>
    public long? CacheRead { get; init; }

    /// <summary>Input written to a cache for 5 minutes.</summary>
    public long? CacheWrite5m { get; init; }

    /// <summary>… for 30 minutes.</summary>
    public long? CacheWrite30m { get; init; }

    /// <summary>… for an hour.</summary>
    public long? CacheWrite1h { get; init; }

    /// <summary>… for 12 hours.</summary>
    public long? CacheWrite12h { get; init; }

    /// <summary>Output.</summary>
    public required long Output { get; init; }

    /// <summary>The reasoning part of the output.</summary>
    public long? Reasoning { get; init; }

    /// <summary>What the tokens cost in nano-USD, rounded half up once, at the end.</summary>
    /// <param name="tokens">What was used.</param>
    /// <param name="multiplierPpm">What every rate is multiplied with, in millionths: 1,000,000 is once.</param>
    /// <exception cref="OverflowException">The cost does not fit 63 bits: about nine billion USD for one call.</exception>
    public long CostNanoUsd(in TokenCounts tokens, long multiplierPpm = TokensPerUnit)
    {
        Int128 units =
            ((Int128)tokens.Input * Input)
            + ((Int128)tokens.CacheRead * (CacheRead ?? Input))
            + ((Int128)tokens.CacheWrite5m * (CacheWrite5m ?? Input))
            + ((Int128)tokens.CacheWrite30m * (CacheWrite30m ?? Input))
            + ((Int128)tokens.CacheWrite1h * (CacheWrite1h ?? Input))
            + ((Int128)tokens.CacheWrite12h * (CacheWrite12h ?? Input))
            + ((Int128)(tokens.Output - tokens.Reasoning) * Output)
            + ((Int128)tokens.Reasoning * (Reasoning ?? Output));

        if (multiplierPpm == TokensPerUnit && units <= long.MaxValue - TokensPerUnit)
        {
            return ((long)units + (TokensPerUnit / 2)) / TokensPerUnit; // Nearly every call: no 128-bit division.
        }

        Int128 divisor = (Int128)TokensPerUnit * TokensPerUnit;
        return checked((long)(((units * multiplierPpm) + (divisor / 2)) / divisor));
    }
}
