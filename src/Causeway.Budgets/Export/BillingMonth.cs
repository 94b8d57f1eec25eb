using System.Globalization;

namespace Causeway.Budgets.Export;

/// <summary>A calendar month, UTC: the billing period of an export.</summary>
/// <param name="Start">Its first moment.</param>
public sealed record BillingMonth(DateTimeOffset Start)
{
    /// <summary>How it is written.</summary>
    public const string Form = "a month such as 2026-11";

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset End => Start.AddMonths(1);

    /// <summary>The month that holds a moment.</summary>
    public static BillingMonth Of(DateTimeOffset moment) => new(new DateTimeOffset(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Reads <c>2026-11</c>, from 2000 on.</summary>
    public static bool TryParse(string? text, out BillingMonth month)
    {
        bool reads = DateTimeOffset.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset start);
        month = new BillingMonth(start);
        return reads && start.Year is >= 2000 and < 9999;
    }

    /// <inheritdoc/>
    public override string ToString() => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
