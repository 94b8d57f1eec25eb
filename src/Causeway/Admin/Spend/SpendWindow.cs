namespace Causeway.Admin.Spend;

/// <summary>A window of whole hours, UTC: those that hold any part of what was asked for.</summary>
/// <param name="Since">The beginning of an hour.</param>
/// <param name="Until">The end of an hour, not included; null: still open.</param>
internal sealed record SpendWindow(DateTimeOffset Since, DateTimeOffset? Until)
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>The last moment inside, as the store asks for it.</summary>
    public DateTimeOffset? Last => Until?.AddTicks(-1);

    public static SpendWindow Of(DateTimeOffset since, DateTimeOffset? until)
    {
        DateTimeOffset begin = Floor(since);
        return new SpendWindow(begin, until is not { } end ? null : Floor(end) == end ? end : Floor(end) + s_hour);
    }

    private static DateTimeOffset Floor(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % s_hour.Ticks), TimeSpan.Zero);
}
