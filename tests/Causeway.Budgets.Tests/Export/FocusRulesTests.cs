using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Budgets.Export;
using Causeway.Budgets.Ledger;
using CsCheck;

namespace Causeway.Budgets.Tests.Export;

/// <summary>
/// FOCUS's own rules for a cost and usage dataset (specification/columns and specification/attributes of FOCUS_Spec, 1.2 and 1.3), over rows of every
/// sort. The one rule that is broken on purpose is that a cost is never null: a model without a price is unpriced, not free.
/// </summary>
public sealed partial class FocusRulesTests
{
    private static readonly string[] s_mandatory =
    [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass",
        "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity",
        "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "ServiceProviderName", "HostProviderName",
    ];

    private static readonly string[] s_neverNull =
    [
        "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory",
        "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ChargeFrequency", "InvoiceIssuerName", "ProviderName", "PublisherName",
        "ServiceCategory", "ServiceSubcategory", "ServiceName", "ServiceProviderName", "HostProviderName", "x_OverrunCost",
    ];

    [Fact]
    public void Every_mandatory_column_is_there_once_and_the_others_are_known_or_marked()
    {
        string[] names = [.. FocusColumns.All.Select(column => column.Name)];

        Assert.Empty(s_mandatory.Except(names));
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches(name.StartsWith("x_", StringComparison.Ordinal) ? "^x_[A-Z][A-Za-z]+$" : "^[A-Z][A-Za-z]+$", name));
    }

    [Fact]
    public void Every_row_keeps_the_rules() => Used.Any.Array[1, 30].Sample(usage =>
    {
        FocusRow[] rows = [.. Used.Rows(usage), Adjustment(Used.November.Start.AddMinutes(-1)), Adjustment(Used.November.Start.AddMinutes(1))];
        foreach (FocusRow row in rows)
        {
            Check(row);
        }
    });

    private static FocusRow Adjustment(DateTimeOffset reserved) => Used.New().Of(
        new LedgerEvent(LedgerEventKind.Adjusted, Used.Noon.ToUnixTimeMilliseconds()) { Request = Guid.CreateVersion7(reserved), Grant = Used.Grant, ReservedAtMs = reserved.ToUnixTimeMilliseconds(), Booked = new Amounts(5, 0, 0), Reason = "reported late" },
        null);

    private static void Check(FocusRow row)
    {
        Assert.All(s_neverNull, column => Assert.False(string.IsNullOrEmpty(row.In(column)), column));
        foreach (ExportColumn<FocusRow> column in FocusColumns.All)
        {
            string? text = row.In(column.Name);
            Assert.True(text is null || column is TextColumn<FocusRow> || (column is TimeColumn<FocusRow> ? Moment() : Number()).IsMatch(text), $"{column.Name}: {text}");
            Assert.NotEqual("", text); // StringHandling: what is not there is null, not an empty text.
        }

        bool usage = row.In("ChargeCategory") == "Usage";
        bool priced = row.In("ListUnitPrice") is not null;
        Assert.Contains(row.In("ChargeCategory"), (string[])["Usage", "Adjustment"]);
        Assert.Contains(row.In("ChargeFrequency"), usage ? (string[])["Usage-Based"] : ["One-Time"]);
        Assert.Equal("USD", row.In("BillingCurrency"));
        Assert.Equal(("AI and Machine Learning", "Generative AI"), (row.In("ServiceCategory"), row.In("ServiceSubcategory")));

        // ChargeClass: "Correction" of a billing period before, else null; also for what is corrected within its period.
        DateTimeOffset hour = Time(row, "ChargePeriodStart");
        Assert.Equal(hour < Time(row, "BillingPeriodStart") ? "Correction" : null, row.In("ChargeClass"));
        Assert.Equal(hour.AddHours(1), Time(row, "ChargePeriodEnd"));
        Assert.True(row.In("ChargeClass") is not null || Time(row, "ChargePeriodEnd") <= Time(row, "BillingPeriodEnd"));
        Assert.Equal(Time(row, "BillingPeriodStart").AddMonths(1), Time(row, "BillingPeriodEnd"));

        // Costs: all of them or none, and the products are exact.
        string[] costs = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];
        Assert.All(costs, cost => Assert.Equal(row.In("BilledCost") is null, row.In(cost) is null));
        Assert.Equal(!usage || priced, row.In("BilledCost") is not null);
        Assert.Equal(row.In("BilledCost"), row.In("EffectiveCost"));
        if (priced)
        {
            decimal quantity = Decimal(row, "PricingQuantity");
            Assert.Equal(Decimal(row, "ListUnitPrice") * quantity, Decimal(row, "ListCost"));
            Assert.Equal(Decimal(row, "ContractedUnitPrice") * quantity, Decimal(row, "ContractedCost"));
            Assert.True(Decimal(row, "ListUnitPrice") >= 0);
        }

        // Quantities: positive with a unit for usage, none otherwise.
        foreach ((string quantity, string unit) in (ReadOnlySpan<(string, string)>)[("ConsumedQuantity", "ConsumedUnit"), ("PricingQuantity", "PricingUnit")])
        {
            Assert.Equal(usage, row.In(quantity) is not null);
            Assert.Equal(usage, row.In(unit) is not null);
            Assert.True(!usage || Decimal(row, quantity) > 0);
            Assert.True(row.In(unit) is null or "Tokens" or "Units" or "Requests" or "1000000 Tokens"); // UnitFormat
        }

        // PricingCategory and the SKU's columns hang on each other.
        Assert.Equal(usage, row.In("PricingCategory") is "Standard" or "Other");
        Assert.Equal(row.In("SkuId") is null, row.In("SkuMeter") is null);
        Assert.Equal(priced, row.In("SkuPriceId") is not null);
        Assert.Equal(row.In("SkuPriceId") is null, row.In("SkuPriceDetails") is null);
        Assert.True(!usage || row.In("SkuId") is not null);

        // What has an id has a name and a type, and what has none has neither.
        Assert.Equal(row.In("ResourceId") is null, row.In("ResourceType") is null);
        Assert.Equal(row.In("SubAccountId") is null, row.In("SubAccountName") is null);
        Assert.Equal(row.In("SubAccountId") is null, row.In("SubAccountType") is null);
        Assert.Equal(row.In("RegionId") is null, row.In("RegionName") is null);

        // KeyValueFormat: an object of plain values.
        foreach (string? json in (ReadOnlySpan<string?>)[row.In("Tags"), row.In("SkuPriceDetails")])
        {
            Assert.True(json is null || JsonDocument.Parse(json).RootElement.EnumerateObject().All(pair => pair.Value.ValueKind == JsonValueKind.String));
        }
    }

    private static DateTimeOffset Time(FocusRow row, string column) => DateTimeOffset.Parse(row.In(column)!, CultureInfo.InvariantCulture);

    private static decimal Decimal(FocusRow row, string column) => decimal.Parse(row.In(column)!, CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", RegexOptions.NonBacktracking)]
    private static partial Regex Moment();

    // NumericFormat: digits, a sign, a point; no thousands, no currency, no exponent here.
    [GeneratedRegex("^-?[0-9]+(\\.[0-9]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
