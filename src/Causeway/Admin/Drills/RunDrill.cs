using Causeway.Admin.Channels;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Drills;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Drills;

/// <summary><c>/channels/{name}/drills</c> and <c>/drills</c>: the way back, rehearsed on live traffic.</summary>
internal static class RunDrill
{
    private static readonly QueryParameter s_channel = new("channel", "Only of this channel.");
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, IDrillStore.MaxListed, 50) };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/channels/{name}/drills", BeginAsync)
            .WithName("begin_drill").WithTags("drills").WithSummary("Rehearse the way back")
            .WithDescription("On live traffic, by the means of the real way back: a revision gives requests to base, and another one gives them back. It runs by itself; look at it until its state is not running. A rollout exposes more than a quarter of the units only after a slice drill of its own that passed.")
            .Reads<BeginDrillRequest>("What is rehearsed, and for how long.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.DrillRefused, AdminError.DrillInvalid);
        api.MapGet("/drills", ListAsync)
            .WithName("list_drills").WithTags("drills").WithSummary("List drills")
            .WithDescription("The newest first. They are kept for good.")
            .Asks(s_channel, s_limit)
            .Refuses(AdminError.QueryInvalid, AdminError.ChannelUnknown);
        api.MapGet("/drills/{id}", ShowAsync)
            .WithName("show_drill").WithTags("drills").WithSummary("Show a drill")
            .WithDescription("What it showed, once it is over.")
            .Refuses(AdminError.DrillUnknown);
        api.MapPost("/drills/{id}/stop", StopAsync)
            .WithName("stop_drill").WithTags("drills").WithSummary("End a drill before its time")
            .WithDescription("The candidate answers again, and nothing is proven. One that is over stays as it is.")
            .Refuses(AdminError.DrillUnknown);
    }

    private static async Task<Results<Ok<DrillView>, Problem>> BeginAsync(HttpContext http, string name, DrillRuns runs, PolicyPublisher policies)
    {
        (BeginDrillRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.BeginDrillRequest);
        if (asked is null)
        {
            return problem!;
        }

        string by = Actor.Of(http).Name;
        if (asked.Problems(by).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.DrillInvalid, "Mend what \"errors\" names; nothing was begun.", wrong);
        }

        DrillResult? result = await runs.BeginAsync(name, asked.ToOrder(by), asked.DryRun, http.RequestAborted);
        return result is null ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
            : result.Refusal is { } refusal ? new Problem(AdminError.DrillRefused, $"Channel \"{name}\": {refusal.Message}.")
            : TypedResults.Ok(DrillView.Of(result.Drill!, asked.DryRun));
    }

    private static async Task<Results<Ok<DrillList>, Problem>> ListAsync(HttpContext http, IDrillStore drills, PolicyPublisher policies)
    {
        string? channel = s_channel.Text(http.Request.Query);
        IReadOnlyList<Drill> found = await drills.ListAsync(channel, s_limit.Number(http.Request.Query), http.RequestAborted);
        return found.Count == 0 && channel is not null && !policies.Current.Channels.ContainsKey(channel)
            ? ChannelView.Unknown(channel, policies.Current.Channels.Keys)
            : TypedResults.Ok(new DrillList([.. found.Select(drill => DrillView.Of(drill))]));
    }

    private static async Task<Results<Ok<DrillView>, Problem>> ShowAsync(HttpContext http, string id, IDrillStore drills) =>
        DrillId.TryParse(id, out DrillId drill) && await drills.FindAsync(drill, http.RequestAborted) is { } found ? TypedResults.Ok(DrillView.Of(found)) : Unknown(id);

    private static async Task<Results<Ok<DrillView>, Problem>> StopAsync(HttpContext http, string id, DrillRuns runs) =>
        DrillId.TryParse(id, out DrillId drill) && await runs.EndAsync(drill, Actor.Of(http).Name, http.RequestAborted) is { } ended ? TypedResults.Ok(DrillView.Of(ended)) : Unknown(id);

    private static Problem Unknown(string id) => new(AdminError.DrillUnknown, $"There is no drill {Printable.Cut(id)}. List them with: causeway drill list");
}
