using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Admin.Audit;
using Causeway.Admin.Incidents;
using Causeway.Admin.Spend;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Timeline;
using Causeway.Storage;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Events;

/// <summary>
/// One follower. It looks when something was booked, and every second for what the books do not tell of. What it reads in a turn has bounds, and
/// turns are a quarter of a second apart, so that a follower costs the same however much happens. It ends with the session, the key or the operator that opened it.
/// </summary>
internal sealed class EventStream(EventSeat seat, EventPlace? start, KeyId? own, Func<CancellationToken, ValueTask<bool>> isAdmitted, EventSources sources) : IResult
{
    private const int RequestsOfATurn = 50;
    private const int EventsOfATurn = 500;
    private const int Remembered = 2_000;

    /// <summary>How far two looks of a follower are apart at least.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);

    // What a request's ordinary way leaves in the ledger is told by its usage record.
    private static readonly HashSet<LedgerEventKind> s_decisions =
    [
        .. Enum.GetValues<LedgerEventKind>().Except([LedgerEventKind.Reserved, LedgerEventKind.Extended, LedgerEventKind.Settled, LedgerEventKind.Voided, LedgerEventKind.Clamped, LedgerEventKind.LeaseTaken, LedgerEventKind.LeaseReturned, LedgerEventKind.LeaseRecalled]),
    ];

    private readonly UsageSearch _newest = new() { Limit = RequestsOfATurn, Words = own is { } key ? new Dictionary<UsageWord, string> { [UsageWord.Key] = key.ToString() } : new Dictionary<UsageWord, string>() };
    private readonly StringBuilder _text = new();
    private readonly Queue<Guid> _order = new();
    private readonly HashSet<Guid> _seen = [];
    private EventPlace _place;
    private EventState? _said;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using EventSeat taken = seat;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, sources.Stopping);
        httpContext.Response.ContentType = AuditStream.ContentType;
        httpContext.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would gather a stream otherwise.
        try
        {
            await FollowAsync(httpContext.Response, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The follower left, or the server ends: the stream ends with it.
        }
    }

    private async Task FollowAsync(HttpResponse response, CancellationToken cancellation)
    {
        await response.StartAsync(cancellation);
        bool begun = false;
        long booked = -1;
        long written = sources.Time.GetTimestamp();
        while (await isAdmitted(cancellation))
        {
            long now = sources.Booked;
            string? trouble = null;
            try
            {
                if (!begun)
                {
                    await BeginAsync(cancellation);
                    begun = true;
                }

                await TurnAsync(hasBooked: now != booked, cancellation);
                booked = now;
            }
            catch (StoreUnavailableException failure)
            {
                trouble = failure.Message;
            }

            await SayStateAsync(trouble, cancellation);
            if (_text.Length == 0 && sources.Time.GetElapsedTime(written) >= s_idle)
            {
                _text.Append(":\n\n"); // Nothing, so that a connection that is gone is noticed and an idle one is not cut.
            }

            if (_text.Length > 0)
            {
                await response.WriteAsync(_text.ToString(), cancellation);
                await response.Body.FlushAsync(cancellation);
                _text.Clear();
                written = sources.Time.GetTimestamp();
            }

            await sources.WaitAsync(now, trouble is null ? s_look : s_look * 2, cancellation);
            await Task.Delay(Turn, sources.Time, cancellation);
        }
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (start is { } place)
        {
            _place = place;
        }
        else
        {
            long ledger = await sources.Ledger.EventsAsync(new LedgerQuery { Limit = 1, Newest = true }, cancellation) is [{ } last] ? last.Seq : 0;
            long timeline = await sources.Routing.TimelineAsync(new TimelineQuery(null, null, null, 1), cancellation) is [{ } entry] ? entry.Seq : 0;
            _place = new EventPlace(ledger, timeline);
        }

        foreach (UsageRecord record in (await sources.Usage.SearchAsync(_newest, cancellation)).Records)
        {
            Remember(record.Request);
        }
    }

    private async Task TurnAsync(bool hasBooked, CancellationToken cancellation)
    {
        IReadOnlyList<TimelineEntry> entries = await sources.Routing.TimelinePageAsync(_place.Timeline, EventsOfATurn, cancellation);
        foreach (TimelineEntry entry in entries)
        {
            _place = _place with { Timeline = entry.Seq };
            if (own is null)
            {
                Say("timeline", TimelineView.Of(entry), AdminJson.Api.TimelineView);
            }
        }

        if (!hasBooked)
        {
            return;
        }

        IReadOnlyList<LedgerEvent> events = await sources.Ledger.EventsAsync(new LedgerQuery { After = _place.Ledger, Limit = EventsOfATurn }, cancellation);
        long settled = 0;
        foreach (LedgerEvent one in events)
        {
            _place = _place with { Ledger = one.Seq };
            settled += one.Kind == LedgerEventKind.Settled && (own is null || one.Key == own) ? 1 : 0;
            if (s_decisions.Contains(one.Kind) && (own is null || (one.Key == own && one.Kind != LedgerEventKind.PayloadOpened))) // Who reads along, and why, is not the key's.
            {
                Say("decision", AuditEntry.Of(one), AdminJson.Api.AuditEntry);
            }
        }

        await SayRequestsAsync(settled, cancellation);
    }

    private async Task SayRequestsAsync(long settled, CancellationToken cancellation)
    {
        UsageRecord[] fresh = [.. (await sources.Usage.SearchAsync(_newest, cancellation)).Records.Where(record => !_seen.Contains(record.Request)).Reverse()];
        foreach (UsageRecord record in fresh)
        {
            Remember(record.Request);
            Say("request", UsageView.Of(record), AdminJson.Api.UsageView);
        }

        if (fresh.Length == RequestsOfATurn && settled > fresh.Length)
        {
            Say("skipped", new SkippedEvents(settled - fresh.Length), AdminJson.Api.SkippedEvents);
        }
    }

    private async Task SayStateAsync(string? trouble, CancellationToken cancellation)
    {
        EventState state = await sources.StateAsync(trouble, cancellation);
        if (_said is null || !state.IsLike(_said))
        {
            Say("state", state, AdminJson.Api.EventState);
            _said = state;
        }
    }

    private void Remember(Guid request)
    {
        if (_seen.Add(request))
        {
            _order.Enqueue(request);
            if (_order.Count > Remembered)
            {
                _seen.Remove(_order.Dequeue());
            }
        }
    }

    private void Say<T>(string kind, T what, JsonTypeInfo<T> type) =>
        _text.Append("event: ").Append(kind).Append("\nid: ").Append(_place).Append("\ndata: ").Append(JsonSerializer.Serialize(what, type)).Append("\n\n");
}
