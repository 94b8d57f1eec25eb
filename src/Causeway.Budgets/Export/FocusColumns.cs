using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Labels;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Export;

/// <summary>
/// The columns of an export: FOCUS 1.3 (https://focus.finops.org), with <c>ProviderName</c> and <c>PublisherName</c> of 1.2 for readers that know no
/// later one. docs/focus.md says what is in each.
/// </summary>
public static class FocusColumns
{
    private const string Unknown = "unknown";
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<ExportColumn<FocusRow>> All { get; } =
    [
        new TimeColumn<FocusRow>("BillingPeriodStart", row => row.Month.Start),
        new TimeColumn<FocusRow>("BillingPeriodEnd", row => row.Month.End),
        new TimeColumn<FocusRow>("ChargePeriodStart", row => row.Hour),
        new TimeColumn<FocusRow>("ChargePeriodEnd", row => row.Hour.AddHours(1)),
        Usd("BilledCost", 9, row => row.Cost),
        Usd("EffectiveCost", 9, row => row.Cost),
        Usd("ListCost", 21, row => row.ListCost),
        Usd("ContractedCost", 21, row => row.ListCost),
        Usd("ListUnitPrice", 15, row => row.UnitPrice),
        Usd("ContractedUnitPrice", 15, row => row.UnitPrice),
        new TextColumn<FocusRow>("BillingCurrency", _ => "USD"),
        new TextColumn<FocusRow>("BillingAccountId", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("BillingAccountName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("BillingAccountType", _ => "Provider"),
        new TextColumn<FocusRow>("SubAccountId", row => row.Team),
        new TextColumn<FocusRow>("SubAccountName", row => row.Team),
        new TextColumn<FocusRow>("SubAccountType", row => row.Team is null ? null : "Team"),
        new TextColumn<FocusRow>("ChargeCategory", row => row.Adjustment is null ? "Usage" : "Adjustment"),
        new TextColumn<FocusRow>("ChargeClass", row => row.IsCorrection ? "Correction" : null),
        new TextColumn<FocusRow>("ChargeFrequency", row => row.Adjustment is null ? "Usage-Based" : "One-Time"),
        new TextColumn<FocusRow>("ChargeDescription", Description),
        new NumberColumn<FocusRow>("ConsumedQuantity", 0, 0, row => row.ConsumedQuantity),
        new TextColumn<FocusRow>("ConsumedUnit", row => row.ConsumedUnit),
        new NumberColumn<FocusRow>("PricingQuantity", 6, 0, row => row.PricingQuantity),
        new TextColumn<FocusRow>("PricingUnit", row => row.PricingUnit),
        new TextColumn<FocusRow>("PricingCategory", row => row.Meter is null ? null : row.UnitPrice is null || row.Meter is TokenMeter.SeveralPrices or TokenMeter.SeveralToolFees ? "Other" : "Standard"),
        new TextColumn<FocusRow>("ServiceCategory", _ => "AI and Machine Learning"),
        new TextColumn<FocusRow>("ServiceSubcategory", _ => "Generative AI"),
        new TextColumn<FocusRow>("ServiceName", _ => "Inference"),
        new TextColumn<FocusRow>("ServiceProviderName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("HostProviderName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("ProviderName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("PublisherName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("InvoiceIssuerName", row => row.Provider ?? Unknown),
        new TextColumn<FocusRow>("RegionId", row => row.Region),
        new TextColumn<FocusRow>("RegionName", row => row.Region),
        new TextColumn<FocusRow>("ResourceId", row => row.Grant?.ToString()),
        new TextColumn<FocusRow>("ResourceName", row => row.Holder),
        new TextColumn<FocusRow>("ResourceType", row => row.Grant is null ? null : "Grant"),
        new TextColumn<FocusRow>("SkuId", SkuId),
        new TextColumn<FocusRow>("SkuPriceId", SkuPriceId),
        new TextColumn<FocusRow>("SkuMeter", row => row.Meter?.Word()),
        new TextColumn<FocusRow>("SkuPriceDetails", row => SkuPriceId(row) is null ? null : Json([("x_ModelId", row.Model)])),
        new TextColumn<FocusRow>("Tags", row => Json([("feature", row.Feature), ("env", row.Environment), ("data_class", row.DataClass), ("cost_centre", row.CostCentre), .. RequestTags.Each(row.Tags).Select(tag => ("tag/" + tag.Name, (string?)tag.Value))])),
        new TextColumn<FocusRow>("x_UsageSource", row => row.Source is { } source ? Word(source) : null),
        Usd("x_OverrunCost", 9, row => Exact.Usd(row.OverrunNanoUsd)),
    ];

    private static NumberColumn<FocusRow> Usd(string name, int scale, Func<FocusRow, Exact?> value) => new(name, scale, 9, value);

    private static string Description(FocusRow row) => row.Adjustment ?? $"{row.Meter!.Value.Word()} of {row.Model} at {row.Provider ?? Unknown}";

    private static string? SkuId(FocusRow row) => row.Meter is { } meter ? $"{row.Provider ?? Unknown}/{row.Model}/{meter.Word()}" : null;

    // A price's id has to mean one unit price: the price is a part of it.
    private static string? SkuPriceId(FocusRow row) => row.UnitPrice is { } price ? $"{SkuId(row)}/{price.Text(0)}" : null;

    private static string Word(UsageSource source) => source switch
    {
        UsageSource.Provider => "provider",
        UsageSource.Counted => "counted",
        UsageSource.Estimated => "estimated",
        UsageSource.Unmetered => "unmetered",
        _ => "none",
    };

    // FOCUS's key-value format is a JSON object of plain values.
    private static string Json(IEnumerable<(string Key, string? Value)> pairs)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, s_json))
        {
            json.WriteStartObject();
            foreach ((string key, string? value) in pairs)
            {
                if (value is not null)
                {
                    json.WriteString(key, value);
                }
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }
}
