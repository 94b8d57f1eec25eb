using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Sentinel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Sentinel;

/// <summary><c>/sentinel</c>: whether what answers behind pins is what did.</summary>
internal static class WatchPins
{
    private const decimal LeastUsd = 0.000001m;
    private const decimal MostUsd = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sentinel", ShowAsync)
            .WithName("show_sentinel").WithTags("rollouts").WithSummary("Whether what answers behind pins is what did")
            .WithDescription("Every pin of a release that a channel serves, rolls out or can go back to: what its answers call themselves, and how its border prompts were answered.");
        api.MapPost("/sentinel/probe", ProbeAsync)
            .WithName("probe_sentinel").WithTags("rollouts").WithSummary("Ask a pin its border prompts, or measure them first")
            .WithDescription("With dry_run, only what it takes at most. One run at a time; show_sentinel has its progress. What it used is booked for team causeway, feature sentinel.")
            .Reads<ProbePinRequest>("Which pin, what for, and what it may cost.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.PinUnknown, AdminError.SentinelInvalid, AdminError.SentinelRefused);
        api.MapPost("/sentinel/accept", AcceptAsync)
            .WithName("accept_drift").WithTags("rollouts").WithSummary("Take what answers now for what a pin names")
            .WithDescription("Drift is over. Where the pin's border prompts had been measured they are measured anew, as far as the day's money goes; where its answers only looked otherwise, how they look is counted anew. A rollout that was held by it stays held until a person advances it.")
            .Reads<AcceptPinRequest>("Which pin, and why.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.PinUnknown, AdminError.SentinelInvalid, AdminError.SentinelRefused);
    }

    private static async Task<Ok<SentinelView>> ShowAsync(HttpContext http, SentinelDesk desk, SentinelBook book, PolicyPublisher policies, TimeProvider time)
    {
        await book.LoadAsync(http.RequestAborted);
        return TypedResults.Ok(SentinelView.Of(desk, book, await desk.UsedAsync(http.RequestAborted), policies.Current, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<SentinelPlanView>, Problem>> ProbeAsync(HttpContext http, SentinelDesk desk, SentinelBook book)
    {
        (ProbePinRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.ProbePinRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (asked.MaxUsd is < LeastUsd or > MostUsd)
        {
            return Invalid("max_usd", "is an amount from 0.000001 to 1000");
        }

        await book.LoadAsync(http.RequestAborted);
        (UsedPin? used, problem) = await FindAsync(asked.Pin, desk, http.RequestAborted);
        if (used is null)
        {
            return problem!;
        }

        if (desk.PlanOf(used, asked.Baseline, asked.MaxUsd is { } usd ? Money.Nano(usd) : null) is not { } plan)
        {
            return new Problem(AdminError.SentinelRefused, $"The border prompts of {used.Pin} were not measured yet: there is nothing to compare with. Measure them first: causeway sentinel probe {used.Pin} --baseline");
        }

        if (asked.DryRun)
        {
            return TypedResults.Ok(SentinelPlanView.Of(plan, started: false));
        }

        return desk.TryStart(used, plan, Actor.Of(http).Name, asked.Reason, out SentinelRun run)
            ? TypedResults.Ok(SentinelPlanView.Of(plan, started: true))
            : new Problem(AdminError.SentinelRefused, $"{run.Plan.Pin} is being asked since {run.StartedAt:u}: {run.Calls} of at most {run.Plan.Calls} calls are made. Wait for it: causeway sentinel status");
    }

    private static async Task<Results<Ok<AcceptedPinView>, Problem>> AcceptAsync(HttpContext http, SentinelDesk desk, SentinelBook book, TimeProvider time)
    {
        (AcceptPinRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.AcceptPinRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.SentinelInvalid, "Mend what \"errors\" names; nothing was accepted.", wrong);
        }

        await book.LoadAsync(http.RequestAborted);
        (UsedPin? used, problem) = await FindAsync(asked.Pin, desk, http.RequestAborted);
        if (used is null)
        {
            return problem!;
        }

        string by = Actor.Of(http).Name;
        bool isBaselineLost = book.Find(used.Pin.Provider, used.Pin.Model) is { Baseline: not null, Drift: not null };
        if (await desk.AcceptAsync(used.Pin, by, asked.Reason, http.RequestAborted) is not { } pin)
        {
            return new Problem(AdminError.SentinelRefused, $"{used.Pin} has not drifted, and its answers look as they did: there is nothing to accept.");
        }

        SentinelPlan? plan = isBaselineLost ? desk.PlanOf(used, baseline: true, maxNanoUsd: null) : null;
        bool fits = plan is not null && (plan.CeilingNanoUsd ?? 0) <= plan.MaxNanoUsd && desk.TryStart(used, plan, by, asked.Reason, out _);
        return TypedResults.Ok(new AcceptedPinView(WatchedPinView.Of(pin, used, desk.Timetable, time.GetUtcNow()), fits ? SentinelPlanView.Of(plan!, started: true) : null));
    }

    private static async Task<(UsedPin? Used, Problem? Problem)> FindAsync(string pin, SentinelDesk desk, CancellationToken cancellation)
    {
        IReadOnlyList<UsedPin> all = await desk.UsedAsync(cancellation);
        return all.FirstOrDefault(one => one.Pin.ToString() == pin) is { } used
            ? (used, null)
            : (null, new Problem(AdminError.PinUnknown, $"No release that a channel serves, rolls out or can go back to has the pin \"{Printable.Cut(pin)}\"{Nearest.End(pin, all.Select(one => one.Pin.ToString()))} List them: causeway sentinel status"));
    }

    private static Problem Invalid(string field, string message) => new(AdminError.SentinelInvalid, "Mend what \"errors\" names; nothing was sent.", [new FieldProblem(field, message)]);
}

/// <summary>What a pin is to be asked.</summary>
internal sealed record ProbePinRequest
{
    [Required, Description("provider/model, a pin of a release that a channel serves, rolls out or can go back to.")]
    public string Pin { get; set; } = "";

    [Description("true: look for border prompts and measure how they are answered; false: ask those that were measured.")]
    public bool Baseline { get; set; }

    [Description("What it may cost, 0.000001 to 1000 USD. When left out: what is left of the day's money.")]
    public decimal? MaxUsd { get; set; }

    [Description("true: only say what it takes at most; nothing is sent.")]
    public bool DryRun { get; set; }

    [StringLength(500), Description("Why; kept with the measurement and in the timeline.")]
    public string? Reason { get; set; }
}

/// <summary>What is accepted.</summary>
internal sealed record AcceptPinRequest
{
    [Required, Description("provider/model.")]
    public string Pin { get; set; } = "";

    [Required, Description("Why, 1 to 500 characters; kept in the timeline.")]
    public string Reason { get; set; } = "";
}
