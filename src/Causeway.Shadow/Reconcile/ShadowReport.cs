using Causeway.Shadow.Import;

namespace Causeway.Shadow.Reconcile;

/// <summary>What vendors bill beside what was booked: what is Causeway's own, what teams claim, what nobody can attribute, and how much of all spend is governed.</summary>
/// <param name="Accounts">By vendor, account, project and key, the dearest first.</param>
/// <param name="Days">Days of Causeway's own providers, reconciled.</param>
/// <param name="Regions">Where vendors say that it was processed.</param>
/// <param name="Adoption">Governed spend over all spend, by month and at the end over the whole time.</param>
/// <param name="Teams">The same, by team.</param>
/// <param name="Other">Cost in other currencies than USD, which is in no share.</param>
public sealed record ShadowReport(
    IReadOnlyList<AccountUse> Accounts,
    IReadOnlyList<ReconciledDay> Days,
    IReadOnlyList<RegionUse> Regions,
    IReadOnlyList<AdoptionShare> Adoption,
    IReadOnlyList<AdoptionShare> Teams,
    IReadOnlyList<(string Currency, Int128 Nano)> Other)
{
    private const string Usd = "USD";

    /// <summary>Makes the report.</summary>
    /// <param name="books">What vendors say.</param>
    /// <param name="governed">What was booked in the same days.</param>
    /// <param name="tolerances">How far figures may be apart.</param>
    /// <param name="today">Today, UTC.</param>
    public static ShadowReport Of(VendorBooks books, IReadOnlyList<GovernedDay> governed, Tolerances tolerances, DateOnly today)
    {
        VendorSum[] sums = [.. books.Sums()];
        ReconciledDay[] days = [.. Reconcile(sums, governed, tolerances, today)];
        return new ShadowReport(
            [.. Uses(sums)],
            days,
            [.. Places(sums)],
            [.. Shares(sums, governed, days, day => $"{day:yyyy-MM}").OrderBy(share => share.Name, StringComparer.Ordinal), .. Shares(sums, governed, days, _ => "")],
            [.. ByTeam(sums, governed).OrderBy(share => share.Name, StringComparer.Ordinal)],
            [.. sums.Where(sum => sum.Sum.CostNano is not null && sum.Key.Currency != Usd).GroupBy(sum => sum.Key.Currency).Select(group => (group.Key, group.Aggregate(Int128.Zero, (total, sum) => total + sum.Sum.CostNano!.Value)))]);
    }

    private static IEnumerable<AccountUse> Uses(VendorSum[] sums) => sums
        .GroupBy(sum => (sum.Key.Vendor, sum.Key.Account, sum.Key.Project, sum.Key.Key))
        .Select(group =>
        {
            ShadowClaim? claim = group.First().Claim;
            return new AccountUse(
                group.Key.Vendor, group.Key.Account, group.Key.Project, group.Key.Key,
                claim is null ? UseClass.Unattributed : claim.Provider is not null ? UseClass.Own : UseClass.Claimed,
                claim?.Team, claim?.Provider, Cost(group), group.Sum(sum => sum.Sum.Requests), group.Sum(sum => sum.Sum.InputTokens + sum.Sum.OutputTokens), group.Min(sum => sum.Key.Day), group.Max(sum => sum.Key.Day),
                [.. group.Select(sum => sum.Key.Region).Where(region => region.Length > 0).Distinct().Order(StringComparer.Ordinal).Take(20)]);
        })
        .OrderByDescending(use => use.CostNanoUsd ?? 0).ThenByDescending(use => use.Tokens).ThenBy(use => use.Vendor, StringComparer.Ordinal).ThenBy(use => use.Account, StringComparer.Ordinal)
        .ThenBy(use => use.Project, StringComparer.Ordinal).ThenBy(use => use.Key, StringComparer.Ordinal);

    // A provider has agreements of its own, so what is its own is told apart from what is nobody's.
    private static IEnumerable<RegionUse> Places(VendorSum[] sums) => sums
        .Where(sum => sum.Key.Region.Length > 0)
        .GroupBy(sum => (sum.Key.Vendor, sum.Key.Region, sum.Claim?.Provider))
        .Select(group => new RegionUse(group.Key.Vendor, group.Key.Region, group.Key.Provider, Cost(group), group.Sum(sum => sum.Sum.Requests), [.. group.Select(sum => sum.Key.Day).Distinct().Order()]))
        .OrderBy(place => place.Vendor, StringComparer.Ordinal).ThenBy(place => place.Region, StringComparer.Ordinal).ThenBy(place => place.Provider, StringComparer.Ordinal);

    private static IEnumerable<ReconciledDay> Reconcile(VendorSum[] sums, IReadOnlyList<GovernedDay> governed, Tolerances tolerances, DateOnly today)
    {
        ILookup<(string, DateOnly), VendorSum> own = sums.Where(sum => sum.Claim?.Provider is not null).ToLookup(sum => (sum.Claim!.Provider!, sum.Key.Day));
        ILookup<(string, DateOnly), GovernedDay> booked = governed.ToLookup(day => (day.Provider, day.Day));
        HashSet<string> providers = [.. own.Select(group => group.Key.Item1)];

        // A provider whose exports were never imported has nothing to be compared with.
        foreach ((string provider, DateOnly day) in own.Select(group => group.Key).Concat(booked.Select(group => group.Key).Where(key => providers.Contains(key.Item1))).Distinct().Order())
        {
            VendorSum[] vendor = [.. own[(provider, day)]];
            GovernedDay[] ours = [.. booked[(provider, day)]];
            long? tokens = vendor.Any(sum => sum.Sum.CostNano is null) ? vendor.Where(sum => sum.Sum.CostNano is null).Sum(sum => sum.Sum.InputTokens + sum.Sum.OutputTokens) : null;
            long? cost = Cost(vendor);
            (long bookedTokens, long bookedCost) = (ours.Sum(one => one.Tokens), ours.Sum(one => one.CostNanoUsd));
            yield return new ReconciledDay(provider, day, tokens, bookedTokens, cost, bookedCost, ClassOf(tokens, bookedTokens, cost, bookedCost, ours.Any(one => one.EstimatedRequests > 0), day.AddDays(tolerances.LateDays) > today, tolerances));
        }
    }

    private static DifferenceClass ClassOf(long? tokens, long bookedTokens, long? cost, long bookedCost, bool estimated, bool young, Tolerances tolerances)
    {
        bool sameCost = cost is null || tolerances.SameCost(cost.Value, bookedCost);
        bool sameTokens = tokens is null || tolerances.SameTokens(tokens.Value, bookedTokens);
        if (sameCost && sameTokens && (tokens ?? cost) is not null)
        {
            return DifferenceClass.Match;
        }

        if (young && (tokens ?? 0) <= bookedTokens)
        {
            return DifferenceClass.LateUsage;
        }

        if (tokens is null)
        {
            return cost is null ? DifferenceClass.MissingAtVendor : DifferenceClass.NoUsage;
        }

        return sameTokens ? DifferenceClass.PriceChange
            : estimated ? DifferenceClass.Estimated
            : tokens > bookedTokens ? DifferenceClass.NotThroughCauseway
            : DifferenceClass.MissingAtVendor;
    }

    // Of Causeway's own credentials only what did not go through it is shadow usage.
    private static IEnumerable<AdoptionShare> Shares(VendorSum[] sums, IReadOnlyList<GovernedDay> governed, ReconciledDay[] days, Func<DateOnly, string> name)
    {
        Dictionary<string, (long Governed, long Shadow)> shares = [];
        foreach (GovernedDay day in governed)
        {
            (long had, long shadow) = shares.GetValueOrDefault(name(day.Day));
            shares[name(day.Day)] = (had + day.CostNanoUsd, shadow);
        }

        IEnumerable<(DateOnly Day, long Cost)> around = sums.Where(sum => sum.Claim?.Provider is null && sum.Sum.CostNano is not null && sum.Key.Currency == Usd).Select(sum => (sum.Key.Day, sum.Sum.CostNano!.Value))
            .Concat(days.Where(day => day.Class is DifferenceClass.NotThroughCauseway && day.VendorNanoUsd > day.BookedNanoUsd).Select(day => (day.Day, day.VendorNanoUsd!.Value - day.BookedNanoUsd)));
        foreach ((DateOnly day, long cost) in around)
        {
            (long had, long shadow) = shares.GetValueOrDefault(name(day));
            shares[name(day)] = (had, shadow + cost);
        }

        return shares.Select(pair => new AdoptionShare(pair.Key, pair.Value.Governed, pair.Value.Shadow));
    }

    private static IEnumerable<AdoptionShare> ByTeam(VendorSum[] sums, IReadOnlyList<GovernedDay> governed)
    {
        ILookup<string, VendorSum> claimed = sums.Where(sum => sum.Claim?.Team is not null).ToLookup(sum => sum.Claim!.Team!);
        ILookup<string, GovernedDay> booked = governed.ToLookup(day => day.Team);
        return claimed.Select(group => group.Key).Union(booked.Select(group => group.Key), StringComparer.Ordinal)
            .Select(team => new AdoptionShare(team, booked[team].Sum(day => day.CostNanoUsd), Cost(claimed[team]) ?? 0));
    }

    private static long? Cost(IEnumerable<VendorSum> sums)
    {
        long? cost = null;
        foreach (VendorSum sum in sums)
        {
            cost = sum.Sum.CostNano is { } nano && sum.Key.Currency == Usd ? checked((cost ?? 0) + nano) : cost;
        }

        return cost;
    }
}

