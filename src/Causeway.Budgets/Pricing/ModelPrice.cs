using System.Runtime.InteropServices;

namespace Causeway.Budgets.Pricing;

/// <summary>
/// What a model's tokens cost and when. A call's rates are found in this order: a dated window that holds the day, then the
/// long-context tier, then the time of day, then the service tier, then the region.
/// </summary>
public sealed record ModelPrice
{
    internal const long Once = 1_000_000;

    /// <summary>The list price of the standard tier; null: the vendor published none, so the model is unpriced.</summary>
    public required Rates? List { get; init; }

    /// <summary>Rates for calls whose prompt is longer than a bound, ascending by bound.</summary>
    public IReadOnlyList<LongContextTier> LongContextTiers { get; init; } = [];

    /// <summary>Dated rates that stand above the list price.</summary>
    public IReadOnlyList<PriceWindow> Windows { get; init; } = [];

    /// <summary>Hours in which every rate is higher; null: none.</summary>
    public PeakHours? Peak { get; init; }

    /// <summary>Service tier as the provider reports it → multiplier in millionths.</summary>
    public IReadOnlyDictionary<string, long> ServiceTierPpm { get; init; } = new Dictionary<string, long>();

    /// <summary>Multiplier in millionths for a call that was bound to a region; null: no premium.</summary>
    public long? RegionalPpm { get; init; }

    /// <summary>Multiplier in millionths for a call that was one of a batch; null: batches of it have no price of their own.</summary>
    public long? BatchPpm { get; init; }

    /// <summary>What a call cost, or null when the model has no price at that moment.</summary>
    /// <param name="tokens">What the call used.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="serviceTier">The tier that answered, as reported; null or unknown bills as standard.</param>
    /// <param name="regional">The provider is bound to a region.</param>
    public Bill? BillFor(in TokenCounts tokens, DateTimeOffset at, string? serviceTier = null, bool regional = false)
    {
        if (RatesAt(tokens.AllInput, at) is not { } rates)
        {
            return null;
        }

        long ppm = MultiplierAt(at, serviceTier, regional);
        return new Bill(rates.CostNanoUsd(tokens, ppm), rates, ppm);
    }

    /// <summary>As <see cref="BillFor"/>, the cost alone, nano-USD.</summary>
    public long? CostNanoUsd(in TokenCounts tokens, DateTimeOffset at, string? serviceTier = null, bool regional = false) =>
        BillFor(tokens, at, serviceTier, regional)?.NanoUsd;

    /// <summary>As <see cref="CostNanoUsd"/> of a call that was one of a batch. Other tiers of service do not apply to it.</summary>
    /// <param name="tokens">What it used.</param>
    /// <param name="at">When the batch was taken.</param>
    /// <param name="regional">The provider is bound to a region, or the answer says where it was made.</param>
    public long? BatchCostNanoUsd(in TokenCounts tokens, DateTimeOffset at, bool regional = false) => RatesAt(tokens.AllInput, at) is { } rates
        ? rates.CostNanoUsd(tokens, checked(MultiplierAt(at, null, regional) * (BatchPpm ?? Once) / Once))
        : null;

    /// <summary>
    /// What a call may cost at most, nano-USD, rounded up; null: the model has no price. Of every tier that could apply the dearest counts: long
    /// context, a cache's write premium, a service tier, peak hours.
    /// </summary>
    /// <param name="input">Prompt tokens at most.</param>
    /// <param name="output">Generated tokens at most.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="namesTier">The request names a service tier; otherwise only standard can apply.</param>
    /// <param name="regional">The provider is bound to a region.</param>
    public long? CeilingNanoUsd(long input, long output, DateTimeOffset at, bool namesTier = false, bool regional = false)
    {
        if (RatesAt(input, at) is not { } rates)
        {
            return null;
        }

        long dearestInput = Math.Max(rates.Input, Math.Max(rates.DearestCacheWrite, rates.CacheRead ?? 0));
        long dearestOutput = Math.Max(rates.Output, rates.Reasoning ?? 0);
        long ppm = MultiplierAt(at, null, regional);
        ppm = checked(ppm * (namesTier ? Math.Max(Once, ServiceTierPpm.Values.DefaultIfEmpty(Once).Max()) : Once) / Once);
        Int128 units = (((Int128)input * dearestInput) + ((Int128)output * dearestOutput)) * ppm;
        Int128 divisor = (Int128)Once * Once;
        return checked((long)((units + divisor - 1) / divisor) + rates.MostRounding(ppm));
    }

    private long MultiplierAt(DateTimeOffset at, string? serviceTier, bool regional)
    {
        long ppm = Once;
        if (Peak is { } peak && peak.Holds(at))
        {
            ppm = peak.MultiplierPpm;
        }

        if (serviceTier is not null && ServiceTierPpm.TryGetValue(serviceTier, out long tierPpm))
        {
            ppm = checked(ppm * tierPpm / Once);
        }

        return regional && RegionalPpm is { } regionalPpm ? checked(ppm * regionalPpm / Once) : ppm;
    }

    /// <summary>The rates of a call with that many prompt tokens on that day, before multipliers.</summary>
    public Rates? RatesAt(long inputTokens, DateTimeOffset at)
    {
        Rates? rates = List;
        DateOnly day = DateOnly.FromDateTime(at.UtcDateTime);
        for (int i = 0; i < Windows.Count; i++)
        {
            if (Windows[i].Holds(day))
            {
                rates = Windows[i].Rates;
                break;
            }
        }

        for (int i = LongContextTiers.Count - 1; i >= 0; i--)
        {
            if (inputTokens > LongContextTiers[i].AboveInputTokens)
            {
                return LongContextTiers[i].Rates;
            }
        }

        return rates;
    }
}

/// <summary>What a call cost and by which rates.</summary>
/// <param name="NanoUsd">The cost.</param>
/// <param name="Rates">The rates.</param>
/// <param name="MultiplierPpm">What every rate was multiplied with, in millionths.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bill(long NanoUsd, Rates Rates, long MultiplierPpm);

/// <summary>The whole call bills at these rates once its prompt is longer than the bound.</summary>
/// <param name="AboveInputTokens">Strictly above: a prompt of exactly this length bills as usual.</param>
/// <param name="Rates">The rates of the tier.</param>
public sealed record LongContextTier(long AboveInputTokens, Rates Rates);

/// <summary>Rates that hold from one day to another, both included; null is open.</summary>
public sealed record PriceWindow(DateOnly? From, DateOnly? Until, Rates Rates)
{
    /// <summary>True when the day lies inside.</summary>
    public bool Holds(DateOnly day) => (From is not { } from || day >= from) && (Until is not { } until || day <= until);
}

/// <summary>Hours of working days, UTC, in which every rate is multiplied. Public holidays are not known and bill as peak.</summary>
public sealed record PeakHours(IReadOnlyList<(TimeOnly From, TimeOnly Until)> Hours, long MultiplierPpm)
{
    /// <summary>True when the moment lies inside the peak.</summary>
    public bool Holds(DateTimeOffset at)
    {
        if (at.UtcDateTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            return false;
        }

        var time = TimeOnly.FromTimeSpan(at.UtcDateTime.TimeOfDay);
        foreach ((TimeOnly from, TimeOnly until) in Hours)
        {
            if (time >= from && time < until)
            {
                return true;
            }
        }

        return false;
    }
}
