using System.Numerics;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Export;

/// <summary>What a request used of one meter at one price.</summary>
/// <param name="Meter">The meter.</param>
/// <param name="Tokens">How many, of tools their uses; 0 where none could be counted.</param>
/// <param name="UnitPrice">USD for a million tokens or for a use, or of <see cref="TokenMeter.SeveralPrices"/> and <see cref="TokenMeter.SeveralToolFees"/> for the request; null: no price.</param>
/// <param name="CostNanoUsd">Its share of the request's cost; null: no price.</param>
/// <param name="OverrunNanoUsd">Its share of what the request cost beyond its hold.</param>
internal sealed record MeteredPart(TokenMeter Meter, long Tokens, Exact? UnitPrice, long? CostNanoUsd, long OverrunNanoUsd)
{
    // A rate is nano-USD (9 digits behind the point) and its multiplier millionths (6).
    private const int PriceScale = 15;

    /// <summary>
    /// The parts of a request: the lines of its bill. Those of several calls, of which each was rounded, do not add up to what was booked: that is
    /// split in proportion to what each part costs by its rate.
    /// </summary>
    public static IReadOnlyList<MeteredPart> Of(UsageRecord usage)
    {
        if (usage.ToolUses == 0)
        {
            return OfTokens(usage);
        }

        (int uses, long? fee) = (usage.ToolUses, usage.CostNanoUsd is null ? null : usage.ToolFeeNanoUsd);
        long overrun = fee is > 0 and { } part ? Apportion(usage.OverrunNanoUsd, [usage.CostNanoUsd!.Value - part, part])[1] : 0;
        bool isOne = fee is null || fee % uses == 0;
        return
        [
            .. OfTokens(usage with { CostNanoUsd = usage.CostNanoUsd - fee, OverrunNanoUsd = usage.OverrunNanoUsd - overrun }),
            new MeteredPart(isOne ? TokenMeter.ToolUses : TokenMeter.SeveralToolFees, uses, fee is { } sum ? Exact.Usd(isOne ? sum / uses : sum) : null, fee, overrun),
        ];
    }

    private static IReadOnlyList<MeteredPart> OfTokens(UsageRecord usage)
    {
        TokenCounts tokens = usage.Tokens;
        if (tokens is { AllInput: 0, Output: 0 })
        {
            return usage.CostNanoUsd is > 0 and { } cost ? [new MeteredPart(TokenMeter.SeveralPrices, 0, Exact.Usd(cost), cost, usage.OverrunNanoUsd)]
                : usage.Source == UsageSource.Unmetered ? [new MeteredPart(TokenMeter.Unmetered, 0, null, null, 0)]
                : [];
        }

        if (usage is { CostNanoUsd: { } whole, Price: null })
        {
            return [new MeteredPart(TokenMeter.SeveralPrices, checked(tokens.AllInput + tokens.Output), Exact.Usd(whole), whole, usage.OverrunNanoUsd)];
        }

        (TokenMeter Meter, long Tokens, long Rate)[] parts = [.. Split(tokens, usage.Price, out long multiplierPpm).Where(part => part.Tokens > 0)];
        if (usage.CostNanoUsd is not { } booked)
        {
            return [.. parts.Select(part => new MeteredPart(part.Meter, part.Tokens, null, null, 0))];
        }

        Int128[] weights = [.. parts.Select(part => (Int128)part.Tokens * part.Rate)];
        long[] lines = [.. parts.Select(part => Rates.LineNanoUsd(part.Tokens, part.Rate, multiplierPpm))];
        long[] costs = lines.Sum() == booked ? lines : Apportion(booked, weights);
        long[] overruns = Apportion(usage.OverrunNanoUsd, weights);
        return [.. parts.Select((part, i) => new MeteredPart(part.Meter, part.Tokens, new Exact((Int128)part.Rate * multiplierPpm, PriceScale), costs[i], overruns[i]))];
    }

    /// <summary>Splits a sum in proportion to weights by the method of the largest remainder: the parts are whole and add up to it.</summary>
    /// <param name="sum">What is split, 0 or more.</param>
    /// <param name="weights">One or more, each 0 or more; all 0: the first gets everything.</param>
    internal static long[] Apportion(long sum, ReadOnlySpan<Int128> weights)
    {
        long[] parts = new long[weights.Length];
        BigInteger all = 0; // A large sum times a large weight goes beyond 127 bits.
        foreach (Int128 weight in weights)
        {
            all += weight;
        }

        if (all.IsZero)
        {
            parts[0] = sum;
            return parts;
        }

        var remainders = new BigInteger[weights.Length];
        long left = sum;
        for (int i = 0; i < weights.Length; i++)
        {
            parts[i] = (long)BigInteger.DivRem((BigInteger)sum * weights[i], all, out remainders[i]);
            left -= parts[i];
        }

        foreach (int i in Enumerable.Range(0, weights.Length).OrderByDescending(i => remainders[i]).Take((int)left))
        {
            parts[i]++;
        }

        return parts;
    }

    // As Rates.CostNanoUsd bills them: a rate that is not priced apart is that of plain input, or output.
    private static (TokenMeter Meter, long Tokens, long Rate)[] Split(in TokenCounts tokens, string? price, out long multiplierPpm)
    {
        (Rates rates, multiplierPpm) = price is null ? (new Rates { Input = 0, Output = 0 }, 0) : Rates.Parse(price);
        return
        [
            (TokenMeter.Input, tokens.Input, rates.Input),
            (TokenMeter.CachedInput, tokens.CacheRead, rates.CacheRead ?? rates.Input),
            (TokenMeter.CacheWrite, tokens.CacheWrite5m, rates.CacheWrite5m ?? rates.Input),
            (TokenMeter.CacheWrite, tokens.CacheWrite30m, rates.CacheWrite30m ?? rates.Input),
            (TokenMeter.CacheWrite, tokens.CacheWrite1h, rates.CacheWrite1h ?? rates.Input),
            (TokenMeter.CacheWrite, tokens.CacheWrite12h, rates.CacheWrite12h ?? rates.Input),
            (TokenMeter.Output, tokens.Output - tokens.Reasoning, rates.Output),
            (TokenMeter.Reasoning, tokens.Reasoning, rates.Reasoning ?? rates.Output),
        ];
    }
}
