using Causeway.Admin.Channels;
using Causeway.Admin.Releases;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollbacks;

/// <summary><c>POST /channels/{name}/rollback</c> and <c>POST /releases/{id}/rollback</c>: the way back.</summary>
internal static class RollBackChannel
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/channels/{name}/rollback", OfChannelAsync)
            .WithName("roll_back_channel").WithTags("rollouts").WithSummary("Roll a channel back")
            .WithDescription("One transaction puts the other release in force, the one that answered in quarantine, and ends the rollout under way; it holds from the next request on, and for retries and fallbacks of those that run.")
            .Reads<RollbackRequest>("Where to, why, and what becomes of what runs.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.ReleaseUnknown,
                AdminError.ReleaseAmbiguous, AdminError.RollbackRefused, AdminError.RollbackInfeasible, AdminError.RollbackInvalid);
        api.MapPost("/channels/{name}/rollback/local", LocallyAsync)
            .WithName("roll_back_locally").WithTags("rollouts").WithSummary("Roll a channel back on this instance alone")
            .WithDescription("For the hour in which the store is away; refused while it answers. Goes only to base or to what answered before, holds in memory until the store's own decision takes its place or the process ends, and is told to the timeline when the store is back. By a token of the configuration: whether a person was signed out, only the store knows.")
            .WithMetadata(OnThisInstance.Alone)
            .Reads<RollbackRequest>("Where to, why, and what becomes of what runs; \"conversations\" and \"force\" are refused here.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown,
                AdminError.RollbackRefused, AdminError.RollbackInfeasible, AdminError.RollbackInvalid);
        api.MapPost("/groups/{name}/rollback", OfGroupAsync)
            .WithName("roll_back_group").WithTags("rollouts").WithSummary("Roll a group of channels back")
            .WithDescription("All of them in one revision, or none: a channel without a way back refuses the whole. Those that are back already stay as they are.")
            .Reads<RollbackRequest>("Why, and what becomes of what runs; \"to\" is of one channel, and refused here.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GroupUnknown, AdminError.ReleaseUnknown,
                AdminError.ReleaseAmbiguous, AdminError.RollbackRefused, AdminError.RollbackInfeasible, AdminError.RollbackInvalid);
        api.MapPost("/releases/{id}/rollback", OfReleaseAsync)
            .WithName("roll_back_release").WithTags("rollouts").WithSummary("Take a release back on every channel")
            .WithDescription("In one revision: every channel that it answers is rolled back, and it is in quarantine everywhere. A channel without a way back refuses the whole, unless it is forced: then its callers are told release_revoked.")
            .Reads<RollbackRequest>("Why, and what becomes of what runs; \"to\" is the target on every channel.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ReleaseUnknown,
                AdminError.ReleaseAmbiguous, AdminError.RollbackRefused, AdminError.RollbackInfeasible, AdminError.RollbackInvalid);
    }

    private static async Task<Results<Ok<RollbackView>, Problem>> OfChannelAsync(HttpContext http, string name, IReleaseStore releases, RollbackNotes notes, PolicyPublisher policies, ReleaseDesk desk)
    {
        (RollbackRequest? asked, RollbackOrder? order, Problem? problem) = await ReadAsync(http, releases);
        if (asked is null || order is null)
        {
            return problem!;
        }

        return await desk.RollBackAsync(name, order, asked.DryRun, http.RequestAborted) is { } result
            ? await AnswerAsync(result, order, asked.DryRun, notes)
            : ChannelView.Unknown(name, policies.Current.Channels.Keys);
    }

    // Nothing here reads the store: it is away.
    private static async Task<Results<Ok<RollbackView>, Problem>> LocallyAsync(HttpContext http, string name, PolicyPublisher policies, ReleaseDesk desk)
    {
        (RollbackRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RollbackRequest);
        if (asked is null)
        {
            return problem!;
        }

        ReleaseIdRange range = default;
        List<FieldProblem> wrong = [.. asked.Problems()];
        if (asked.To is not null && !ReleaseIdRange.TryParse(asked.To, out range))
        {
            wrong.Add(new FieldProblem("to", $"is a release's id, or the first {ReleaseIdRange.MinDigits} or more digits of it"));
        }

        if (asked.Force || asked.Conversations is not null)
        {
            wrong.Add(new FieldProblem(asked.Force ? "force" : "conversations", "is not for a rollback without the store: leave it out"));
        }

        if (wrong.Count > 0)
        {
            return new Problem(AdminError.RollbackInvalid, "Mend what \"errors\" names; nothing was rolled back.", [.. wrong]);
        }

        var order = new RollbackOrder(Actor.Of(http).Name, asked.Reason) { Streams = asked.Streams };
        return await desk.RollBackLocallyAsync(name, order, asked.To is null ? null : range, asked.DryRun, http.RequestAborted) is not { } result ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
            : result.Refusals.Count > 0 ? Refused(result.Refusals)
            : TypedResults.Ok(RollbackView.Of(result, order, asked.DryRun, new ConversationCounts(0, 0, 0), null) with { Local = true });
    }

    private static async Task<Results<Ok<RollbackView>, Problem>> OfGroupAsync(HttpContext http, string name, IReleaseStore releases, RollbackNotes notes, ReleaseDesk desk)
    {
        (RollbackRequest? asked, RollbackOrder? order, Problem? problem) = await ReadAsync(http, releases);
        if (asked is null || order is null)
        {
            return problem!;
        }

        if (order.To is not null)
        {
            return new Problem(AdminError.RollbackInvalid, "Mend what \"errors\" names; nothing was rolled back.", [new FieldProblem("to", "is the way back of one channel; those of a group each have their own")]);
        }

        return await desk.RollBackGroupAsync(name, order, asked.DryRun, http.RequestAborted) is { } result
            ? result.Refusals.Count > 0 ? Refused(result.Refusals) : await AnswerAsync(result, order, asked.DryRun, notes)
            : new Problem(AdminError.GroupUnknown, $"No channel is in a group called \"{Printable.Cut(name)}\". Put one in with: causeway channel set NAME --group {Printable.Cut(name)}");
    }

    private static async Task<Results<Ok<RollbackView>, Problem>> OfReleaseAsync(HttpContext http, string id, IReleaseStore releases, RollbackNotes notes, ReleaseDesk desk)
    {
        (RollbackRequest? asked, RollbackOrder? order, Problem? problem) = await ReadAsync(http, releases);
        if (asked is null || order is null)
        {
            return problem!;
        }

        if (order.ContinueFor is not null)
        {
            return new Problem(AdminError.RollbackInvalid, "Mend what \"errors\" names; nothing was rolled back.", [new FieldProblem("conversations", "what is taken back everywhere no conversation goes on with: continue is for channels and groups")]);
        }

        // A release that was never kept here can be taken back too: whole ids are taken as they are.
        ReleaseLookup found = await ReleaseLookup.ByIdAsync(id, releases, http.RequestAborted);
        ReleaseId? release = found.Release?.Id ?? (ReleaseId.TryParse(id, out ReleaseId whole) ? whole : null);
        return release is { } of
            ? await AnswerAsync(await desk.RollBackEverywhereAsync(of, order, asked.DryRun, http.RequestAborted), order, asked.DryRun, notes, isQuarantined: order.Force)
            : found.Problem;
    }

    private static async Task<(RollbackRequest? Asked, RollbackOrder? Order, Problem? Problem)> ReadAsync(HttpContext http, IReleaseStore releases)
    {
        (RollbackRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RollbackRequest);
        if (asked is null)
        {
            return (null, null, problem);
        }

        if (asked.Problems().ToArray() is { Length: > 0 } wrong)
        {
            return (null, null, new Problem(AdminError.RollbackInvalid, "Mend what \"errors\" names; nothing was rolled back.", wrong));
        }

        ReleaseId? to = null;
        if (asked.To is not null)
        {
            ReleaseLookup found = await ReleaseLookup.ByIdAsync(asked.To, releases, http.RequestAborted);
            if (found.Release is null)
            {
                return (null, null, found.Problem);
            }

            to = found.Release.Id;
        }

        return (asked, new RollbackOrder(Actor.Of(http).Name, asked.Reason) { To = to, Streams = asked.Streams, Conversations = asked.Policy(), ContinueFor = asked.ContinueFor(), Force = asked.Force, MayRollOut = RoleTable.Allows("start_rollout", isReading: false, Actor.Of(http).Roles) }, null);
    }

    // A release that is taken back by force is in quarantine, also where no channel of it has a way back.
    private static async Task<Results<Ok<RollbackView>, Problem>> AnswerAsync(RollbackResult result, RollbackOrder order, bool dryRun, RollbackNotes notes, bool isQuarantined = false) =>
        result.Refusals.Count > 0 && !isQuarantined && (result.Channels.Count == 0 || !order.Force)
            ? Refused(result.Refusals)
            : TypedResults.Ok(RollbackView.Of(result, order, dryRun, await notes.ConversationsAsync(result, order, dryRun), dryRun ? await notes.OutlookAsync(result) : null));

    private static Problem Refused(IReadOnlyList<RollbackRefusal> refusals) => new(
        refusals.Any(refusal => refusal.Fault is RollbackFault.NoWayBack or RollbackFault.Quarantined or RollbackFault.Unserved) ? AdminError.RollbackInfeasible : AdminError.RollbackRefused,
        "Nothing was rolled back.",
        [.. refusals.Select(refusal => new FieldProblem(refusal.Channel, refusal.Message + (refusal.Ways.Count > 0 ? $". The best way back is {refusal.Ways[0]}" : "")))]);
}
