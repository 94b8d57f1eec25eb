using System.Globalization;
using Causeway.Budgets.Pricing;

namespace Causeway.Commands;

/// <summary>Numbers as people read them. Exact ones are in <c>--json</c> and <c>--csv</c>.</summary>
internal static class Figures
{
    /// <summary><c>$1,234.50</c>, <c>$0.1234</c>, <c>$0.0012</c>, <c>$0.0000069</c>; null: <c>unpriced</c>, which is not free.</summary>
    public static string Cost(long? nanoUsd) => nanoUsd switch
    {
        null => "unpriced",
        0 => "$0",
        < Rates.NanoPerUsd / 100 => "$" + TwoDigits((decimal)nanoUsd.Value / Rates.NanoPerUsd),
        < Rates.NanoPerUsd => ((decimal)nanoUsd.Value / Rates.NanoPerUsd).ToString("$0.0000", CultureInfo.InvariantCulture),
        _ => ((decimal)nanoUsd.Value / Rates.NanoPerUsd).ToString("$#,0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>A bound as the API tells it, <c>0.500000000</c>, without needless zeros: <c>$0.5</c>.</summary>
    public static string Bound(string usd) => "$" + usd.TrimEnd('0').TrimEnd('.');

    /// <summary><c>999</c>, <c>12.3k</c>, <c>4.5M</c>, <c>6.7B</c>.</summary>
    public static string Tokens(long count) => count switch
    {
        < 1_000 => Count(count),
        < 999_950 => Scaled(count, 1_000, "k"),
        < 999_950_000 => Scaled(count, 1_000_000, "M"),
        _ => Scaled(count, 1_000_000_000, "B"),
    };

    /// <summary><c>1,234</c></summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>1 request</c>, <c>1,234 requests</c></summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="more">What more or none of them are called; null: as one, with an s.</param>
    public static string Plural(long count, string one, string? more = null) => $"{Count(count)} {(count == 1 ? one : more ?? one + "s")}";

    /// <summary><c>42%</c>, <c>&lt;1%</c></summary>
    public static string Share(double share) => share is > 0 and < 0.01 ? "<1%" : share.ToString("0%", CultureInfo.InvariantCulture);

    /// <summary><c>2026-11-23 14:05 UTC</c>; null: the word given.</summary>
    public static string Time(DateTimeOffset? moment, string otherwise = "") =>
        moment is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : otherwise;

    /// <summary><c>3d 4h</c>, <c>4h 5m</c>, <c>5m</c>, <c>12s</c></summary>
    public static string Span(TimeSpan span) =>
        span.TotalDays >= 1 ? $"{(int)span.TotalDays}d {span.Hours}h"
        : span.TotalHours >= 1 ? $"{span.Hours}h {span.Minutes}m"
        : span.TotalMinutes >= 1 ? $"{span.Minutes}m"
        : $"{span.Seconds}s";

    // Two digits that count: one request of a small model costs less than a ten-thousandth of a dollar.
    private static string TwoDigits(decimal usd)
    {
        int decimals = 2;
        for (decimal scaled = usd * 100; scaled < 10; scaled *= 10)
        {
            decimals++;
        }

        return Math.Round(usd, Math.Min(decimals, 9)).ToString("0.#########", CultureInfo.InvariantCulture);
    }

    private static string Scaled(long count, long unit, string suffix) => ((decimal)count / unit).ToString("#,0.0", CultureInfo.InvariantCulture) + suffix;
}
