using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Export;

/// <summary>A column of an export.</summary>
/// <param name="Name">Its id in FOCUS; those that FOCUS does not know begin with <c>x_</c>.</param>
public abstract record FocusColumn(string Name)
{
    /// <summary>Writes ISO 8601, UTC, as FOCUS's date and time format asks for.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A column of text.</summary>
/// <param name="Name">As above.</param>
/// <param name="Value">A row's text; null: it has none.</param>
public sealed record TextColumn(string Name, Func<FocusRow, string?> Value) : FocusColumn(Name);

/// <summary>A column of moments.</summary>
/// <param name="Name">As above.</param>
/// <param name="Value">A row's moment.</param>
public sealed record TimeColumn(string Name, Func<FocusRow, DateTimeOffset> Value) : FocusColumn(Name);

/// <summary>A column of exact numbers.</summary>
/// <param name="Name">As above.</param>
/// <param name="Scale">Digits behind the point at most.</param>
/// <param name="Digits">Digits behind the point at least, in text.</param>
/// <param name="Value">A row's number; null: it has none.</param>
public sealed record NumberColumn(string Name, int Scale, int Digits, Func<FocusRow, Exact?> Value) : FocusColumn(Name);

/// <summary>
/// The columns of an export: FOCUS 1.3 (https://focus.finops.org), with <c>ProviderName</c> and <c>PublisherName</c> of 1.2 for readers that know no
/// later one. docs/focus.md says what is in each.
/// </summary>
public static class FocusColumns
{
    private const string Unknown = "unknown";
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<FocusColumn> All { get; } =
    [
        new TimeColumn("BillingPeriodStart", row => row.Month.Start),
        new TimeColumn("BillingPeriodEnd", row => row.Month.End),
        new TimeColumn("ChargePeriodStart", row => row.Hour),
        new TimeColumn("ChargePeriodEnd", row => row.Hour.AddHours(1)),
        Usd("BilledCost", 9, row => row.Cost),
        Usd("EffectiveCost", 9, row => row.Cost),
        Usd("ListCost", 21, row => row.ListCost),
        Usd("ContractedCost", 21, row => row.ListCost),
        Usd("ListUnitPrice", 15, row => row.UnitPrice),
        Usd("ContractedUnitPrice", 15, row => row.UnitPrice),
        new TextColumn("BillingCurrency", _ => "USD"),
        new TextColumn("BillingAccountId", row => row.Provider ?? Unknown),
        new TextColumn("BillingAccountName", row => row.Provider ?? Unknown),
        new TextColumn("BillingAccountType", _ => "Provider"),
        new TextColumn("SubAccountId", row => row.Team),
        new TextColumn("SubAccountName", row => row.Team),
        new TextColumn("SubAccountType", row => row.Team is null ? null : "Team"),
        new TextColumn("ChargeCategory", row => row.Adjustment is null ? "Usage" : "Adjustment"),
        new TextColumn("ChargeClass", row => row.IsCorrection ? "Correction" : null),
        new TextColumn("ChargeFrequency", row => row.Adjustment is null ? "Usage-Based" : "One-Time"),
        new TextColumn("ChargeDescription", Description),
        new NumberColumn("ConsumedQuantity", 0, 0, row => row.ConsumedQuantity),
        new TextColumn("ConsumedUnit", row => row.ConsumedUnit),
        new NumberColumn("PricingQuantity", 6, 0, row => row.PricingQuantity),
        new TextColumn("PricingUnit", row => row.PricingUnit),
        new TextColumn("PricingCategory", row => row.Meter is null ? null : row.UnitPrice is null || row.Meter == TokenMeter.SeveralPrices ? "Other" : "Standard"),
        new TextColumn("ServiceCategory", _ => "AI and Machine Learning"),
        new TextColumn("ServiceSubcategory", _ => "Generative AI"),
        new TextColumn("ServiceName", _ => "Inference"),
        new TextColumn("ServiceProviderName", row => row.Provider ?? Unknown),
        new TextColumn("HostProviderName", row => row.Provider ?? Unknown),
        new TextColumn("ProviderName", row => row.Provider ?? Unknown),
        new TextColumn("PublisherName", row => row.Provider ?? Unknown),
        new TextColumn("InvoiceIssuerName", row => row.Provider ?? Unknown),
        new TextColumn("RegionId", row => row.Region),
        new TextColumn("RegionName", row => row.Region),
        new TextColumn("ResourceId", row => row.Grant?.ToString()),
        new TextColumn("ResourceName", row => row.Holder),
        new TextColumn("ResourceType", row => row.Grant is null ? null : "Grant"),
        new TextColumn("SkuId", SkuId),
        new TextColumn("SkuPriceId", SkuPriceId),
        new TextColumn("SkuMeter", row => row.Meter?.Word()),
        new TextColumn("SkuPriceDetails", row => SkuPriceId(row) is null ? null : Json([("x_ModelId", row.Model)])),
        new TextColumn("Tags", row => Json([("feature", row.Feature), ("env", row.Environment), ("data_class", row.DataClass)])),
        new TextColumn("x_UsageSource", row => row.Source is { } source ? Word(source) : null),
        Usd("x_OverrunCost", 9, row => Exact.Usd(row.OverrunNanoUsd)),
    ];

    private static NumberColumn Usd(string name, int scale, Func<FocusRow, Exact?> value) => new(name, scale, 9, value);

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
