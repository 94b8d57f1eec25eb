using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Admin.Releases;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollbacks;

/// <summary><c>GET /quarantine</c> and <c>POST /quarantine/lift</c>: releases that must not be dispatched.</summary>
internal static class Quarantine
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/quarantine", ListAsync)
            .WithName("list_quarantine").WithTags("rollouts").WithSummary("List releases in quarantine")
            .WithDescription("Newest first. What was rolled back is not dispatched again before a person lifts it with a reason.");
        api.MapPost("/quarantine/lift", LiftAsync)
            .WithName("lift_quarantine").WithTags("rollouts").WithSummary("Lift a release out of quarantine")
            .WithDescription("It may be rolled out again; nothing is sent to it by that. What was rolled back stays rolled back.")
            .Reads<LiftQuarantineRequest>("Which release, and why.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous,
                AdminError.QuarantineUnknown, AdminError.RollbackInvalid);
    }

    /// <summary>Why a channel must not be pointed at a release; null: it may.</summary>
    public static Problem? Refuse(PolicyRevision policy, string channel, ReleaseId from, ReleaseId to) =>
        policy.Routing.IsRevoked(channel, to)
            ? new Problem(AdminError.ReleaseQuarantined, $"{to} was rolled back on channel \"{channel}\", or everywhere. Look at: causeway quarantine list. Lift it, if it is sound, with: causeway quarantine lift {to.ToString()[..16]} --reason TEXT")
        : from != to && policy.Routing.RoutingOf(channel).Active is { } rollout
            ? new Problem(AdminError.RolloutActive, $"Channel \"{channel}\" is being rolled out to {rollout.Candidate} ({rollout.Id}). End that first: causeway rollout finalize|abort {channel}, or causeway rollback {channel}")
        : null;

    private static async Task<Ok<QuarantineList>> ListAsync(HttpContext http, IRoutingStore routing) => TypedResults.Ok(new QuarantineList(
    [
        .. (await routing.LoadAsync(http.RequestAborted)).Channels
            .SelectMany(one => one.Quarantine.Select(held => new QuarantinedView(held.Release.ToString(), one.Channel == ChannelRouting.Everywhere ? null : one.Channel, held.At, held.By, held.Reason)))
            .OrderByDescending(view => view.At).ThenBy(view => view.Channel, StringComparer.Ordinal),
    ]));

    private static async Task<Results<Ok<LiftedQuarantine>, Problem>> LiftAsync(HttpContext http, IReleaseStore releases, ReleaseDesk desk)
    {
        (LiftQuarantineRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.LiftQuarantineRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.RollbackInvalid, "Mend what \"errors\" names; nothing was lifted.", wrong);
        }

        ReleaseLookup found = await ReleaseLookup.ByIdAsync(asked.Release, releases, http.RequestAborted);
        ReleaseId? release = found.Release?.Id ?? (ReleaseId.TryParse(asked.Release, out ReleaseId whole) ? whole : null);
        if (release is not { } id)
        {
            return found.Problem;
        }

        IReadOnlyList<string> lifted = await desk.LiftAsync(id, asked.Channel, Actor.Of(http).Name, asked.Reason, http.RequestAborted);
        return lifted.Count > 0
            ? TypedResults.Ok(new LiftedQuarantine(id.ToString(), [.. lifted.Where(channel => channel != ChannelRouting.Everywhere)], lifted.Contains(ChannelRouting.Everywhere)))
            : new Problem(AdminError.QuarantineUnknown, $"{id} is not in quarantine{(asked.Channel is null ? "" : $" on channel \"{Printable.Cut(asked.Channel)}\"")}. List what is with: causeway quarantine list");
    }
}

/// <summary>Releases in quarantine.</summary>
internal sealed record QuarantineList([property: Description("Newest first.")] IReadOnlyList<QuarantinedView> Releases);

/// <summary>A release in quarantine.</summary>
internal sealed record QuarantinedView(
    string Release,
    [property: Description("The channel on which it must not be dispatched; null: none.")] string? Channel,
    [property: Description("Since when.")] DateTimeOffset At,
    [property: Description("Who put it there.")] string By,
    string Reason);

/// <summary>What is to be lifted.</summary>
internal sealed record LiftQuarantineRequest
{
    [Required, Description("The release's id, or its beginning.")]
    public string Release { get; set; } = "";

    [Description("Only on this channel; left out: wherever it is in quarantine.")]
    public string? Channel { get; init; }

    [Required, Description("Why, 1 to 500 characters.")]
    public string Reason { get; set; } = "";
}

/// <summary>What was lifted.</summary>
internal sealed record LiftedQuarantine(
    string Release,
    [property: Description("The channels on which it may be dispatched again.")] IReadOnlyList<string> Channels,
    [property: Description("It was in quarantine everywhere.")] bool Everywhere);
