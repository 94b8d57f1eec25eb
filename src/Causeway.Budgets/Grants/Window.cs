using System.Globalization;

namespace Causeway.Budgets.Grants;

/// <summary>How a limit's time is cut.</summary>
public enum WindowKind : byte
{
    /// <summary>Never: the amount is for the grant's whole life.</summary>
    None,

    /// <summary>By the hour of the zone's standard time.</summary>
    Hour,

    /// <summary>By the day of the zone: 23 and 25 hours where clocks change.</summary>
    Day,

    /// <summary>By the week of the zone, from Monday.</summary>
    Week,

    /// <summary>By the month of the zone.</summary>
    Month,

    /// <summary>The last span before now, in buckets. Errs by at most one bucket, always on the strict side.</summary>
    Rolling,
}

/// <summary>
/// A limit's window. Windows are keys of balances, never counters that a job sets to zero: a request is booked in the window in which it was
/// reserved, whenever it ends.
/// </summary>
public sealed record Window
{
    /// <summary>Buckets of a rolling window.</summary>
    public const int Buckets = 30;

    private const long HourMs = 3_600_000;

    private static readonly TimeSpan s_shortestRolling = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestRolling = TimeSpan.FromDays(366);

    private readonly TimeZoneInfo _zone = TimeZoneInfo.Utc;

    private Window(WindowKind kind, TimeSpan length, string zone)
    {
        Kind = kind;
        Length = length;
        Zone = zone;
        _zone = zone == "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(zone);
    }

    /// <summary>How time is cut.</summary>
    public WindowKind Kind { get; }

    /// <summary>Of a rolling window its length; otherwise zero.</summary>
    public TimeSpan Length { get; }

    /// <summary>IANA name of the zone whose calendar cuts; <c>UTC</c> where none does.</summary>
    public string Zone { get; }

    /// <summary>How long it is, days, weeks and months as people count them: to say which of two windows is the longer.</summary>
    public TimeSpan Span => Kind switch
    {
        WindowKind.None => TimeSpan.MaxValue,
        WindowKind.Hour => TimeSpan.FromHours(1),
        WindowKind.Day => TimeSpan.FromDays(1),
        WindowKind.Week => TimeSpan.FromDays(7),
        WindowKind.Month => TimeSpan.FromDays(30),
        _ => Length,
    };

    /// <summary>The whole life of a grant.</summary>
    public static Window None { get; } = new(WindowKind.None, TimeSpan.Zero, "UTC");

    /// <summary>The last <paramref name="length"/> before now.</summary>
    public static Window Rolling(TimeSpan length) => new(WindowKind.Rolling, length, "UTC");

    /// <summary>Reads <c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, or a span such as <c>90m</c>, <c>24h</c>, <c>7d</c>, which rolls.</summary>
    /// <param name="text">The word.</param>
    /// <param name="zone">IANA name of the zone of calendar windows.</param>
    /// <param name="window">The window.</param>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    public static bool TryParse(string text, string zone, out Window window, out string problem)
    {
        window = None;
        problem = "";
        if (zone != "UTC" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            problem = $"\"{zone}\" is not a time zone that this machine knows; write an IANA name such as Europe/Berlin";
            return false;
        }

        WindowKind? kind = text switch
        {
            "none" => WindowKind.None,
            "hour" => WindowKind.Hour,
            "day" => WindowKind.Day,
            "week" => WindowKind.Week,
            "month" => WindowKind.Month,
            _ => null,
        };
        if (kind is { } calendar)
        {
            window = calendar == WindowKind.None ? None : new Window(calendar, TimeSpan.Zero, zone);
            return true;
        }

        if (TryParseSpan(text, out TimeSpan length))
        {
            window = Rolling(length);
            return true;
        }

        problem = $"\"{text}\" is not a window; write hour, day, week, month, none, or a span that rolls, such as 90m, 24h or 7d (1 minute to 366 days)";
        return false;
    }

