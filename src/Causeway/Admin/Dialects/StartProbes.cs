using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Dialects;

/// <summary><c>POST /dialects/estimate</c> and <c>POST /dialects/probe</c>: what probes would take, and sending them.</summary>
internal static class StartProbes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/dialects/estimate", EstimateAsync)
            .WithName("estimate_probes").WithTags("dialects").WithSummary("What a run of probes would take at most")
            .WithDescription("Calls, tokens and money for the same body that starts a run. Nothing is sent.")
            .Reads<ProbeRequestBody>("Which models, which probes, and what they may cost.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ProbeInvalid);
        api.MapPost("/dialects/probe", StartAsync)
            .WithName("start_probes").WithTags("dialects").WithSummary("Send probes")
            .WithDescription("Calls models with the configured credentials, under its bound in money, and keeps what they show. One run at a time; ask for its progress by its id. What it used is booked for team causeway, feature dialect-probe.")
            .Reads<ProbeRequestBody>("Which models, which probes, and what they may cost.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ProbeInvalid, AdminError.ProbesRunning);
    }

    private static async Task<Results<Ok<ProbeEstimates>, Problem>> EstimateAsync(HttpContext http, PolicyPublisher policies, ProbeTimetable timetable, TimeProvider time)
    {
        (ProbePlan? plan, Problem? problem) = await ReadAsync(http, policies, timetable);
        return plan is null ? problem! : TypedResults.Ok(ProbeEstimates.Of(plan, time.GetUtcNow()));
    }

    private static async Task<Results<Accepted<ProbeRunView>, Problem>> StartAsync(
        HttpContext http, PolicyPublisher policies, ProbeTimetable timetable, ProbeRuns runs, ILogger<AdminGate> log)
    {
        (ProbePlan? plan, Problem? problem) = await ReadAsync(http, policies, timetable);
        if (plan is null)
        {
            return problem!;
        }

        if (!runs.TryStart(plan, out ProbeRun run))
        {
            return new Problem(AdminError.ProbesRunning, $"{run.Id} runs since {run.StartedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}: {run.Results.Count} of {run.Total} probes are sent. Wait for it, or cancel it.");
        }

        AdminEvents.ProbesStarted(log, run.Id, plan.Pins.Count, plan.Probes.Count, Money.Usd(plan.MaxNanoUsd));
        return TypedResults.Accepted($"{AdminApi.Root}/dialects/probe/{run.Id}", ProbeRunView.Of(run));
    }

    private static async Task<(ProbePlan? Plan, Problem? Problem)> ReadAsync(HttpContext http, PolicyPublisher policies, ProbeTimetable timetable)
    {
        (ProbeRequestBody? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.ProbeRequestBody);
        return asked is null ? (null, problem) : asked.PlanFor(policies.Current, timetable);
    }
}
