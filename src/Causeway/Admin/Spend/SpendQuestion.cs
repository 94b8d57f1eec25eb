using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Spend;

/// <summary>What <c>GET /spend</c> is asked.</summary>
internal sealed record SpendQuestion
{
    public const string Previous = "previous";

    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 24h when left out. Windows are whole hours.");
    private static readonly QueryParameter s_until = new("until", "Where to end, in the same forms; open when left out.");
    private static readonly QueryParameter s_window = new("window", "A window of the calendar, in place of since and until.") { Allowed = CalendarWindow.Names };
    private static readonly QueryParameter s_zone = new("tz", "The time zone of days and of the calendar, by its name in the time zone database: Europe/Berlin. UTC when left out. Its days are those hours, UTC, that hold a part of them.") { Longest = 64 };
    private static readonly QueryParameter s_compare = new("compare", "previous: beside each row what it was in the window before, as long as this one has lasted, and what changed most. Not with hour and day.") { Allowed = [Previous] };
    private static readonly QueryParameter s_forecast = new("forecast", "true: what the window will have cost at its end, where that is yet to come.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_top = new("top", "Only so many groups, the dearest; one row stands for all others. Of hour and day all are shown.") { Count = (1, 10_000, 10_000) };

    private static readonly (QueryParameter Parameter, SpendDimension Dimension)[] s_where =
    [
        (new("team", "Only this team's."), SpendDimension.Team),
        (new("feature", "Only this feature's."), SpendDimension.Feature),
        (new("env", "Only this environment's."), SpendDimension.Environment),
        (new("cost_centre", "Only what is charged to this cost centre; empty: to none."), SpendDimension.CostCentre),
        (new("model", "Only what this model answered."), SpendDimension.Model),
        (new("provider", "Only what this provider answered."), SpendDimension.Provider),
        (new("key", "Only this key's, by its id."), SpendDimension.Key),
        (LabelFilters.EndUser, SpendDimension.EndUser),
    ];

    public static IReadOnlyList<QueryParameter> Parameters { get; } =
        [SpendGroups.By, s_since, s_until, s_window, s_zone, s_compare, s_forecast, s_top, .. s_where.Select(one => one.Parameter), LabelFilters.Tag];

    public required IReadOnlyList<SpendDimension> By { get; init; }

    /// <summary>The tag that <see cref="SpendDimension.Tag"/> stands for.</summary>
    public string? Tag { get; init; }

    public (string Name, string Value)? Tagged { get; init; }

    public required IReadOnlyDictionary<SpendDimension, string> Where { get; init; }

    public required SpendWindow Window { get; init; }

    /// <summary>The window's name in the calendar; null: it has none.</summary>
    public string? WindowName { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public bool Compares { get; init; }

    public bool Forecasts { get; init; }

    /// <summary>Groups at most; null: all.</summary>
    public int? Top { get; init; }

    /// <summary>The groups that are no time.</summary>
    public IReadOnlyList<SpendDimension> Things => [.. By.Where(one => one is not (SpendDimension.Hour or SpendDimension.Day))];

    /// <summary>The store's question for a window and groups.</summary>
    public SpendQuery Query(SpendWindow window, IReadOnlyList<SpendDimension> by) => new(by, window.Since, window.Last) { Where = Where, Tag = Tag, Tagged = Tagged };

    /// <summary>Reads it.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="own">The key that asks and is shown its own; null: an operator asks.</param>
    /// <param name="now">The moment.</param>
    /// <param name="question">What is asked.</param>
    /// <returns>What is wrong; empty: nothing is.</returns>
    public static IReadOnlyList<FieldProblem> Read(IQueryCollection query, Key? own, DateTimeOffset now, out SpendQuestion question)
    {
        bool isZone = CalendarWindow.TryZone(s_zone.Text(query) ?? "UTC", out TimeZoneInfo? zone);
        zone ??= TimeZoneInfo.Utc;
        List<FieldProblem> wrong = [.. SpendGroups.Read(query, out SpendDimension[] by, out string? tag), .. LabelFilters.ReadTag(query, out (string, string)? tagged), .. WindowProblems(query, zone, now, out SpendWindow window)];
        question = new SpendQuestion
        {
            By = by,
            Tag = tag,
            Tagged = tagged,
            Where = WhereOf(query, own),
            Window = window,
            WindowName = s_window.Text(query),
            Zone = zone,
            Compares = s_compare.Text(query) is not null,
            Forecasts = s_forecast.IsOn(query),
            Top = s_top.Text(query) is null ? null : s_top.Number(query),
        };
        if (!isZone)
        {
            wrong.Add(new FieldProblem(s_zone.Name, $"\"{Printable.Cut(s_zone.Text(query)!)}\" is no time zone that this machine knows; they are named as Europe/Berlin"));
        }

        if (question.Compares && question.Things.Count < by.Length)
        {
            wrong.Add(new FieldProblem(s_compare.Name, "has no meaning by hour and day; ask for both windows"));
        }

        return wrong;
    }

    // "provider=" asks for what reached none, where a parameter that is left out asks for all.
    private static Dictionary<SpendDimension, string> WhereOf(IQueryCollection query, Key? own)
    {
        Dictionary<SpendDimension, string> where = s_where.Where(one => query.ContainsKey(one.Parameter.Name)).ToDictionary(one => one.Dimension, one => one.Parameter.Text(query) ?? "");
        if (own is not null)
        {
            where[SpendDimension.Key] = own.Id.ToString();
        }

        return where;
    }

    private static IEnumerable<FieldProblem> WindowProblems(IQueryCollection query, TimeZoneInfo zone, DateTimeOffset now, out SpendWindow window)
    {
        string? end = s_until.Text(query);
        if (s_window.Text(query) is { } name)
        {
            window = CalendarWindow.Of(name, zone, now);
            return end is null && s_since.Text(query) is null ? [] : [new FieldProblem(s_window.Name, "stands in place of since and until; send one or the other")];
        }

        bool sinceReads = CalendarWindow.TryMoment(s_since.Text(query) ?? "24h", zone, now, out DateTimeOffset since);
        DateTimeOffset until = now;
        bool untilReads = end is null || CalendarWindow.TryMoment(end, zone, now, out until);
        window = SpendWindow.Of(since, end is null ? null : until);
        return
        [
            .. sinceReads ? Array.Empty<FieldProblem>() : [new FieldProblem("since", $"is {Moment.Form}")],
            .. untilReads ? Array.Empty<FieldProblem>() : [new FieldProblem("until", $"is {Moment.Form}")],
            .. sinceReads && untilReads && since >= until ? [new FieldProblem(end is null ? "since" : "until", "the window would end before it begins")] : Array.Empty<FieldProblem>(),
        ];
    }
}
