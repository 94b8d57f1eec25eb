using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Export;

/// <summary>What an export says of a grant.</summary>
/// <param name="Holder">Whose it is.</param>
/// <param name="DataClass">The highest class of data on its path; null: it does not say.</param>
public sealed record ExportedGrant(Holder Holder, string? DataClass);

/// <summary>
/// Sums a month's usage into cost rows, hour by hour: what is kept is one hour's groups. Requests that are not settled (denied, void, in doubt) used
/// nothing yet and make no row; an adjustment makes one of its own.
/// </summary>
/// <param name="month">The month.</param>
/// <param name="grantOf">What is known of a grant.</param>
public sealed class FocusRows(BillingMonth month, Func<GrantId, ExportedGrant?> grantOf)
{
    /// <summary>Different sets of tags that are told apart in an hour: callers choose tags, and one for each request would make a row for each. What comes after these has none.</summary>
    public const int MaxTagSets = 1_000;

    private readonly Dictionary<Group, Sums> _groups = [];
    private readonly HashSet<string> _tagSets = new(StringComparer.Ordinal);
    private long _hour;

    /// <summary>Counts a request in. They come by the time of their arrival, as their ids sort.</summary>
    /// <returns>The rows of the hour that it ended; empty: it is still going on.</returns>
    public IReadOnlyList<FocusRow> Add(UsageRecord usage)
    {
        long hour = usage.At.ToUnixTimeSeconds() / 3600;
        IReadOnlyList<FocusRow> ended = hour == _hour ? [] : End();
        _hour = hour;
        string? tags = usage.Tags is { } said && (_tagSets.Contains(said) || (_tagSets.Count < MaxTagSets && _tagSets.Add(said))) ? said : null;
        foreach (MeteredPart part in MeteredPart.Of(usage))
        {
            var group = new Group(
                usage.Grant, usage.Attribution, tags, usage.Provider, usage.Region, usage.ModelServed ?? usage.ModelSent ?? usage.ModelAsked, part.Meter, part.UnitPrice, usage.Source);
            ref Sums sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, group, out _);
            checked
            {
                sums.Requests++;
                sums.Tokens += part.Tokens;
                sums.CostNanoUsd += part.CostNanoUsd ?? 0;
                sums.OverrunNanoUsd += part.OverrunNanoUsd;
            }
        }

        return ended;
    }

    /// <summary>The rows of the last hour, in a fixed order.</summary>
    public IReadOnlyList<FocusRow> End()
    {
        DateTimeOffset hour = DateTimeOffset.FromUnixTimeSeconds(_hour * 3600);
        FocusRow[] rows =
        [
            .. _groups.Select(one => Row(hour, one.Key, one.Value))
                .OrderBy(row => row.Team, StringComparer.Ordinal)
                .ThenBy(row => row.Feature, StringComparer.Ordinal)
                .ThenBy(row => row.Environment, StringComparer.Ordinal)
                .ThenBy(row => row.CostCentre, StringComparer.Ordinal)
                .ThenBy(row => row.Tags, StringComparer.Ordinal)
                .ThenBy(row => row.Grant?.Value)
                .ThenBy(row => row.Provider, StringComparer.Ordinal)
                .ThenBy(row => row.Model, StringComparer.Ordinal)
                .ThenBy(row => row.Meter)
                .ThenBy(row => row.UnitPrice?.Unscaled)
                .ThenBy(row => row.Source),
        ];
        _groups.Clear();
        _tagSets.Clear();
        return rows;
    }

    /// <summary>The row of an adjustment that was made in the month: it is billed then, for the hour of the request.</summary>
    /// <param name="adjusted">The ledger's event.</param>
    /// <param name="usage">The request's usage record; null: it has none.</param>
    public FocusRow Of(LedgerEvent adjusted, UsageRecord? usage)
    {
        ExportedGrant? grant = adjusted.Grant is { } id ? grantOf(id) : null;
        long hour = (adjusted.ReservedAtMs > 0 ? adjusted.ReservedAtMs : adjusted.AtMs) / 3_600_000;
        return new FocusRow
        {
            Month = month,
            Hour = DateTimeOffset.FromUnixTimeSeconds(hour * 3600),
            Grant = adjusted.Grant,
            Holder = grant?.Holder.ToString(),
            DataClass = grant?.DataClass,
            Team = usage?.Attribution.Team ?? (grant is { Holder: { IsFeature: false, Name: { } team } } ? team : null),
            Feature = usage?.Attribution.Feature ?? (grant is { Holder: { IsFeature: true, Name: { } feature } } ? feature : null),
            Environment = usage?.Attribution.Environment,
            CostCentre = usage?.Attribution.CostCentre,
            Tags = usage?.Tags,
            Provider = usage?.Provider,
            Region = usage?.Region,
            Model = usage is null ? null : usage.ModelServed ?? usage.ModelSent ?? usage.ModelAsked,
            CostNanoUsd = adjusted.Booked.NanoUsd - KnownBefore(adjusted, usage),
            Adjustment = $"Adjustment of req_{adjusted.Request.GetValueOrDefault():N}: {adjusted.Reason}",
        };
    }

    // Of a request in doubt, what its calls before the last one reported is in the rows of its usage already, and in the ledger only now.
    private static long KnownBefore(LedgerEvent adjusted, UsageRecord? usage) => adjusted.Held == default ? 0 : usage?.CostNanoUsd ?? 0;

    private FocusRow Row(DateTimeOffset hour, in Group group, in Sums sums)
    {
        ExportedGrant? grant = group.Grant is { } id ? grantOf(id) : null;
        return new FocusRow
        {
            Month = month,
            Hour = hour,
            Grant = group.Grant,
            Holder = grant?.Holder.ToString(),
            DataClass = grant?.DataClass,
            Team = group.Attribution.Team,
            Feature = group.Attribution.Feature,
            Environment = group.Attribution.Environment,
            CostCentre = group.Attribution.CostCentre,
            Tags = group.Tags,
            Provider = group.Provider,
            Region = group.Region,
            Model = group.Model,
            Meter = group.Meter,
            UnitPrice = group.UnitPrice,
            Requests = sums.Requests,
            Tokens = sums.Tokens,
            CostNanoUsd = group.UnitPrice is null ? null : sums.CostNanoUsd,
            OverrunNanoUsd = sums.OverrunNanoUsd,
            Source = group.Source,
        };
    }

    private readonly record struct Group(
        GrantId? Grant, Attribution Attribution, string? Tags, string? Provider, string? Region, string Model, TokenMeter Meter, Exact? UnitPrice, UsageSource Source);

    private struct Sums
    {
        public long Requests;
        public long Tokens;
        public long CostNanoUsd;
        public long OverrunNanoUsd;
    }
}
