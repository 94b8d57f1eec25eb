namespace Causeway.Admin.Spend;

/// <summary>A window of whole hours, UTC: those that hold any part of what was asked for.</summary>
/// <param name="Since">The beginning of an hour.</param>
/// <param name="Until">The end of an hour, not included; null: still open.</param>
internal sealed record SpendWindow(DateTimeOffset Since, DateTimeOffset? Until)
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>The last moment inside, as the store asks for it.</summary>
    public DateTimeOffset? Last => Until?.AddTicks(-1);

    /// <summary>Where the window before this one begins, if that is not as long before as this one is long: months differ.</summary>
    public DateTimeOffset? PreviousSince { get; init; }

    public static SpendWindow Of(DateTimeOffset since, DateTimeOffset? until)
    {
        DateTimeOffset begin = Floor(since);
        return new SpendWindow(begin, until is { } end ? Ceiling(end) : null);
    }

    /// <summary>The window before this one, as long as this one has lasted. The hour that is under way counts as a whole one.</summary>
    public SpendWindow Before(DateTimeOffset now)
    {
        DateTimeOffset end = Until is { } until && until < now ? until : Ceiling(now);
        DateTimeOffset since = Floor(PreviousSince ?? Since - (end - Since));
        DateTimeOffset last = since + (end - Since);
        return new SpendWindow(since, last < Since ? last : Since);
    }

    private static DateTimeOffset Floor(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % s_hour.Ticks), TimeSpan.Zero);

    private static DateTimeOffset Ceiling(DateTimeOffset moment) => Floor(moment) == moment ? moment : Floor(moment) + s_hour;
}
