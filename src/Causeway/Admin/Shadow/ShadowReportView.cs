using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Shadow.Reconcile;

namespace Causeway.Admin.Shadow;

/// <summary>What vendors say beside what was booked.</summary>
internal sealed record ShadowReportView(
    [property: Description("The first day, UTC.")] string Since,
    [property: Description("The day after the last.")] string Until,
    [property: Description("Governed spend over all spend, by month.")] IReadOnlyList<AdoptionView> Adoption,
    [property: Description("The same over the whole time; null: nothing was spent.")] AdoptionView? Total,
    [property: Description("The same, by team: what it spent through Causeway beside what it claims.")] IReadOnlyList<AdoptionView> Teams,
    [property: Description("By vendor, account, project and key, the dearest first; at most 5,000.")] IReadOnlyList<AccountView> Accounts,
    [property: Description("How many there are.")] int AccountCount,
    [property: Description("Days of Causeway's own providers, as the vendor tells them and as they were booked.")] IReadOnlyList<ReconciledView> Reconciled,
    [property: Description("How far figures may be apart before a day counts as different.")] ToleranceView Tolerances,
    [property: Description("Where vendors say that it was processed.")] IReadOnlyList<RegionView> Regions,
    [property: Description("Vendors' hosts in imported logs; at most 1,000.")] IReadOnlyList<HostView> Hosts,
    [property: Description("From a key's making to the hour of its first answered call, by team.")] IReadOnlyList<FirstCallView> FirstCalls,
    [property: Description("Cost in other currencies than USD, which is in no share.")] IReadOnlyList<BilledView> OtherCurrencies)
{
    private const int MaxAccounts = 5_000;
    private const int MaxHosts = 1_000;

    public static ShadowReportView Of(ShadowReport report, IReadOnlyList<HostUse> hosts, Tolerances tolerances, DateOnly since, DateOnly until, IReadOnlyList<FirstCallView> first, Func<RegionUse, RegionCover> cover) => new(
        Days.Text(since),
        Days.Text(until),
        [.. report.Adoption.Where(share => share.Name.Length > 0).Select(AdoptionView.Of)],
        report.Adoption.Where(share => share.Name.Length == 0).Select(AdoptionView.Of).FirstOrDefault(),
        [.. report.Teams.Select(AdoptionView.Of)],
        [.. report.Accounts.Take(MaxAccounts).Select(AccountView.Of)],
        report.Accounts.Count,
        [.. report.Days.Select(ReconciledView.Of)],
        new ToleranceView(tolerances.TokensPerMille, tolerances.LeastTokens, tolerances.CostPerMille, Money.Usd(tolerances.LeastNanoUsd), tolerances.LateDays),
        [.. report.Regions.Select(region => RegionView.Of(region, cover(region)))],
        [.. hosts.Take(MaxHosts).Select(host => new HostView(host.Host, host.Vendor, host.Requests, host.Clients, host.Bytes, Days.Text(host.First), Days.Text(host.Last)))],
        first,
        [.. report.Other.Select(other => new BilledView(other.Currency, Days.Amount(other.Nano)))]);

    internal static string? Usd(long? nano) => nano is { } cost ? Money.Usd(cost) : null;
}

/// <summary>Governed spend beside what went around, USD.</summary>
internal sealed record AdoptionView(
    [property: Description("The month or the team; empty: all.")] string Name,
    [property: Description("What was booked here.")] string GovernedUsd,
    [property: Description("What vendors billed beside it.")] string ShadowUsd,
    [property: Description("Governed over all, 0 to 1; null: nothing was spent.")] double? Share)
{
    public static AdoptionView Of(AdoptionShare share) => new(share.Name, Money.Usd(share.GovernedNanoUsd), Money.Usd(share.ShadowNanoUsd), share.Share is { } part ? Math.Round(part, 4) : null);
}

/// <summary>What an account's project and key used.</summary>
internal sealed record AccountView(
    string Vendor,
    string Account,
    string Project,
    string Key,
    [property: JsonConverter(typeof(SnakeCaseEnum<UseClass>)), Description("own: Causeway's; claimed: a team's; unattributed: nobody's.")] UseClass Class,
    string? Team,
    string? Provider,
    [property: Description("USD; null: no export of cost in USD names it.")] string? CostUsd,
    long Requests,
    long Tokens,
    string First,
    string Last,
    IReadOnlyList<string> Regions)
{
    public static AccountView Of(AccountUse use) => new(
        use.Vendor, use.Account, use.Project, use.Key, use.Class, use.Team, use.Provider, ShadowReportView.Usd(use.CostNanoUsd), use.Requests, use.Tokens, Days.Text(use.First), Days.Text(use.Last), use.Regions);
}

/// <summary>A day of a provider.</summary>
internal sealed record ReconciledView(
    string Provider,
    string Day,
    [property: JsonConverter(typeof(SnakeCaseEnum<DifferenceClass>)), Description("match, or why the figures differ.")] DifferenceClass Class,
    long? VendorTokens,
    long BookedTokens,
    string? VendorUsd,
    string BookedUsd)
{
    public static ReconciledView Of(ReconciledDay day) => new(day.Provider, Days.Text(day.Day), day.Class, day.VendorTokens, day.BookedTokens, ShadowReportView.Usd(day.VendorNanoUsd), Money.Usd(day.BookedNanoUsd));
}

/// <summary>How far figures may be apart.</summary>
internal sealed record ToleranceView(int TokensPerMille, long LeastTokens, int CostPerMille, string LeastUsd, [property: Description("A day younger than this may still change at the vendor.")] int LateDays);

/// <summary>What a vendor processed in a region.</summary>
internal sealed record RegionView(
    string Vendor,
    string Region,
    [property: Description("Causeway's provider whose credential it was; null: it went around Causeway.")] string? Provider,
    string? CostUsd,
    long Requests,
    [property: Description("Whether it went around Causeway.")] bool Shadow,
    [property: Description("Of a provider: whether its agreements covered the region on every day; null: there was never one, and none is required, so that its configuration lets data go wherever it is. Of what went around: whether an agreement in force, with whichever provider, covers the region.")] bool? Agreed,
    [property: Description("Of a provider: days on which none of its agreements covered the region.")] int OutsideDays,
    [property: Description("The first of those.")] string? FirstOutside)
{
    public static RegionView Of(RegionUse use, RegionCover cover) => new(
        use.Vendor, use.Region, use.Provider, ShadowReportView.Usd(use.CostNanoUsd), use.Requests, use.Provider is null, cover.IsAgreed, cover.OutsideDays, cover.FirstOutside is { } day ? Days.Text(day) : null);
}

/// <summary>A vendor's host in logs.</summary>
internal sealed record HostView(string Host, string Vendor, long Requests, [property: Description("Distinct clients, counted up to 10,000.")] int Clients, long Bytes, string First, string Last);

/// <summary>How soon a team's new keys were used.</summary>
internal sealed record FirstCallView(
    string Team,
    [property: Description("Keys that were made in the time.")] int Keys,
    [property: Description("Those of them that were used.")] int Used,
    [property: Description("Hours from the making of the key in the middle to its first answered call, at most: of the call the hour is known.")] double? MedianHours);
