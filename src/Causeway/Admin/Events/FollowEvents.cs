using System.Globalization;
using Causeway.Admin.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Events;

/// <summary><c>GET /events</c>: what happens, as it happens, for the console and for whoever wants to follow.</summary>
internal static class FollowEvents
{
    private const string LastEventId = "Last-Event-ID";
    private static readonly QueryParameter s_after = new("after", "The id of the last event that was seen, in place of the header Last-Event-ID: decisions and the timeline go on behind it.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/events", Run)
        .WithName("follow_events").WithTags("instance").WithSummary("What happens, as it happens")
        .WithDescription(
            "Server-sent events until the caller leaves. state: the policy's revision, the instances, whether the store answers. request: a usage record that was booked. decision: an entry of the " +
            "audit that is no mere booking: a denial, a change of a grant, a key, a raise, an alert. timeline: what happened to a channel. skipped: so many requests were left out, as more came than are shown. " +
            "Ids go on behind Last-Event-ID for decisions and the timeline; requests are those of now. A key for inference is told of its own requests and denials.")
        .WithMetadata(new TakesKeys())
        .Asks(s_after)
        .Produces<EventState>(StatusCodes.Status200OK, AuditStream.ContentType)
        .Refuses(AdminError.QueryInvalid, AdminError.EventsFull);

    private static Results<EventStream, Problem> Run(HttpContext http, EventDoor door, EventSources sources, AdminGate gate)
    {
        string? place = s_after.Text(http.Request.Query) ?? (http.Request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : null);
        EventPlace? from = place is null ? null : EventPlace.Read(place);
        if (place is not null && from is null)
        {
            return new Problem(AdminError.QueryInvalid, "Begin without it.", [new FieldProblem("after", "is not the id of an event")]);
        }

        return door.Enter() is { } seat
            ? sources.Open(seat, from, Actor.Of(http).Key?.Id, cancellation => gate.StillAdmitsAsync(http, cancellation))
            : new Problem(AdminError.EventsFull, $"{EventDoor.Most} follow the events of this instance already. Close a tab that is not looked at, or ask again later.");
    }
}

/// <summary>How many may follow at a time.</summary>
internal sealed class EventDoor
{
    public const int Most = 200;

    private int _inside;

    /// <summary>Takes a place; null: none is free.</summary>
    public EventSeat? Enter()
    {
        if (Interlocked.Increment(ref _inside) <= Most)
        {
            return new EventSeat(this);
        }

        Leave();
        return null;
    }

    internal void Leave() => Interlocked.Decrement(ref _inside);
}

/// <summary>A place among those who follow; given back once.</summary>
internal sealed class EventSeat(EventDoor door) : IDisposable
{
    private EventDoor? _door = door;

    public void Dispose() => Interlocked.Exchange(ref _door, null)?.Leave();
}


/// <summary>How far somebody has seen: a place of the ledger and one of the timeline.</summary>
internal readonly record struct EventPlace(long Ledger, long Timeline)
{
    public static EventPlace? Read(string text) => text.Split('.') is [var ledger, var timeline]
        && long.TryParse(ledger, NumberStyles.None, CultureInfo.InvariantCulture, out long first)
        && long.TryParse(timeline, NumberStyles.None, CultureInfo.InvariantCulture, out long second)
        ? new EventPlace(first, second)
        : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ledger}.{Timeline}");
}
