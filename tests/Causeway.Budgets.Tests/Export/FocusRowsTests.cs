using Causeway.Budgets.Export;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Budgets.Tests.Export;

public sealed class FocusRowsTests
{
    [Fact]
    public void Rows_add_up_to_what_was_booked_to_the_nano_usd() => Used.Any.Array[1, 40].Sample(usage =>
    {
        IReadOnlyList<FocusRow> rows = Used.Rows(usage);

        Assert.Equal(usage.Sum(record => record.CostNanoUsd ?? 0), rows.Sum(row => row.CostNanoUsd ?? 0));
        Assert.Equal(usage.Sum(record => record.CostNanoUsd is null ? 0 : record.OverrunNanoUsd), rows.Sum(row => row.OverrunNanoUsd));
        Assert.Equal(usage.Sum(record => record.Tokens.AllInput + record.Tokens.Output), rows.Where(row => !IsTool(row)).Sum(row => row.Tokens));
        Assert.Equal(usage.Sum(record => (long)record.ToolUses), rows.Where(IsTool).Sum(row => row.Tokens));
        Assert.Equal(usage.Sum(record => record.CostNanoUsd is null ? 0 : record.ToolFeeNanoUsd ?? 0), rows.Where(IsTool).Sum(row => row.CostNanoUsd ?? 0));
        Assert.All(rows, row => Assert.True(row.CostNanoUsd is null or >= 0));
    });

    [Fact]
    public void A_row_is_less_than_a_nano_usd_a_request_away_from_its_unit_price_times_its_quantity() => Used.Any.Array[1, 40].Sample(usage =>
    {
        foreach (FocusRow row in Used.Rows(usage).Where(row => row.UnitPrice is not null))
        {
            Int128 difference = Int128.Abs(row.ListCost!.Value.At(21) - row.Cost!.Value.At(21));
            Assert.True(difference < (Int128)row.Requests * 3 / 2 * 1_000_000_000_000 + 1_000_000_000_000, $"{row}");
        }
    });

    [Fact]
    public void Uses_of_tools_are_a_row_at_their_fee()
    {
        UsageRecord call = Used.Call(Used.Noon, new TokenCounts(1_000, 0, 0, 0, 0, 0, 0, 0), Used.Mini);
        FocusRow[] rows = [.. Used.Rows(
            call with { CostNanoUsd = 30_750_000, ToolUses = 3, ToolFeeNanoUsd = 30_000_000, OverrunNanoUsd = 4_100 },
            call with { Request = Guid.CreateVersion7(Used.Noon), CostNanoUsd = 10_750_000, ToolUses = 1, ToolFeeNanoUsd = 10_000_000 },
            call with { Request = Guid.CreateVersion7(Used.Noon), CostNanoUsd = 12_500_000 + 750_000, ToolUses = 3, ToolFeeNanoUsd = 12_500_000 },
            call with { Request = Guid.CreateVersion7(Used.Noon), CostNanoUsd = null, Price = null, ToolUses = 2, ToolFeeNanoUsd = null })];

        Assert.Equal(
            [
                ("Input Tokens", null, "Tokens", "1000000 Tokens", null, "0.000000000"),
                ("Input Tokens", "0.002250000", "Tokens", "1000000 Tokens", "0.750000000", "0.000000100"),
                ("Tool Uses", null, "Units", "Units", null, "0.000000000"),
                ("Tool Uses", "0.040000000", "Units", "Units", "0.010000000", "0.000004000"),
                ("Tool Uses at Several Fees", "0.012500000", "Units", "Requests", "0.012500000", "0.000000000"),
            ],
            rows.Select(row => (row.In("SkuMeter")!, row.In("BilledCost"), row.In("ConsumedUnit")!, row.In("PricingUnit")!, row.In("ListUnitPrice"), row.In("x_OverrunCost"))));
        Assert.Equal(["2", "4", "3"], rows[2..].Select(row => row.In("ConsumedQuantity")));
        Assert.Equal(("4", "1", "Other"), (rows[3].In("PricingQuantity"), rows[4].In("PricingQuantity"), rows[4].In("PricingCategory")));
    }

