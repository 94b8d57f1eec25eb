using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Admin.Releases;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollouts;

/// <summary><c>/groups/{name}/rollout</c>: channels that are rolled out together, each step of all of them in one revision or of none.</summary>
internal static class StepGroup
{
    private static readonly AdminError[] s_refusals =
    [
        AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GroupUnknown, AdminError.RolloutRefused, AdminError.RolloutInvalid,
    ];

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/groups/{name}/rollout", StartAsync)
            .WithName("start_group_rollout").WithTags("rollouts").WithSummary("Start a rollout of a group")
            .WithDescription("Of every channel that is in it, in one revision or of none. Units are drawn by the group's name: who meets one candidate meets the others too.")
            .Reads<StartGroupRolloutRequest>("Where each channel is to go, and by which plan.")
            .Refuses([.. s_refusals, AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous]);
        api.MapGet("/groups/{name}/rollout", ShowAsync)
            .WithName("show_group_rollout").WithTags("rollouts").WithSummary("Show the rollouts of a group")
            .WithDescription("Of each of its channels the one that is under way, or the last one that was.")
            .Refuses(AdminError.GroupUnknown);
        Step(api, RolloutVerb.Advance, "Take a group to the next stage");
        Step(api, RolloutVerb.Pause, "Pause the rollouts of a group");
        Step(api, RolloutVerb.Resume, "Resume the rollouts of a group");
        Step(api, RolloutVerb.Abort, "Give the rollouts of a group up");
        Step(api, RolloutVerb.Finalize, "Point the channels of a group at their candidates");
    }

    private static void Step(RouteGroupBuilder api, RolloutVerb verb, string summary)
    {
        string word = verb.ToString().ToLowerInvariant();
        api.MapPost($"/groups/{{name}}/rollout/{word}", async Task<Results<Ok<GroupRolloutView>, Problem>> (
            HttpContext http, string name, ReleaseDesk desk, InferenceGateway gateway, AdminCredential admin, TimeProvider time) =>
        {
            (RolloutStepRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RolloutStepRequest);
            return asked is null ? problem!
                : asked.Problems(needsReason: verb == RolloutVerb.Abort).ToArray() is { Length: > 0 } wrong ? new Problem(AdminError.RolloutInvalid, "Mend what \"errors\" names; nothing was changed.", wrong)
                : await AnswerAsync(
                    await desk.StepGroupAsync(name, verb, admin.Operators.Count > 0, asked.Force, Actor.Of(http).Name, asked.Reason, http.RequestAborted), name, desk, gateway, time);
        })
        .WithName($"{word}_group_rollout").WithTags("rollouts").WithSummary(summary)
        .WithDescription("In one revision, or, when one of its channels cannot, none of them: the answer says which and why.")
        .Reads<RolloutStepRequest>("Why, and whether to pass over what stands against it.")
        .Refuses(verb == RolloutVerb.Finalize ? [.. s_refusals, AdminError.SelfApproval] : s_refusals);
    }

    private static async Task<Results<Ok<GroupRolloutView>, Problem>> StartAsync(
        HttpContext http, string name, IReleaseStore releases, ReleaseDesk desk, ReadinessDesk readiness, InferenceGateway gateway, TimeProvider time)
    {
        (StartGroupRolloutRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.StartGroupRolloutRequest);
        if (asked is null)
        {
            return problem!;
        }

        (RolloutPlan plan, List<FieldProblem> wrong) = asked.Read();
        if (wrong.Count > 0)
        {
            return new Problem(AdminError.RolloutInvalid, "Mend what \"errors\" names; nothing was started.", [.. wrong]);
        }

        Dictionary<string, ReleaseId> candidates = new(StringComparer.Ordinal);
        foreach ((string channel, string text) in asked.To)
        {
            ReleaseLookup found = await ReleaseLookup.ByIdAsync(text, releases, http.RequestAborted);
            if (found.Release is null)
            {
                return found.Problem;
            }

            candidates[channel] = found.Release.Id;
        }

        return await AnswerAsync(
            await desk.StartGroupAsync(name, candidates, plan, asked.SkipDrill ? asked.Reason : null, Actor.Of(http).Name, asked.Reason, http.RequestAborted, asked.Force ? null : readiness.RefusalAsync), name, desk, gateway, time);
    }

    private static async Task<Results<Ok<GroupRolloutView>, Problem>> ShowAsync(HttpContext http, string name, ReleaseDesk desk, InferenceGateway gateway, TimeProvider time)
    {
        IReadOnlyList<ChannelRouting> members = await desk.RoutingsOfGroupAsync(name, http.RequestAborted);
        return members.Count == 0 ? Unknown(name) : TypedResults.Ok(await ViewAsync(name, [.. members.Where(one => one.Rollout is not null).Select(one => new RolloutResult(null, one, null))], desk, gateway, time));
    }

    // What was done is told, whoever still listens.
    private static async Task<Results<Ok<GroupRolloutView>, Problem>> AnswerAsync(GroupResult? result, string name, ReleaseDesk desk, InferenceGateway gateway, TimeProvider time) =>
        result is null ? Unknown(name)
        : result.Refusals is { Count: > 0 } refusals ? new Problem(
            refusals.All(one => one.Refusal.Fault == RolloutFault.SamePerson) ? AdminError.SelfApproval : AdminError.RolloutRefused,
            refusals.All(one => one.Refusal.Fault == RolloutFault.NotReady) ? "Nothing was started. --force --reason TEXT starts it all the same." : $"Group \"{name}\" goes together or not at all; nothing was changed.",
            [.. refusals.Select(one => new FieldProblem(one.Channel, one.Refusal.Message))])
        : TypedResults.Ok(await ViewAsync(name, result.Channels, desk, gateway, time));

    private static async Task<GroupRolloutView> ViewAsync(string name, IReadOnlyList<RolloutResult> results, ReleaseDesk desk, InferenceGateway gateway, TimeProvider time)
    {
        List<RolloutView> views = [];
        foreach (RolloutResult one in results)
        {
            views.Add(RolloutView.Of(one.Routing, await desk.EvidenceOfAsync(one.Routing.Channel, one.Routing.Rollout!, CancellationToken.None), gateway, time.GetUtcNow(), one.Kind));
        }

        return new GroupRolloutView(name, views);
    }

    private static Problem Unknown(string name) =>
        new(AdminError.GroupUnknown, $"No channel is in a group called \"{Printable.Cut(name)}\". Put one in with: causeway channel set NAME --group {Printable.Cut(name)}");
}

