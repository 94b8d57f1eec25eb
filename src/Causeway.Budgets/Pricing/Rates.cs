using System.Globalization;
using System.Runtime.CompilerServices;

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
    private const long Divisor = TokensPerUnit * TokensPerUnit; // A rate is for a million tokens, its multiplier in millionths.

    // Rates live as long as the catalogue that holds them, and their line is wanted with every request.
    private static readonly ConditionalWeakTable<Rates, string> s_texts = [];

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

    /// <summary>The highest of the rates for writing to a cache; that of plain input where none is priced apart.</summary>
    public long DearestCacheWrite => Math.Max(Math.Max(CacheWrite5m ?? Input, CacheWrite30m ?? Input), Math.Max(CacheWrite1h ?? Input, CacheWrite12h ?? Input));

    /// <summary>Output.</summary>
    public required long Output { get; init; }

    /// <summary>The reasoning part of the output.</summary>
    public long? Reasoning { get; init; }

    /// <summary>The rates in one line: <c>in 2500000000, out 10000000000, read 250000000, x 1000000</c>; rates that are not priced apart are left out.</summary>
    /// <param name="multiplierPpm">What every rate is multiplied with, in millionths.</param>
    public string Text(long multiplierPpm = TokensPerUnit)
    {
        if (multiplierPpm == TokensPerUnit && s_texts.TryGetValue(this, out string? known))
        {
            return known;
        }

        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"in {Input}, out {Output}{Part("read", CacheRead)}{Part("write5m", CacheWrite5m)}{Part("write30m", CacheWrite30m)}{Part("write1h", CacheWrite1h)}{Part("write12h", CacheWrite12h)}{Part("reasoning", Reasoning)}, x {multiplierPpm}");
        if (multiplierPpm == TokensPerUnit)
        {
            s_texts.AddOrUpdate(this, text);
        }

        return text;
    }

    /// <summary>Reads what <see cref="Text"/> writes.</summary>
    /// <exception cref="FormatException">The text is none of its.</exception>
    public static (Rates Rates, long MultiplierPpm) Parse(string text)
    {
        Dictionary<string, long> parts = text.Split(", ").Select(part => part.Split(' ')).ToDictionary(
            part => part[0], part => part.Length == 2 ? long.Parse(part[1], NumberStyles.None, CultureInfo.InvariantCulture) : throw new FormatException($"\"{text}\" are no rates."));
        return parts.TryGetValue("in", out long input) && parts.TryGetValue("out", out long output) && parts.TryGetValue("x", out long ppm)
            ? (new Rates
            {
                Input = input,
                Output = output,
                CacheRead = Of("read"),
                CacheWrite5m = Of("write5m"),
                CacheWrite30m = Of("write30m"),
                CacheWrite1h = Of("write1h"),
                CacheWrite12h = Of("write12h"),
                Reasoning = Of("reasoning"),
            }, ppm)
            : throw new FormatException($"\"{text}\" are no rates.");

        long? Of(string name) => parts.TryGetValue(name, out long rate) ? rate : null;
    }

    private static string Part(string name, long? rate) => rate is { } value ? string.Create(CultureInfo.InvariantCulture, $", {name} {value}") : "";

    /// <summary>What the tokens cost in nano-USD: each kind of token is a line of the bill, and each line is rounded up.</summary>
    /// <param name="tokens">What was used.</param>
    /// <param name="multiplierPpm">What every rate is multiplied with, in millionths: 1,000,000 is once.</param>
    /// <exception cref="OverflowException">The cost does not fit 63 bits: about nine billion USD for one call.</exception>
    public long CostNanoUsd(in TokenCounts tokens, long multiplierPpm = TokensPerUnit)
    {
        return checked(
            LineNanoUsd(tokens.Input, Input, multiplierPpm)
            + LineNanoUsd(tokens.CacheRead, CacheRead ?? Input, multiplierPpm)
            + LineNanoUsd(tokens.CacheWrite5m, CacheWrite5m ?? Input, multiplierPpm)
            + LineNanoUsd(tokens.CacheWrite30m, CacheWrite30m ?? Input, multiplierPpm)
            + LineNanoUsd(tokens.CacheWrite1h, CacheWrite1h ?? Input, multiplierPpm)
            + LineNanoUsd(tokens.CacheWrite12h, CacheWrite12h ?? Input, multiplierPpm)
            + LineNanoUsd(tokens.Output - tokens.Reasoning, Output, multiplierPpm)
            + LineNanoUsd(tokens.Reasoning, Reasoning ?? Output, multiplierPpm));
    }

    /// <summary>What rounding its lines up may add to a bill at most, nano-USD: nothing where every token costs whole ones.</summary>
    /// <param name="multiplierPpm">What every rate is multiplied with, in millionths.</param>
    public long MostRounding(long multiplierPpm)
    {
        ReadOnlySpan<long?> rates = [Input, CacheRead, CacheWrite5m, CacheWrite30m, CacheWrite1h, CacheWrite12h, Output, Reasoning];
        foreach (long? rate in rates)
        {
            if (HoldsParts(rate ?? 0))
            {
                return rates.Length - 1;
            }
        }

        return 0;

        // As with a line: nearly every call needs no 128-bit division.
        bool HoldsParts(long rate) => multiplierPpm == TokensPerUnit ? rate % TokensPerUnit != 0 : (Int128)rate * multiplierPpm % Divisor != 0;
    }

    /// <summary>One line of a bill, nano-USD: tokens of one kind at their rate, rounded up.</summary>
    public static long LineNanoUsd(long tokens, long rate, long multiplierPpm)
    {
        Int128 units = (Int128)tokens * rate;
        if (multiplierPpm == TokensPerUnit && units <= long.MaxValue - TokensPerUnit)
        {
            return ((long)units + TokensPerUnit - 1) / TokensPerUnit; // Nearly every call: no 128-bit division.
        }

        return checked((long)(((units * multiplierPpm) + Divisor - 1) / Divisor));
    }
}
