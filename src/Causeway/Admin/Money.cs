using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Pricing;

namespace Causeway.Admin;

/// <summary>Money as text. Exact: a double would not be.</summary>
internal static class Money
{
    /// <summary>Nano-USD as USD with all nine decimals: <c>0.001234000</c>.</summary>
    public static string Usd(long nanoUsd) => ((decimal)nanoUsd / Rates.NanoPerUsd).ToString("0.000000000", CultureInfo.InvariantCulture);

    /// <summary>USD as nano-USD; what is less than one is cut off.</summary>
    public static long Nano(decimal usd) => (long)(usd * Rates.NanoPerUsd);

    /// <summary>A rate as USD per million tokens, without needless zeros: <c>2.5</c>.</summary>
    public static string Rate(long nanoUsd) => Limit.Write(Meter.Usd, nanoUsd);
}
