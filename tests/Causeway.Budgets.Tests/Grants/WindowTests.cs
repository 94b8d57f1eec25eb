using System.Globalization;
using Causeway.Budgets.Grants;
using CsCheck;

namespace Causeway.Budgets.Tests.Grants;

public sealed class WindowTests
{
    private const long Hour = 3_600_000;

    // Noon of a day by the zone's clock, and how many hours that day, its week and its month have.
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T10:00Z", "day", "2026-03-28T23:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T11:00Z", "day", "2026-10-24T22:00Z", 25)]
    [InlineData("Europe/Berlin", "2026-03-29T10:00Z", "week", "2026-03-22T23:00Z", 167)]
    [InlineData("Europe/Berlin", "2026-10-25T11:00Z", "month", "2026-09-30T22:00Z", (31 * 24) + 1)]
    [InlineData("America/New_York", "2026-03-08T16:00Z", "day", "2026-03-08T05:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T17:00Z", "day", "2026-11-01T04:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-04-24T10:00Z", "day", "2026-04-23T22:00Z", 23)]
    [InlineData("Africa/Cairo", "2026-10-29T10:00Z", "day", "2026-10-28T21:00Z", 25)]
    [InlineData("America/Asuncion", "2023-10-01T15:00Z", "day", "2023-10-01T04:00Z", 23)]
    [InlineData("America/Asuncion", "2023-03-25T15:00Z", "day", "2023-03-25T03:00Z", 25)]
    [InlineData("America/Havana", "2025-11-02T17:00Z", "day", "2025-11-02T04:00Z", 25)]
    [InlineData("America/Havana", "2025-03-09T16:00Z", "day", "2025-03-09T05:00Z", 23)]
    [InlineData("Australia/Lord_Howe", "2026-04-05T02:00Z", "day", "2026-04-04T13:00Z", 24.5)]
    [InlineData("Asia/Kathmandu", "2026-04-05T06:15Z", "day", "2026-04-04T18:15Z", 24)]
    [InlineData("UTC", "2028-02-29T12:00Z", "day", "2028-02-29T00:00Z", 24)]
    [InlineData("UTC", "2028-02-29T12:00Z", "month", "2028-02-01T00:00Z", 29 * 24)]
    [InlineData("UTC", "2026-02-28T23:59Z", "month", "2026-02-01T00:00Z", 28 * 24)]
    [InlineData("UTC", "2026-12-31T23:59Z", "month", "2026-12-01T00:00Z", 31 * 24)]
    [InlineData("UTC", "2027-01-01T00:00Z", "week", "2026-12-28T00:00Z", 168)]
    [InlineData("UTC", "2026-03-09T00:00Z", "week", "2026-03-09T00:00Z", 168)]
    [InlineData("UTC", "2026-03-08T23:59Z", "week", "2026-03-02T00:00Z", 168)]
    public void A_calendar_is_the_zones_own(string zone, string at, string window, string start, double hours)
    {
        Window cut = Parsed(window, zone);

        long began = cut.StartOf(Ms(at));

        Assert.Equal(Ms(start), began);
        Assert.Equal((long)(hours * Hour), cut.EndOf(began) - began);
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    public void In_every_zone_windows_follow_one_another_without_a_gap_and_without_an_overlap(string window)
    {
        TimeZoneInfo[] zones = [.. TimeZoneInfo.GetSystemTimeZones()];
        long from = Ms("2024-01-01T00:00Z");
        long until = Ms("2032-01-01T00:00Z");

        Gen.Select(Gen.Int[0, zones.Length - 1], Gen.Long[from, until]).Sample(
            (zone, at) => Follows(Parsed(window, zones[zone].Id), at),
            iter: 4_000,
            print: sample => string.Create(CultureInfo.InvariantCulture, $"{zones[sample.Item1].Id} {DateTimeOffset.FromUnixTimeMilliseconds(sample.Item2):O}"));
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    public void About_every_change_of_clocks_windows_follow_one_another(string window)
    {
        string[] zones =
        [
            "Europe/Berlin", "America/New_York", "America/Asuncion", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca",
            "America/Santiago", "Atlantic/Azores", "Pacific/Chatham", "America/St_Johns", "Asia/Gaza", "Antarctica/Troll",
        ];
        foreach (string name in zones)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
            Window cut = Parsed(window, name);
            for (long day = Ms("2024-03-01T00:00Z"); day < Ms("2025-12-01T00:00Z"); day += 24 * Hour)
            {
                if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(day)) != zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(day + (24 * Hour))))
                {
                    for (long near = day - (2 * Hour); near < day + (26 * Hour); near += Hour / 4)
                    {
                        Assert.True(Follows(cut, near), $"{name} {window} {DateTimeOffset.FromUnixTimeMilliseconds(near):O}");
                    }
                }
            }
        }
    }

    [Fact]
    public void An_hour_that_comes_twice_is_two_windows()
    {
        Window hour = Parsed("hour", "Europe/Berlin");

        Assert.Equal(Ms("2026-10-25T00:00Z"), hour.StartOf(Ms("2026-10-25T00:59Z")));
        Assert.Equal(Ms("2026-10-25T01:00Z"), hour.StartOf(Ms("2026-10-25T01:00Z")));
    }

    [Fact]
    public void An_hour_of_a_zone_with_odd_minutes_begins_by_its_clock() =>
        Assert.Equal(Ms("2026-04-05T05:15Z"), Parsed("hour", "Asia/Kathmandu").StartOf(Ms("2026-04-05T06:00Z")));

    [Fact]
    public void A_rolling_window_counts_for_its_length_and_at_most_a_bucket_more() =>
        Gen.Select(Gen.Int[1, 500_000], Gen.Long[0, Ms("2100-01-01T00:00Z")]).Sample((minutes, at) =>
        {
            var window = Window.Rolling(TimeSpan.FromMinutes(minutes));
            long length = minutes * 60_000L;
            long start = window.StartOf(at);
            long until = window.CountsUntil(start);
            return start <= at && at < window.EndOf(start) && until - at > length - 1 && until - at <= length + (length / Window.Buckets) && window.StartOf(window.EndOf(start)) == window.EndOf(start);
        });

    [Theory]
    [InlineData("none")]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    [InlineData("1m")]
    [InlineData("90m")]
    [InlineData("24h", "1d")]
    [InlineData("36h")]
    [InlineData("7d")]
    [InlineData("366d")]
    public void A_window_is_read_as_it_is_written(string text, string? written = null)
    {
        Window window = Parsed(text, "UTC");

        Assert.Equal(written ?? text, window.ToString());
        Assert.Equal(window, Parsed(window.ToString(), "UTC"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("-1h")]
    [InlineData("+1h")]
    [InlineData("1.5h")]
    [InlineData("1 h")]
    [InlineData("30s")]
    [InlineData("367d")]
    [InlineData("527041m")]
    [InlineData("99999999999d")]
    [InlineData("2147483647d")]
    [InlineData("year")]
    [InlineData("Day")]
    [InlineData("day ")]
    [InlineData("1M")]
    public void What_is_no_window_is_said_to_be_none(string text)
    {
        Assert.False(Window.TryParse(text, "UTC", out Window window, out string problem));
        Assert.Equal(Window.None, window);
        Assert.Contains("is not a window", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/Berlin\0")]
    public void What_is_no_zone_is_said_to_be_none(string zone)
    {
        Assert.False(Window.TryParse("day", zone, out _, out string problem));
        Assert.Contains("is not a time zone", problem, StringComparison.Ordinal);
    }

    private static bool Follows(Window window, long at)
    {
        long start = window.StartOf(at);
        long end = window.EndOf(start);
        return start <= at && at < end && window.StartOf(start) == start && window.StartOf(end - 1) == start && window.StartOf(end) == end;
    }

    private static Window Parsed(string text, string zone) => Window.TryParse(text, zone, out Window window, out string problem) ? window : throw new FormatException(problem);

    private static long Ms(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
