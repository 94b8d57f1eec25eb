using System.Globalization;

namespace Causeway.Admin;

/// <summary>Reads spans and moments as people write them on a command line.</summary>
internal static class Moment
{
    public const string SpanForm = "a number with m, h or d, such as 45m, 12h or 30d";
    public const string Form = "a span such as 24h or 7d, a day such as 2026-11-23, or a time such as 2026-11-23T14:00:00Z";

    private const int MaxDays = 3650;

    private static readonly string[] s_forms =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>A moment as stores keep it, to the millisecond: what comes back from them can be compared with it.</summary>
    public static DateTimeOffset Kept(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());

    /// <summary>Reads <c>45m</c>, <c>12h</c>, <c>30d</c>: from a minute to ten years.</summary>
    public static bool TryParseSpan(string text, out TimeSpan span)
    {
        span = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        long minutes = count * (text[^1] switch { 'm' => 1L, 'h' => 60L, 'd' => 24 * 60L, _ => 0L });
        span = TimeSpan.FromMinutes(Math.Min(minutes, MaxDays * 24 * 60L));
        return minutes is > 0 and <= MaxDays * 24 * 60L;
    }

    /// <summary>Reads a moment of RFC 3339, or a day, which begins at midnight UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    /// <summary>As above, or a span that reaches back from now.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset moment)
    {
        if (TryParseSpan(text, out TimeSpan span))
        {
            moment = now - span;
            return true;
        }

        return TryParse(text, out moment);
    }
}
