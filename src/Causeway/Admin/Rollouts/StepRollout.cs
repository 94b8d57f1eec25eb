using Causeway.Admin.Channels;
using Causeway.Admin.Releases;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollouts;

/// <summary><c>/channels/{name}/rollout</c>: a channel on its way from one release to the next.</summary>
internal static class StepRollout
{
    private static readonly AdminError[] s_stepRefusals =
    [
        AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.RolloutRefused, AdminError.RolloutInvalid,
    ];

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/rollouts/plan", (Delegate)PlanAsync)
            .WithName("plan_rollout").WithTags("rollouts").WithSummary("Check a plan")
            .WithDescription("Starts nothing. With neither plan nor ppm it answers with the plan that a rollout has when nothing else is said.")
            .Reads<PlanRolloutRequest>("The plan.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.RolloutInvalid);
        api.MapPost("/channels/{name}/rollout", StartAsync)
            .WithName("start_rollout").WithTags("rollouts").WithSummary("Start a rollout")
            .WithDescription("Its first stage is in force from the next request on. A rollback in force is over with it.")
            .Reads<StartRolloutRequest>("Where to, and by which plan.")
            .Refuses([.. s_stepRefusals, AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous]);
        api.MapGet("/channels/{name}/rollout", ShowAsync)
            .WithName("show_rollout").WithTags("rollouts").WithSummary("Show a channel's rollout")
            .WithDescription("The one that is under way, or the last one that was.")
            .Refuses(AdminError.ChannelUnknown, AdminError.RolloutUnknown);
        Step(api, "advance", "Go to the next stage", "Refused while the stage's time, units or evidence are not there, or a guard holds it, unless it is forced with a reason. More than a quarter of the units is exposed only where the way back was rehearsed, or was said not to need it.", false, static (step, desk, _) => desk.AdvanceAsync(step.Channel, step.Force, step.By, step.Reason, step.Cancellation));
        Step(api, "pause", "Pause a rollout", "Base answers everybody. Resumed, the candidate meets the same units again.", false, static (step, desk, _) => desk.PauseAsync(step.Channel, step.By, step.Reason, step.Cancellation));
        Step(api, "resume", "Resume a rollout", "The stage's time begins anew.", false, static (step, desk, _) => desk.ResumeAsync(step.Channel, step.By, step.Reason, step.Cancellation));
        Step(api, "abort", "Give a rollout up", "Base answers everybody, and the candidate is not in quarantine. To go back from one that is bad, roll the channel back.", true, static (step, desk, _) => desk.AbortAsync(step.Channel, step.By, step.Reason!, step.Cancellation));
        Step(api, "finalize", "Point the channel at the candidate", "The point of no return: base is let go, and the lease and the holdback end. Where admin.operators has names, two of them have to want it: the first one's call is kept, the second one's does it.", false, static (step, desk, admin) => desk.FinalizeAsync(step.Channel, admin.Operators.Count > 0, step.Force, step.By, step.Reason, step.Cancellation));
    }

    private static void Step(RouteGroupBuilder api, string verb, string summary, string description, bool needsReason, Func<WantedStep, ReleaseDesk, AdminCredential, Task<RolloutResult?>> step) =>
        api.MapPost($"/channels/{{name}}/rollout/{verb}", async Task<Results<Ok<RolloutView>, Problem>> (
            HttpContext http, string name, ReleaseDesk desk, PolicyPublisher policies, InferenceGateway gateway, AdminCredential admin, TimeProvider time) =>
        {
            (RolloutStepRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RolloutStepRequest);
            if (asked is null)
            {
                return problem!;
            }

            return asked.Problems(needsReason).ToArray() is { Length: > 0 } wrong
                ? new Problem(AdminError.RolloutInvalid, "Mend what \"errors\" names; nothing was changed.", wrong)
                : await AnswerAsync(await step(new WantedStep(name, asked.Force, Actor.Of(http).Name, asked.Reason, http.RequestAborted), desk, admin), name, desk, policies, gateway, time);
        })
        .WithName($"{verb}_rollout").WithTags("rollouts").WithSummary(summary).WithDescription(description)
        .Reads<RolloutStepRequest>("Why, and whether to pass over what stands against it.")
        .Refuses(s_stepRefusals);

