using System.ComponentModel;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Spend;

/// <summary>This window beside the one before.</summary>
internal static class SpendTrend
{
    private const int MostMovers = 10;

    public static SpendComparison Of(SpendWindow before, SpendRow then, SpendRow now, IReadOnlyList<SpendRow> rows, IReadOnlyList<SpendRow> previous, SpendQuestion asked)
    {
        Dictionary<string, SpendRow> old = previous.ToDictionary(row => SpendRows.ThingOf(row, asked.By), StringComparer.Ordinal);
        HashSet<string> known = [.. rows.Select(row => SpendRows.ThingOf(row, asked.By))];
        SpendMover[] movers =
        [
            .. rows.Select(row => Mover(row, old.GetValueOrDefault(SpendRows.ThingOf(row, asked.By))))
                .Concat(previous.Where(row => !known.Contains(SpendRows.ThingOf(row, asked.By))).Select(row => Mover(row with { CostNanoUsd = 0, Requests = 0 }, row)))
                .Where(mover => mover.ChangeNanoUsd != 0 || mover.Requests != mover.PreviousRequests)
                .OrderByDescending(mover => Math.Abs(mover.ChangeNanoUsd)).ThenByDescending(mover => Math.Abs(mover.Requests - mover.PreviousRequests)).ThenBy(mover => string.Join('\n', mover.Group), StringComparer.Ordinal)
                .Take(asked.By.Count == 0 ? 0 : MostMovers),
        ];
        return new SpendComparison(before.Since, before.Until!.Value, SpendLine.Of(then, [], null), now.CostNanoUsd - then.CostNanoUsd, Share(now.CostNanoUsd - then.CostNanoUsd, then.CostNanoUsd), movers);
    }

    private static SpendMover Mover(SpendRow row, SpendRow? then) => new(
        [.. row.Group], row.CostNanoUsd, then?.CostNanoUsd ?? 0, row.CostNanoUsd - (then?.CostNanoUsd ?? 0), Share(row.CostNanoUsd - (then?.CostNanoUsd ?? 0), then?.CostNanoUsd ?? 0), row.Requests, then?.Requests ?? 0);

    private static double? Share(long part, long whole) => whole > 0 ? Math.Round((double)part / whole, 4) : null;
}

/// <summary>The window before, and what changed since.</summary>
internal sealed record SpendComparison(
    [property: Description("Where the window before begins.")] DateTimeOffset Since,
    [property: Description("Where it ends, not included: it is as long as this one has lasted.")] DateTimeOffset Until,
    [property: Description("What was spent in it.")] SpendLine Total,
    [property: Description("By how much more this window has cost so far; negative: less.")] long ChangeNanoUsd,
    [property: Description("The change as a share of what it was, 0.25 for a quarter more; null: it was nothing.")] double? ChangeShare,
    [property: Description("The ten groups whose cost changed most, those that are new or gone among them.")] IReadOnlyList<SpendMover> Movers);

/// <summary>A group whose cost changed.</summary>
internal sealed record SpendMover(
    [property: Description("Its values, in the order of \"by\".")] IReadOnlyList<string> Group,
    [property: Description("0: it is gone, or unpriced.")] long CostNanoUsd,
    [property: Description("0: it is new, or was unpriced.")] long PreviousNanoUsd,
    long ChangeNanoUsd,
    [property: Description("As a share of what it was; null: it was nothing.")] double? ChangeShare,
    long Requests,
    long PreviousRequests);
