using System.Text.Json;
using Causeway.Admin.Audit;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Admin.Explain;

/// <summary>What happened in a span that can move cost, time and failures: of channels from the timeline, of grants, keys and agreements from the ledger.</summary>
internal static class Happenings
{
    /// <summary>Told at most.</summary>
    public const int Most = 100;

    private const int LookedThrough = 1_000;

    private static readonly HashSet<TimelineKind> s_ofChannels =
    [
        TimelineKind.RolledBack, TimelineKind.RolloutStarted, TimelineKind.StageAdvanced, TimelineKind.Finalized, TimelineKind.Aborted, TimelineKind.Paused, TimelineKind.GuardCrossed, TimelineKind.Held,
        TimelineKind.RoutingSet, TimelineKind.CacheSet, TimelineKind.CachePurged, TimelineKind.ConversationsSet, TimelineKind.PinDrifted, TimelineKind.PinAccepted, TimelineKind.QuarantineLifted,
    ];

    private static readonly HashSet<LedgerEventKind> s_ofBudgets =
    [
        LedgerEventKind.GrantCreated, LedgerEventKind.GrantChanged, LedgerEventKind.KeyCreated, LedgerEventKind.KeyRevoked, LedgerEventKind.GlassBroken, LedgerEventKind.OverlayAdded, LedgerEventKind.OverlayEnded,
        LedgerEventKind.AgreementChanged, LedgerEventKind.RunAction, LedgerEventKind.Adjusted,
    ];

    /// <summary>The newest first.</summary>
    public static async Task<IReadOnlyList<Happening>> ReadAsync(IRoutingStore routing, ILedgerStore ledger, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        IReadOnlyList<TimelineEntry> entries = await routing.TimelineAsync(new TimelineQuery(null, since, null, LookedThrough), cancellation);
        IReadOnlyList<LedgerEvent> events = await ledger.EventsAsync(new LedgerQuery { Since = since, Until = until, Kinds = s_ofBudgets, Limit = LookedThrough, Newest = true }, cancellation);
        return
        [
            .. entries.Where(entry => entry.At < until && s_ofChannels.Contains(entry.Kind)).Select(Of)
                .Concat(events.Select(Of))
                .OrderByDescending(one => one.At).Take(Most),
        ];
    }

    private static Happening Of(TimelineEntry entry) => new(
        entry.At, JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Kind.ToString()), entry.Detail, entry.Actor, entry.Channel == ChannelRouting.Everywhere ? null : entry.Channel, Grant: null);

    private static Happening Of(LedgerEvent one) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs), AuditKinds.Word(one.Kind), Say(one), one.Actor ?? "causeway", Channel: null, one.Grant?.ToString());

    // What is kept beside an entry is the whole object, for machines; here a line is enough.
    private static string Say(LedgerEvent one)
    {
        string what = one.Kind switch
        {
            LedgerEventKind.GrantCreated => "a grant was made",
            LedgerEventKind.GrantChanged => "a grant was changed",
            LedgerEventKind.KeyCreated => $"key {one.Key} was made",
            LedgerEventKind.KeyRevoked => $"key {one.Key} was revoked",
            LedgerEventKind.GlassBroken => $"a glass was broken for {Money.Usd(one.Held.NanoUsd)} USD",
            LedgerEventKind.OverlayAdded => "a limit was raised for a time",
            LedgerEventKind.OverlayEnded => "a raise ended",
            LedgerEventKind.AgreementChanged => $"{one.Code?.Replace('_', ' ')}: {one.Provider}",
            LedgerEventKind.RunAction => one.Code is { } code ? $"a run: {code.Replace('_', ' ')}" : "a run was slowed, stopped or lifted",
            _ => AuditKinds.Word(one.Kind).Replace('_', ' '),
        };
        return one.Reason is { Length: > 0 } reason ? $"{what}: {reason}" : what;
    }
}
