using Causeway.Shadow.Import;
using Causeway.Shadow.Reconcile;

namespace Causeway.Shadow.Tests.Reconcile;

public sealed class ShadowReportTests
{
    private const long Usd = 1_000_000_000;
    private static readonly DateOnly s_today = new(2026, 11, 26);
    private static readonly DateOnly s_day = new(2026, 11, 20);
    private static readonly ShadowClaim s_own = new(new ClaimSubject("openai", "", "", "key_own"), null, "openai", null, "admin", default);

    [Fact]
    public void Use_is_Causeways_own_a_teams_or_nobodys_by_the_most_particular_claim()
    {
        ShadowReport report = Report(
            [Cost("key_own", 1 * Usd), Cost("key_2", 2 * Usd), Cost("key_3", 3 * Usd), Cost("key_3", 5 * Usd, project: "proj_2")],
            [s_own, Team("", "key_2", "search"), Team("proj_2", "", "answers"), Team("proj_1", "", "chat"), Team("", "key_3", "ops")]);

        Assert.Equal([("key_3", UseClass.Claimed, "ops"), ("key_3", UseClass.Claimed, "ops"), ("key_2", UseClass.Claimed, "search"), ("key_own", UseClass.Own, null)], report.Accounts.Select(use => (use.Key, use.Class, use.Team)));
        Assert.Equal(UseClass.Unattributed, Assert.Single(Report([Cost("x", Usd)], []).Accounts).Class);
    }

    [Theory]
    [InlineData(1_000_000, 100, 1_000_000, 100, 0, DifferenceClass.Match)]
    [InlineData(1_004_000, 100, 1_000_000, 100, 0, DifferenceClass.Match)]
    [InlineData(1_000_000, 120, 1_000_000, 100, 0, DifferenceClass.PriceChange)]
    [InlineData(1_500_000, 150, 1_000_000, 100, 0, DifferenceClass.NotThroughCauseway)]
    [InlineData(900_000, 90, 1_000_000, 100, 0, DifferenceClass.MissingAtVendor)]
    [InlineData(900_000, 90, 1_000_000, 100, 4, DifferenceClass.Estimated)]
    public void A_day_of_an_own_provider_matches_or_its_difference_has_a_class(long vendorTokens, long vendorUsd, long bookedTokens, long bookedUsd, long estimated, DifferenceClass expected)
    {
        ShadowReport report = Report(
            [Usage("key_own", vendorTokens), Cost("key_own", vendorUsd * Usd)], [s_own], new GovernedDay(s_day, "openai", "search", 10, estimated, bookedTokens, bookedUsd * Usd));

        ReconciledDay day = Assert.Single(report.Days);
        Assert.Equal(expected, day.Class);
        Assert.Equal((vendorTokens, vendorUsd * Usd), (day.VendorTokens, day.VendorNanoUsd));
    }

    [Fact]
    public void A_young_day_may_still_grow_and_without_usage_nothing_tells_why_a_cost_differs()
    {
        Assert.Equal(DifferenceClass.LateUsage, Assert.Single(Report([Usage("key_own", 10, s_today)], [s_own], new GovernedDay(s_today, "openai", "a", 1, 0, 1_000_000, Usd)).Days).Class);
        Assert.Equal(DifferenceClass.NotThroughCauseway, Assert.Single(Report([Usage("key_own", 5_000_000, s_today)], [s_own], new GovernedDay(s_today, "openai", "a", 1, 0, 1_000_000, Usd)).Days).Class);
        Assert.Equal(DifferenceClass.NoUsage, Assert.Single(Report([Cost("key_own", 50 * Usd)], [s_own], new GovernedDay(s_day, "openai", "a", 1, 0, 1_000_000, Usd)).Days).Class);
        Assert.Contains(Report([Cost("key_own", Usd, s_day.AddDays(-1))], [s_own], new GovernedDay(s_day, "openai", "a", 1, 0, 1_000_000, Usd)).Days, day => day.Day == s_day && day.Class == DifferenceClass.MissingAtVendor);
    }