    /// <summary>When the window (of a rolling one: the bucket) that holds a moment began, Unix milliseconds; 0 for <see cref="WindowKind.None"/>.</summary>
    public long StartOf(long nowMs) => Kind switch
    {
        WindowKind.None => 0,
        WindowKind.Rolling => nowMs - (nowMs % BucketMs),
        _ => StartOnCalendar(nowMs),
    };

    /// <summary>When the window (of a rolling one: the bucket) that began at <paramref name="startMs"/> ends, Unix milliseconds.</summary>
    public long EndOf(long startMs) => Kind switch
    {
        WindowKind.None => long.MaxValue,
        WindowKind.Rolling => startMs + BucketMs,
        _ => EndOnCalendar(startMs),
    };

    /// <summary>When what was booked in the window or bucket counts no longer, Unix milliseconds.</summary>
    public long CountsUntil(long startMs) => Kind == WindowKind.Rolling ? startMs + BucketMs + (long)Length.TotalMilliseconds : EndOf(startMs);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Kind switch
    {
        WindowKind.Rolling when Length.Ticks % TimeSpan.TicksPerDay == 0 => string.Create(CultureInfo.InvariantCulture, $"{Length.Days}d"),
        WindowKind.Rolling when Length.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{Length.TotalHours:0}h"),
        WindowKind.Rolling => string.Create(CultureInfo.InvariantCulture, $"{Length.TotalMinutes:0}m"),
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Equal cuts.</summary>
    public bool Equals(Window? other) => other is not null && Kind == other.Kind && Length == other.Length && Zone == other.Zone;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Length, Zone);

    private long BucketMs => Math.Max(1, (long)Length.TotalMilliseconds / Buckets);

    private static bool TryParseSpan(string text, out TimeSpan length)
    {
        length = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        long minutes = count * (text[^1] switch { 'm' => 1L, 'h' => 60L, 'd' => 1440L, _ => 0L });
        length = TimeSpan.FromMinutes(Math.Min(minutes, (long)s_longestRolling.TotalMinutes + 1));
        return length >= s_shortestRolling && length <= s_longestRolling;
    }

    private long StartOnCalendar(long nowMs)
    {
        if (Kind == WindowKind.Hour)
        {
            // Cut by the zone's own offset, summer or not: an hour's name comes twice when clocks go back, and some go back by half of one.
            long offset = (long)_zone.BaseUtcOffset.TotalMilliseconds;
            return nowMs - ((((nowMs + offset) % HourMs) + HourMs) % HourMs);
        }

        DateTime day = LocalDay(nowMs);
        long start = Instant(FirstDay(day));
        long end = Instant(NextFirstDay(day));
        return nowMs < end ? start : end; // Where clocks go back over midnight, the new day goes on.
    }

    private long EndOnCalendar(long startMs) =>
        Kind == WindowKind.Hour ? startMs + HourMs
        // Noon of the first day: no zone changes its clocks by so much that this would be another day.
        : Instant(NextFirstDay(LocalDay(startMs + (12 * HourMs))));

    private DateTime LocalDay(long atMs) => DateTime.UnixEpoch.AddMilliseconds(atMs + OffsetAt(atMs)).Date;

    private DateTime FirstDay(DateTime day) => Kind switch
    {
        WindowKind.Day => day,
        WindowKind.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        _ => new DateTime(day.Year, day.Month, 1),
    };

    private DateTime NextFirstDay(DateTime day) => Kind switch
    {
        WindowKind.Day => day.AddDays(1),
        WindowKind.Week => FirstDay(day).AddDays(7),
        _ => FirstDay(day).AddMonths(1),
    };

    private long Instant(DateTime day) => ZoneDays.FirstMomentOf(day, _zone);

    private long OffsetAt(long atMs) => ZoneDays.OffsetAt(atMs, _zone);
}