    [Fact]
    public void A_call_is_a_row_for_each_kind_of_token()
    {
        IReadOnlyList<FocusRow> rows = Used.Rows(Used.Call(Used.Noon.AddMinutes(5), new TokenCounts(1_000, 200, 0, 0, 30, 0, 500, 100), Used.Mini));

        Assert.Equal(
            [
                ("Input Tokens", "1000", "0.001", "0.750000000", "0.000750000"),
                ("Cached Input Tokens", "200", "0.0002", "0.075000000", "0.000015000"),
                ("Cache Write Tokens", "30", "0.00003", "1.500000000", "0.000045000"),
                ("Output Tokens", "400", "0.0004", "4.500000000", "0.001800000"),
                ("Reasoning Tokens", "100", "0.0001", "4.500000000", "0.000450000"),
            ],
            rows.Select(row => (row.In("SkuMeter")!, row.In("ConsumedQuantity")!, row.In("PricingQuantity")!, row.In("ListUnitPrice")!, row.In("BilledCost")!)));
        Assert.All(rows, row => Assert.Equal("2026-11-23T12:00:00Z", row.In("ChargePeriodStart")));
    }

    [Fact]
    public void A_row_costs_what_its_line_of_the_bill_does()
    {
        // Three kinds of a third of a nano-USD and more: each line is rounded up.
        var rates = new Rates { Input = 400_000, Output = 400_000, CacheRead = 400_000 };
        FocusRow[] rows = [.. Used.Rows(Used.Call(Used.Noon, new TokenCounts(1, 1, 0, 0, 0, 0, 1, 0), rates))];

        Assert.Equal([1, 1, 1], rows.Select(row => row.CostNanoUsd));
        Assert.All(rows, row => Assert.Equal("0.0000000004", row.In("ListCost")));
    }

    [Fact]
    public void A_cost_that_is_not_the_sum_of_its_lines_is_split_without_a_rest()
    {
        // Several calls, of which each was rounded; or one that was booked when a bill was rounded as a whole.
        var rates = new Rates { Input = 400_000, Output = 400_000, CacheRead = 400_000 };
        FocusRow[] rows = [.. Used.Rows(Used.Call(Used.Noon, new TokenCounts(1, 1, 0, 0, 0, 0, 1, 0), rates) with { CostNanoUsd = 1 })];

        Assert.Equal([1, 0, 0], rows.Select(row => row.CostNanoUsd));
    }

    [Fact]
    public void Requests_of_an_hour_at_one_price_are_one_row_and_other_prices_and_hours_are_others()
    {
        var tokens = new TokenCounts(100, 0, 0, 0, 0, 0, 0, 0);
        FocusRow[] rows =
        [
            .. Used.Rows(
                Used.Call(Used.Noon, tokens, Used.Mini),
                Used.Call(Used.Noon.AddMinutes(59), tokens, Used.Mini),
                Used.Call(Used.Noon.AddMinutes(30), tokens, Used.Mini, 1_100_000),
                Used.Call(Used.Noon.AddMinutes(60), tokens, Used.Mini)),
        ];

        Assert.Equal([("12", "0.750000000", 200L), ("12", "0.825000000", 100L), ("13", "0.750000000", 100L)], rows.Select(row => (row.In("ChargePeriodStart")![11..13], row.In("ListUnitPrice")!, row.Tokens)));
        Assert.Equal("openai/gpt-5.4-mini/Input Tokens/0.825", rows[1].In("SkuPriceId"));
    }

    [Fact]
    public void What_has_no_price_has_no_cost_and_says_whose_count_it_is()
    {
        FocusRow row = Assert.Single(Used.Rows(Used.Call(Used.Noon) with { Tokens = new TokenCounts(7, 0, 0, 0, 0, 0, 0, 0), Source = UsageSource.Counted }));

        Assert.Null(row.In("BilledCost"));
        Assert.Null(row.In("ListCost"));
        Assert.Null(row.In("SkuPriceId"));
        Assert.Equal(("7", "counted", "Other"), (row.In("ConsumedQuantity"), row.In("x_UsageSource"), row.In("PricingCategory")));
    }

    [Fact]
    public void A_free_model_costs_nothing_and_that_is_said()
    {
        FocusRow row = Assert.Single(Used.Rows(Used.Call(Used.Noon, new TokenCounts(7, 0, 0, 0, 0, 0, 0, 0), new Rates { Input = 0, Output = 0 })));

        Assert.Equal(("0.000000000", "0.000000000"), (row.In("BilledCost"), row.In("ListUnitPrice")));
    }

