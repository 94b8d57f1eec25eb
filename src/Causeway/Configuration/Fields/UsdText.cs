using System.Globalization;
using Causeway.Budgets.Pricing;

namespace Causeway.Configuration.Fields;

/// <summary>USD as they are written in a file, kept as nano-USD: no more than nine decimals.</summary>
internal static class UsdText
{
    /// <summary>Reads an amount.</summary>
    /// <param name="text">A decimal number without a mark or a plus.</param>
    /// <param name="least">The least that it may be, USD.</param>
    /// <param name="most">The most that it may be, USD.</param>
    /// <param name="nanoUsd">The amount.</param>
    /// <param name="outside">Why the number cannot be taken; null: it can, or it is no number.</param>
    public static bool TryRead(string text, decimal least, decimal most, out long nanoUsd, out string? outside)
    {
        (nanoUsd, outside) = (0, null);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal usd) || text.StartsWith('+'))
        {
            return false;
        }

        outside = usd < least ? string.Create(CultureInfo.InvariantCulture, $"is less than {least}")
            : usd > most ? string.Create(CultureInfo.InvariantCulture, $"is more than {most}")
            : usd * Rates.NanoPerUsd % 1 != 0 ? "has more than nine decimals"
            : null;
        nanoUsd = outside is null ? (long)(usd * Rates.NanoPerUsd) : 0;
        return outside is null;
    }
}