/// <summary>A rollout of a group that is to be started.</summary>
internal sealed record StartGroupRolloutRequest
{
    private const int MaxChannels = 64;

    [Required, Description("Where each channel of the group is to go: the id of a release, or its beginning, by the channel's name. At most 64.")]
    public IReadOnlyDictionary<string, string> To { get; set; } = new Dictionary<string, string>();

    [Description("The stages of all of them; left out: 1, 5, 25 and 50 percent, then all but the holdback.")]
    public RolloutPlanBody? Plan { get; init; }

    [Description("In place of a plan: one share of the units, in millionths, 1 to 900000, and a bake.")]
    public int? Ppm { get; init; }

    [Description("true: the way back need not be rehearsed before more than a quarter of the units is exposed; needs a reason.")]
    public bool SkipDrill { get; set; }

    [Description("true: start it although the base of one is not ready to be gone back to; needs a reason.")]
    public bool Force { get; set; }

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    /// <summary>The plan that is meant, and what is wrong with it.</summary>
    public (RolloutPlan Plan, List<FieldProblem> Problems) Read()
    {
        (RolloutPlan plan, FieldProblem[] problems) = new StartRolloutRequest { Plan = Plan, Ppm = Ppm, SkipDrill = SkipDrill, Force = Force, Reason = Reason }.Read();
        return (plan, [.. problems, .. To is { Count: > 0 and <= MaxChannels } ? [] : (IEnumerable<FieldProblem>)[new FieldProblem("to", $"names 1 to {MaxChannels} channels, each with its release")]]);
    }
}

/// <summary>The rollouts of a group.</summary>
internal sealed record GroupRolloutView(
    [property: Description("The group's name.")] string Group,
    [property: Description("Of each channel that was ever rolled out, by name.")] IReadOnlyList<RolloutView> Channels);
