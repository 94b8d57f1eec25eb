using System.ComponentModel;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Instances;
using Causeway.Releases.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Instance;

/// <summary><c>GET /instances</c></summary>
internal static class ListInstances
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/instances", RunAsync)
        .WithName("list_instances").WithTags("instance").WithSummary("Who shares the store, and how far each is")
        .WithDescription("Every instance that was heard of within a day and has not left, the oldest first. With a store that one process owns, that process.")
        .Refuses(AdminError.StoreUnavailable);

    private static async Task<Ok<InstanceList>> RunAsync(HttpContext http, InstanceBoard board, InstanceVoice voice, BudgetLedger ledger)
    {
        if (await board.ListAsync(http.RequestAborted) is not { } there)
        {
            InstanceBeat alone = voice.Say(0);
            return TypedResults.Ok(new InstanceList([new InstanceView("alone", alone.Name, alone.Version, alone.Since, true, "live", 0, 0, 0, 0, alone.OpenRequests, alone.OpenStreams, alone.OpenReservations, 0)]));
        }

        ILookup<InstanceId, HeldLease> leases = ledger.HeldLeases().ToLookup(lease => lease.Owner);
        return TypedResults.Ok(new InstanceList([.. there.Select(one => InstanceView.Of(one, leases[new InstanceId(one.Id)].Count()))]));
    }
}

/// <summary>Who shares the store.</summary>
internal sealed record InstanceList(IReadOnlyList<InstanceView> Instances);

/// <summary>One instance.</summary>
internal sealed record InstanceView(
    [property: Description("Its name in the ledger; a restart has another. alone: it shares its store with nobody.")] string Id,
    [property: Description("Its machine and process.")] string Name,
    string Version,
    DateTimeOffset StartedAt,
    [property: Description("It does what exactly one has to do: alerts, probes, checkpoints.")] bool Leads,
    [property: Description("live; silent: the store has not heard of it for a second or more; gone: for 15 seconds, and what it held is in doubt.")] string State,
    [property: Description("How long ago the store heard of it, in milliseconds.")] long SilentMs,
    [property: Description("The last change of the policy that it has applied.")] long Revision,
    [property: Description("Changes of the policy that it has not applied yet.")] long RevisionLag,
    [property: Description("Events of the ledger that it has not taken in yet.")] long LedgerLag,
    int OpenRequests,
    int OpenStreams,
    [property: Description("Reservations that it holds: what its requests may still use at most.")] int OpenReservations,
    [property: Description("Leases on grants' budgets that it holds: what it may give to requests without asking the others.")] int Leases)
{
    public static InstanceView Of(InstanceState one, int leases) => new(
        new InstanceId(one.Id).ToString(),
        one.Beat.Name,
        one.Beat.Version,
        one.Beat.Since,
        one.IsLeader && one.Silent < InstanceBoard.Patience,
        one.Silent >= InstanceWatch.GoneAfter ? "gone" : one.Silent >= InstanceBoard.Patience ? "silent" : "live",
        (long)one.Silent.TotalMilliseconds,
        one.Beat.Revision,
        Math.Max(0, one.Newest - one.Beat.Revision),
        Math.Max(0, one.LedgerHead - one.LedgerSeq),
        one.Beat.OpenRequests,
        one.Beat.OpenStreams,
        one.Beat.OpenReservations,
        leases);
}
