using System.Globalization;

namespace Causeway.Shadow.Import;

/// <summary>Reads days, numbers and amounts as exports write them.</summary>
internal static class ExportValues
{
    private const long MaxSeconds = 253_402_300_799; // The end of the year 9999.

    private static readonly string[] s_days =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss 'UTC'", "yyyy-MM-dd HH:mm:ss.FFFFFFF 'UTC'",
        "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm", "MM/dd/yyyy", "M/d/yyyy", "MM/dd/yyyy HH:mm:ss", "yyyyMMdd",
    ];

    /// <summary>A moment: seconds since 1970, ISO 8601, or one of the forms that billing exports use. Without an offset it is UTC.</summary>
    public static bool TryTime(string? text, out DateTimeOffset time)
    {
        if (text is { Length: >= 9 and <= 12 } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= MaxSeconds)
        {
            time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return true;
        }

        return DateTimeOffset.TryParseExact(text, s_days, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>A number of something, 0 or more; decimals are cut off. Nothing is 0.</summary>
    public static bool TryCount(string? text, bool decimalComma, out long count)
    {
        count = 0;
        if (text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            return true;
        }

        if (!TryDecimal(text, decimalComma, out decimal value) || value is < 0 or > long.MaxValue)
        {
            return false;
        }

        count = (long)value;
        return true;
    }

    /// <summary>An amount in billionths. Negative ones are credits.</summary>
    public static bool TryNano(string? text, bool decimalComma, decimal scale, out long nano)
    {
        nano = 0;
        if (!TryDecimal(text, decimalComma, out decimal value) || Math.Abs(value) > 1_000_000_000m)
        {
            return false;
        }

        nano = (long)Math.Round(value * scale * 1_000_000_000m, MidpointRounding.AwayFromZero);
        return true;
    }

    private static bool TryDecimal(string? text, bool decimalComma, out decimal value)
    {
        value = 0;
        if (text is null)
        {
            return false;
        }

        text = text.Trim().TrimStart('$', '€', '£');
        int comma = text.LastIndexOf(',');
        int point = text.LastIndexOf('.');
        bool isComma = comma >= 0 && (point >= 0 ? comma > point : decimalComma);
        string plain = isComma
            ? text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.')
            : text.Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