    [Fact]
    public void A_request_of_several_prices_is_one_row_that_is_priced_as_a_request()
    {
        UsageRecord call = Used.Call(Used.Noon) with { Tokens = new TokenCounts(7, 0, 0, 0, 0, 0, 3, 0), CostNanoUsd = 123, Source = UsageSource.Provider };

        FocusRow row = Assert.Single(Used.Rows(call, call with { Request = Guid.CreateVersion7(Used.Noon) }));

        Assert.Equal(("20", "Tokens", "2", "Requests"), (row.In("ConsumedQuantity"), row.In("ConsumedUnit"), row.In("PricingQuantity"), row.In("PricingUnit")));
        Assert.Equal(("0.000000246", "0.000000246", "0.000000123"), (row.In("BilledCost"), row.In("ListCost"), row.In("ListUnitPrice")));
    }

    [Fact]
    public void What_is_not_settled_is_not_there()
    {
        UsageRecord denied = Used.Call(Used.Noon) with { Outcome = Outcome.Denied, Status = 402, ErrorCode = "limit_spent" };
        UsageRecord inDoubt = Used.Call(Used.Noon) with { Outcome = Outcome.Failed, Status = 504, HeldNanoUsd = 5_000 };

        Assert.Empty(Used.Rows(denied, inDoubt));
    }

    [Fact]
    public void An_adjustment_is_a_row_of_the_month_in_which_it_was_made()
    {
        var request = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
        LedgerEvent adjusted = new(LedgerEventKind.Adjusted, Used.Noon.ToUnixTimeMilliseconds())
        {
            Request = request,
            Grant = Used.Grant,
            ReservedAtMs = new DateTimeOffset(2026, 10, 31, 23, 59, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            Booked = new Amounts(-1_500, -10, 0),
            Reason = "credit note 17",
        };

        FocusRow before = Used.New().Of(adjusted, Used.Call(Used.Noon));
        FocusRow within = Used.New().Of(adjusted with { ReservedAtMs = adjusted.AtMs }, null);

        Assert.Equal(("Adjustment", "Correction", "-0.000001500", "-0.000001500"), (before.In("ChargeCategory"), before.In("ChargeClass"), before.In("BilledCost"), before.In("ListCost")));
        Assert.Equal(("2026-11-01T00:00:00Z", "2026-10-31T23:00:00Z"), (before.In("BillingPeriodStart"), before.In("ChargePeriodStart")));
        Assert.Equal("Adjustment of req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b: credit note 17", before.In("ChargeDescription"));
        Assert.Equal("openai", before.In("ServiceProviderName"));
        Assert.Equal(("Adjustment", null, "unknown", "search"), (within.In("ChargeCategory"), within.In("ChargeClass"), within.In("ServiceProviderName"), within.In("SubAccountId")));
    }

    [Fact]
    public void Overrun_is_split_with_the_cost()
    {
        UsageRecord call = Used.Call(Used.Noon, new TokenCounts(1_000, 0, 0, 0, 0, 0, 1_000, 0), Used.Mini) with { OverrunNanoUsd = 1_001 };

        IReadOnlyList<FocusRow> rows = Used.Rows(call);

        Assert.Equal([143, 858], rows.Select(row => row.OverrunNanoUsd));
        Assert.Equal("0.000000858", rows[1].In("x_OverrunCost"));
    }

    [Theory]
    [InlineData("2026-11", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    public void A_month_is_whole_and_in_utc(string text, string start, string end)
    {
        BillingMonth month = Used.Month(text);

        Assert.Equal((start, end, text), (ExportText.Moment(month.Start), ExportText.Moment(month.End), month.ToString()));
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("26-11")]
    [InlineData("2026-11-01")]
    [InlineData("9999-12")]
    [InlineData("1999-12")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_month_is_refused(string? text) => Assert.False(BillingMonth.TryParse(text, out _));

    [Theory]
    [InlineData(0, 9, 9, "0.000000000")]
    [InlineData(1, 9, 9, "0.000000001")]
    [InlineData(-1_500_000_000, 9, 0, "-1.5")]
    [InlineData(1_234_000, 15, 9, "0.000000001234")]
    [InlineData(42, 0, 0, "42")]
    [InlineData(42, 0, 2, "42.00")]
    public void Numbers_are_written_without_an_exponent(long digits, int scale, int least, string text) => Assert.Equal(text, new Exact(digits, scale).Text(least));

    private static bool IsTool(FocusRow row) => row.Meter is TokenMeter.ToolUses or TokenMeter.SeveralToolFees;
}