    private static async Task<Results<Ok<PlannedRollout>, Problem>> PlanAsync(HttpContext http)
    {
        (PlanRolloutRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.PlanRolloutRequest);
        if (asked is null)
        {
            return problem!;
        }

        (RolloutPlan plan, FieldProblem[] wrong) = new StartRolloutRequest { Plan = asked.Plan, Ppm = asked.Ppm }.Read();
        return wrong.Length > 0
            ? new Problem(AdminError.RolloutInvalid, "Mend what \"errors\" names.", wrong)
            : TypedResults.Ok(new PlannedRollout(RolloutPlanBody.Of(plan), plan.NeedsDrill));
    }

    private static async Task<Results<Ok<RolloutView>, Problem>> StartAsync(
        HttpContext http, string name, IReleaseStore releases, ReleaseDesk desk, ReadinessDesk readiness, PolicyPublisher policies, InferenceGateway gateway, TimeProvider time)
    {
        (StartRolloutRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.StartRolloutRequest);
        if (asked is null)
        {
            return problem!;
        }

        (RolloutPlan plan, FieldProblem[] wrong) = asked.Read();
        if (asked.To.Length == 0)
        {
            wrong = [new FieldProblem("to", "is missing: the release to go to, by its id or the beginning of it"), .. wrong];
        }

        if (wrong.Length > 0)
        {
            return new Problem(AdminError.RolloutInvalid, "Mend what \"errors\" names; nothing was started.", wrong);
        }

        ReleaseLookup found = await ReleaseLookup.ByIdAsync(asked.To, releases, http.RequestAborted);
        if (found.Release is not { } release)
        {
            return found.Problem;
        }

        (string? skipDrill, string by) = (asked.SkipDrill ? asked.Reason : null, Actor.Of(http).Name);
        RolloutId? without = RolloutId.TryParse(asked.ExcludeExposed ?? "", out RolloutId exposed) ? exposed : null;
        return await AnswerAsync(
            await desk.StartAsync(name, release.Id, plan, skipDrill, by, asked.Reason, http.RequestAborted, asked.Reshuffle, without, asked.Force ? null : readiness.RefusalAsync), name, desk, policies, gateway, time);
    }

    private static async Task<Results<Ok<RolloutView>, Problem>> ShowAsync(HttpContext http, string name, ReleaseDesk desk, PolicyPublisher policies, InferenceGateway gateway, TimeProvider time) =>
        await desk.RoutingOfAsync(name, http.RequestAborted) is not { } routing ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
        : routing.Rollout is null ? new Problem(AdminError.RolloutUnknown, $"Channel \"{name}\" was never rolled out. Start with: causeway rollout start {name} --to RELEASE")
        : TypedResults.Ok(RolloutView.Of(routing, await desk.EvidenceOfAsync(name, routing.Rollout, http.RequestAborted), gateway, time.GetUtcNow()));

    // What was done is told, whoever still listens.
    private static async Task<Results<Ok<RolloutView>, Problem>> AnswerAsync(RolloutResult? result, string name, ReleaseDesk desk, PolicyPublisher policies, InferenceGateway gateway, TimeProvider time) =>
        result is null ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
        : result.Refusal is { } refusal ? Refused(name, refusal)
        : TypedResults.Ok(RolloutView.Of(result.Routing, await desk.EvidenceOfAsync(name, result.Routing.Rollout!, CancellationToken.None), gateway, time.GetUtcNow(), result.Kind));

    private static Problem Refused(string name, RolloutRefusal refusal) =>
        new(
            refusal.Fault == RolloutFault.SamePerson ? AdminError.SelfApproval : AdminError.RolloutRefused,
            $"Channel \"{name}\": {refusal.Message}.{(refusal.Fault == RolloutFault.NotReady ? $" Look at: causeway readiness {name} --why. --force --reason TEXT starts it all the same." : "")}");

    private sealed record WantedStep(string Channel, bool Force, string By, string? Reason, CancellationToken Cancellation);
}
