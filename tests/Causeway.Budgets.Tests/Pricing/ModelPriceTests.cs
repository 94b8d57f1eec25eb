using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Tests.Pricing;

public sealed class ModelPriceTests
{
    private static readonly DateTimeOffset s_monday = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    // Powers of ten, so that a cost shows in its digits which rates and factors were used.
    private static readonly ModelPrice s_price = new()
    {
        List = PerToken(1),
        Windows = [new PriceWindow(new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 31), PerToken(10))],
        LongContextTiers = [new LongContextTier(100, PerToken(1_000)), new LongContextTier(200, PerToken(10_000))],
        Peak = new PeakHours([(new TimeOnly(1, 0), new TimeOnly(4, 0))], 2_000_000),
        ServiceTierPpm = new Dictionary<string, long> { ["priority"] = 3_000_000, ["flex"] = 500_000 },
        RegionalPpm = 5_000_000,
    };

    [Theory]
    [InlineData(500_000L, false, 5)]
    [InlineData(500_000L, true, 25)]
    [InlineData(null, false, 10)]
    public void A_request_of_a_batch_has_a_multiplier_of_its_own_beside_the_regions(long? ppm, bool regional, long expected) =>
        Assert.Equal(expected, (s_price with { BatchPpm = ppm }).BatchCostNanoUsd(Input(10), s_monday, regional));

    [Theory]
    [InlineData("2026-11-30T23:59:59Z", 10)]
    [InlineData("2026-12-01T00:00:00Z", 100)]
    [InlineData("2026-12-31T23:59:59Z", 100)]
    [InlineData("2027-01-01T00:00:00Z", 10)]
    [InlineData("2026-11-30T23:30:00-01:00", 100)]
    public void A_window_replaces_the_list_price_on_its_days_in_UTC(string at, long expected) =>
        Assert.Equal(expected, s_price.CostNanoUsd(Input(10), Time(at)));

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 101_000)]
    [InlineData(200, 200_000)]
    [InlineData(201, 2_010_000)]
    public void A_tier_holds_for_the_whole_call_above_its_bound(long tokens, long expected) =>
        Assert.Equal(expected, s_price.CostNanoUsd(Input(tokens), s_monday));

    [Fact]
    public void Cached_prompt_tokens_count_towards_the_tier() => Assert.Equal(
        101_000,
        s_price.CostNanoUsd(new TokenCounts(40, 40, 21, 0, 0, 0, 0, 0), s_monday));

    [Fact]
    public void A_tier_stands_above_a_window() =>
        Assert.Equal(101_000, s_price.CostNanoUsd(Input(101), Time("2026-12-02T12:00:00Z")));

    [Theory]
    [InlineData("2026-11-23T00:59:59Z", 10)]
    [InlineData("2026-11-23T01:00:00Z", 20)]
    [InlineData("2026-11-23T03:59:59Z", 20)]
    [InlineData("2026-11-23T04:00:00Z", 10)]
    [InlineData("2026-11-21T02:00:00Z", 10)]
    [InlineData("2026-11-22T02:00:00Z", 10)]
    [InlineData("2026-12-01T02:00:00Z", 200)]
    public void Peak_hours_of_working_days_multiply_whatever_rates_hold(string at, long expected) =>
        Assert.Equal(expected, s_price.CostNanoUsd(Input(10), Time(at)));

    [Theory]
    [InlineData(null, false, 10)]
    [InlineData("standard", false, 10)]
    [InlineData("priority", false, 30)]
    [InlineData("flex", false, 5)]
    [InlineData(null, true, 50)]
    [InlineData("priority", true, 150)]
    public void Service_tier_and_region_multiply(string? tier, bool regional, long expected) =>
        Assert.Equal(expected, s_price.CostNanoUsd(Input(10), s_monday, tier, regional));

    [Fact]
    public void Trap_19_window_tier_peak_service_and_region_hold_together() =>
        Assert.Equal(201 * 10_000 * 2 * 3 * 5, s_price.CostNanoUsd(Input(201), Time("2026-12-01T02:00:00Z"), "priority", regional: true));

    [Fact]
    public void Without_a_list_price_there_is_no_cost() =>
        Assert.Null(new ModelPrice { List = null }.CostNanoUsd(Input(10), s_monday, "priority", regional: true));

    private static Rates PerToken(long nanoUsd) => new() { Input = nanoUsd * 1_000_000, Output = nanoUsd * 1_000_000 };

    private static TokenCounts Input(long tokens) => new(tokens, 0, 0, 0, 0, 0, 0, 0);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
