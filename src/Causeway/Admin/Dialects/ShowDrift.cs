using System.ComponentModel;
using Causeway.Contracts.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Dialects;

/// <summary><c>GET /dialects/drift</c>: what changed of what probes show, and when.</summary>
internal static class ShowDrift
{
    // A measurement that is older than this says nothing of when a change came.
    private static readonly TimeSpan s_lookBack = TimeSpan.FromDays(90);

    // Measurements are kept for ever; one answer goes through a year of them at most.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 30d when left out.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/dialects/drift", RunAsync)
        .WithName("show_drift").WithTags("dialects").WithSummary("What changed of dialects")
        .WithDescription("Differences of two consecutive measurements of one probe of one model, oldest first. The earlier of the two may lie up to 90 days before the window.")
        .Asks(s_since)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<DialectDrift>, Problem>> RunAsync(HttpContext http, IConformanceStore store, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!Moment.TryParse(s_since.Text(http.Request.Query) ?? "30d", now, out DateTimeOffset since) || since >= now)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("since", $"is {Moment.Form}, and in the past")]);
        }

        if (now - since > s_longest)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("since", $"may lie {s_longest.TotalDays:0} days back at most")]);
        }

        IReadOnlyList<Measurement> measured = await store.SinceAsync(since - s_lookBack, http.RequestAborted);
        return TypedResults.Ok(new DialectDrift(since, now, [.. Drift.Of(measured, since).Select(DriftLine.Of)]));
    }
}

/// <summary>What changed in a window.</summary>
internal sealed record DialectDrift(
    [property: Description("Where the window begins.")] DateTimeOffset Since,
    [property: Description("Where it ends: the moment of the answer.")] DateTimeOffset Until,
    [property: Description("Oldest first.")] IReadOnlyList<DriftLine> Changes);

/// <summary>One change.</summary>
internal sealed record DriftLine(
    [property: Description("provider/model.")] string Model,
    string Dialect,
    string Probe,
    [property: Description("What the probe is about, for people.")] string Title,
    [property: Description("What it showed before.")] string From,
    [property: Description("What it shows now.")] string To,
    [property: Description("When it showed that last.")] DateTimeOffset FromAt,
    [property: Description("When the change was seen.")] DateTimeOffset At,
    [property: Description("What was seen; null: nothing beyond the verdict.")] string? Detail)
{
    public static DriftLine Of(DialectChange change) => new(
        $"{change.Provider}/{change.Model}",
        change.Dialect,
        change.Probe,
        ProbeSet.Find(change.Probe)?.Title ?? change.Probe,
        change.From.Word(),
        change.To.Word(),
        change.FromAt,
        change.At,
        change.Detail);
}
