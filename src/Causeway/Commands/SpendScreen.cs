using System.Globalization;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary>A report on spend as a person reads it: a table with bars, what changed most, and what is to come.</summary>
internal static class SpendScreen
{
    public static void Show(SpendReport answer, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}, whole hours{(answer.Window is { } name ? $": {name.Replace('_', ' ')}, {answer.Tz}" : answer.Tz is null or "UTC" ? "" : $"; days of {answer.Tz}")}");
        if (answer.Rows.Count == 0 && answer.Previous is not { Total.Requests: > 0 })
        {
            // A window that has a name excludes --since.
            const string nothing = "Nothing was spent and nothing was asked for.";
            screen.Line(answer.Window is null ? EmptySpan.Words(nothing, answer.Since, answer.Until, days: 30) : nothing);
            return;
        }

        screen.Line();
        bool compares = answer.Previous is not null;
        screen.Table(
            [
                .. answer.By.Select(group => new Column(group.Replace('_', ' ').ToUpperInvariant(), ColumnKind.Name)),
                new("REQUESTS", ColumnKind.Number),
                new("FAILED", ColumnKind.Number),
                new("INPUT", ColumnKind.Number),
                new("OUTPUT", ColumnKind.Number),
                new("COST", ColumnKind.Number),
                .. compares ? [new("BEFORE", ColumnKind.Number), new("CHANGE", ColumnKind.Number)] : Array.Empty<Column>(),
                new("SHARE", ColumnKind.Number),
                new("", ColumnKind.Bar),
            ],
            answer.Rows.Select(row => Cells(answer.By.Select((group, place) => NameOf(row, group, place)), row, answer.Total, compares, Screen.Bar)),
            Cells(answer.By.Select((_, i) => i == 0 ? "TOTAL" : ""), answer.Total with { PreviousNanoUsd = answer.Previous?.Total.CostNanoUsd }, answer.Total, compares, _ => ""));
        if (answer.Previous is { Movers.Count: > 0 } previous)
        {
            WriteMovers(answer, previous, screen);
        }

        WriteRemarks(answer, screen);
    }

    private static string NameOf(SpendLine row, string group, int place) =>
        row.Others is { } others ? place == 0 ? $"({Figures.Count(others)} others)" : ""
        : row.Group(group) is { Length: > 0 } value ? value : "(none)";

    private static IReadOnlyList<string> Cells(IEnumerable<string> groups, SpendLine line, SpendLine total, bool compares, Func<double, string> bar)
    {
        // A share of a total that is zero or unpriced says nothing.
        double? share = line.CostNanoUsd is { } cost && total.CostNanoUsd is > 0 and { } all ? (double)cost / all : null;
        return
        [
            .. groups,
            Figures.Count(line.Requests),
            line.Failures == 0 ? "" : Figures.Count(line.Failures),
            Figures.Tokens(line.InputTokens + line.CacheReadTokens + line.CacheWriteTokens),
            Figures.Tokens(line.OutputTokens),
            Figures.Cost(line.CostNanoUsd) + (line.Priced == Priced.Partly ? "*" : ""),
            .. compares ? [line.PreviousNanoUsd is { } before ? Figures.Cost(before) : "", Change(line.CostNanoUsd ?? 0, line.PreviousNanoUsd)] : Array.Empty<string>(),
            share is { } part ? Figures.Share(part) : "",
            share is { } length ? bar(length) : "",
        ];
    }

    private static void WriteMovers(SpendReport answer, SpendComparison previous, Screen screen)
    {
        screen.Line();
        screen.Remark($"What changed most, against {Figures.Time(previous.Since)} to {Figures.Time(previous.Until)}:");
        screen.Table(
            [.. answer.By.Select(group => new Column(group.Replace('_', ' ').ToUpperInvariant(), ColumnKind.Name)), new("BEFORE", ColumnKind.Number), new("NOW", ColumnKind.Number), new("MORE", ColumnKind.Number), new("CHANGE", ColumnKind.Number)],
            previous.Movers.Select(mover => (IReadOnlyList<string>)
            [
                .. mover.Group.Select(value => value.Length == 0 ? "(none)" : value),
                Figures.Cost(mover.PreviousNanoUsd),
                Figures.Cost(mover.CostNanoUsd),
                Signed(mover.ChangeNanoUsd),
                mover.Requests == 0 ? "gone" : mover.PreviousRequests == 0 ? "new" : Change(mover.CostNanoUsd, mover.PreviousNanoUsd),
            ]));
    }

    private static void WriteRemarks(SpendReport answer, Screen screen)
    {
        SpendLine total = answer.Total;
        string[] remarks =
        [
            .. answer.Previous is { } previous ? [$"{Signed(previous.ChangeNanoUsd)}{(previous.ChangeShare is { } share ? $" ({share.ToString("+0%;-0%;0%", CultureInfo.InvariantCulture)})" : "")} against the window before, which is as long as this one has lasted."] : Array.Empty<string>(),
            .. answer.Forecast is { } forecast ? [Forecast(forecast)] : Array.Empty<string>(),
            .. total.UnpricedRequests == 0 ? Array.Empty<string>() : [$"* {Figures.Plural(total.UnpricedRequests, "request")} ({Figures.Share(answer.UnpricedShare)}) went to models without a price and {(total.UnpricedRequests == 1 ? "is" : "are")} in no cost. Prices of your own: docs/configuration.md, providers.prices"],
            .. total.EstimatedRequests == 0 ? Array.Empty<string>() : [$"{Figures.Plural(total.EstimatedRequests, "request")} ({Figures.Share(answer.EstimatedShare)}) {(total.EstimatedRequests == 1 ? "was" : "were")} counted or estimated here, since the provider did not report their tokens in full."],
            .. answer.UnbookedRequests == 0 ? Array.Empty<string>() : [$"{(answer.UnbookedRequests == 1 ? "1 request waits to be booked and is" : $"{Figures.Count(answer.UnbookedRequests)} requests wait to be booked and are")} not in these figures."],
        ];
        if (remarks.Length > 0)
        {
            screen.Line();
        }

        foreach (string remark in remarks)
        {
            screen.Remark(remark);
        }
    }

    private static string Forecast(ForecastView forecast) => forecast.Missing is { } why
        ? $"There is no forecast. {why}"
        : $"By the end of the window: {Figures.Cost(forecast.NanoUsd)}, four times of five between {Figures.Cost(forecast.LowNanoUsd)} and {Figures.Cost(forecast.HighNanoUsd)}, from the means of the last {forecast.Days} days{(forecast.ByWeekday == true ? " by weekday" : "")}.";

    private static string Signed(long nanoUsd) => (nanoUsd < 0 ? "-" : "+") + Figures.Cost(Math.Abs(nanoUsd));

    private static string Change(long now, long? before) => before is > 0 and { } then ? ((double)(now - then) / then).ToString("+0%;-0%;0%", CultureInfo.InvariantCulture) : "";
}