/// <summary>Whose use is.</summary>
public enum UseClass
{
    /// <summary>Causeway's own: it is reconciled with what was booked.</summary>
    Own,

    /// <summary>A team's.</summary>
    Claimed,

    /// <summary>Nobody's.</summary>
    Unattributed,
}

/// <summary>What an account's project and key used.</summary>
public sealed record AccountUse(
    string Vendor, string Account, string Project, string Key, UseClass Class, string? Team, string? Provider, long? CostNanoUsd, long Requests, long Tokens, DateOnly First, DateOnly Last, IReadOnlyList<string> Regions);

/// <summary>What a vendor processed in a region.</summary>
/// <param name="Vendor">The vendor.</param>
/// <param name="Region">The region, in the vendor's words.</param>
/// <param name="Provider">Causeway's provider whose credential it was; null: it went around Causeway.</param>
/// <param name="CostNanoUsd">What it cost; null: no export says.</param>
/// <param name="Requests">Requests, where an export says.</param>
/// <param name="Days">When, each day once.</param>
public sealed record RegionUse(string Vendor, string Region, string? Provider, long? CostNanoUsd, long Requests, IReadOnlyList<DateOnly> Days);

/// <summary>Governed spend beside what went around.</summary>
/// <param name="Name">The month, <c>yyyy-MM</c>, or the team; empty: all.</param>
/// <param name="GovernedNanoUsd">What was booked.</param>
/// <param name="ShadowNanoUsd">What vendors billed beside it.</param>
public sealed record AdoptionShare(string Name, long GovernedNanoUsd, long ShadowNanoUsd)
{
    /// <summary>Governed over all; null: nothing was spent.</summary>
    public double? Share => GovernedNanoUsd + ShadowNanoUsd is > 0 and { } all ? Math.Clamp((double)GovernedNanoUsd / all, 0, 1) : null;
}