    [Fact]
    public void Adoption_is_governed_spend_over_all_spend_and_own_use_is_not_counted_twice()
    {
        ShadowReport report = Report(
            [Usage("key_own", 1_000_000), Cost("key_own", 60 * Usd), Cost("key_2", 30 * Usd), Cost("key_3", 10 * Usd, new DateOnly(2026, 10, 3))],
            [s_own, Team("", "key_2", "search")],
            new GovernedDay(s_day, "openai", "search", 1, 0, 1_000_000, 60 * Usd));

        Assert.Equal([("2026-10", 0, 10 * Usd), ("2026-11", 60 * Usd, 30 * Usd), ("", 60 * Usd, 40 * Usd)], report.Adoption.Select(share => (share.Name, share.GovernedNanoUsd, share.ShadowNanoUsd)));
        Assert.Equal(0.6, report.Adoption[^1].Share);
        Assert.Equal(("search", 60 * Usd, 30 * Usd), report.Teams.Select(share => (share.Name, share.GovernedNanoUsd, share.ShadowNanoUsd)).Single());
        Assert.Null(Assert.Single(Report([Usage("x", 5)], [], new GovernedDay(s_day, "", "a", 0, 0, 0, 0)).Adoption, share => share.Name.Length == 0).Share);
    }

    [Fact]
    public void What_somebody_else_does_with_an_own_credential_is_shadow_usage() => Assert.Equal(
        40 * Usd,
        Report([Usage("key_own", 5_000_000), Cost("key_own", 100 * Usd)], [s_own], new GovernedDay(s_day, "openai", "a", 1, 0, 1_000_000, 60 * Usd)).Adoption[^1].ShadowNanoUsd);

    [Fact]
    public void Where_two_exports_bill_the_same_account_and_day_the_vendors_own_counts()
    {
        var books = new VendorBooks([]);
        books.Add(Standing("focus", Cost("", 9 * Usd, project: "")));
        books.Add(Standing("focus", Cost("", 4 * Usd, s_day.AddDays(1), "")));
        books.Add(Standing("openai_cost", Cost("k", 7 * Usd)));

        ShadowReport report = ShadowReport.Of(books, [], new Tolerances(), s_today);

        Assert.Equal(11 * Usd, report.Adoption[^1].ShadowNanoUsd);
    }

    [Fact]
    public void Other_currencies_are_in_no_share()
    {
        UsageLine line = Cost("k", 5 * Usd);

        ShadowReport report = Report([line with { Key = line.Key with { Currency = "EUR", Region = "eu" } }], []);

        Assert.Equal([("EUR", (Int128)(5 * Usd))], report.Other);
        Assert.Equal(0, report.Adoption.Where(share => share.Name.Length == 0).Sum(share => share.ShadowNanoUsd));
        Assert.Equal(("openai", "eu", null), report.Regions.Select(region => (region.Vendor, region.Region, region.Provider)).Single());
    }

    [Fact]
    public void Where_an_own_provider_was_processed_is_told_by_provider_and_day()
    {
        static UsageLine At(UsageLine line, string region) => line with { Key = line.Key with { Region = region } };

        ShadowReport report = Report([At(Cost("key_own", Usd), "us-east-1"), At(Cost("key_own", Usd, s_day.AddDays(-2)), "us-east-1"), At(Cost("key_2", Usd), "us-east-1"), At(Cost("key_own", Usd), "eu-west-1")], [s_own]);

        Assert.Equal(
            [("eu-west-1", "openai", Usd, 1), ("us-east-1", null, Usd, 1), ("us-east-1", "openai", 2 * Usd, 2)],
            report.Regions.Select(place => (place.Region, place.Provider, place.CostNanoUsd!.Value, place.Days.Count)));
        Assert.Equal([s_day.AddDays(-2), s_day], report.Regions[2].Days);
    }

    private static ShadowReport Report(UsageLine[] lines, ShadowClaim[] claims, params GovernedDay[] governed)
    {
        var books = new VendorBooks(claims);
        foreach (UsageLine line in lines)
        {
            Assert.True(books.Add(Standing(line.Sum.CostNano is null ? "openai_usage" : "openai_cost", line)));
        }

        return ShadowReport.Of(books, governed, new Tolerances(), s_today);
    }

    private static StandingLine Standing(string format, UsageLine line) => new(Guid.Empty, 0, format, line);

    private static UsageLine Cost(string key, long nano, DateOnly? day = null, string project = "proj_1") =>
        new(new UsageKey(day ?? s_day, "openai", "org-1", project, key, "", "", "", "", "USD"), new UsageSum(0, 0, 0, 0, 0, nano));

    private static UsageLine Usage(string key, long tokens, DateOnly? day = null) =>
        new(new UsageKey(day ?? s_day, "openai", "org-1", "proj_1", key, "", "m", "", "", ""), new UsageSum(1, tokens, 0, 0, 0, null));

    private static ShadowClaim Team(string project, string key, string team) => new(new ClaimSubject("openai", "", project, key), team, null, null, "admin", default);
}
