using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Reviews;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Raises;

/// <summary><c>GET /grants/review</c> and <c>POST /grants/review/apply</c>: grants that nobody uses, and amounts that nobody needs.</summary>
internal static class ReviewGrants
{
    private static readonly QueryParameter s_days = new("days", "Days without use after which a grant is listed.") { Count = (1, 400, GrantReview.TellAfterDays) };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/grants/review", Run)
            .WithName("review_grants").WithTags("raises").WithSummary("Grants that are unused or too large")
            .WithDescription("Suggestions only. Unused for 45 days: suspend; for 90: revoke. A limit is too large where one and a half times the 99th percentile of its last eight windows is less.")
            .Asks(s_days);
        api.MapPost("/grants/review/apply", ApplyAsync)
            .WithName("apply_review").WithTags("raises").WithSummary("Suspend and revoke what is unused")
            .WithDescription("Suspends what is unused for 45 days and revokes what is unused for 90. Never a team's default grant, and never a sealed one.");
    }

    private static Ok<GrantReviewReport> Run(HttpContext http, BudgetLedger ledger, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new GrantReviewReport(
            now, [.. GrantReview.All(ledger, s_days.Number(http.Request.Query), now).Where(review => review.HasAdvice).Select(GrantReviewView.Of)]));
    }

    private static async Task<Ok<AppliedReview>> ApplyAsync(HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        string actor = Actor.Of(http).Name;
        List<AppliedReviewLine> changed = [];
        foreach (GrantReview review in GrantReview.All(ledger, GrantReview.TellAfterDays, time.GetUtcNow()).Where(review => review.Advice is ReviewAdvice.Suspend or ReviewAdvice.Revoke).ToArray())
        {
            GrantStatus status = review.Advice == ReviewAdvice.Revoke ? GrantStatus.Revoked : GrantStatus.Suspended;
            if (await ledger.ChangeAsync(review.Grant.Id, status, actor, GrantReviewView.ReasonOf(review)) is { } grant)
            {
                changed.Add(new AppliedReviewLine(grant.Id.ToString(), grant.Holder.ToString(), status == GrantStatus.Revoked ? "revoked" : "suspended", review.UnusedDays));
            }
        }

        AdminEvents.ReviewApplied(log, changed.Count, actor);
        return TypedResults.Ok(new AppliedReview(changed));
    }
}

/// <summary>What a review found.</summary>
internal sealed record GrantReviewReport(
    DateTimeOffset At,
    [property: Description("Those about which there is something to say, oldest grant first.")] IReadOnlyList<GrantReviewView> Grants);

/// <summary>What a review found about one grant.</summary>
internal sealed record GrantReviewView(
    string Grant,
    string Holder,
    [property: Description("active or suspended.")] string Status,
    [property: Description("When it, or anything below it, last let a request through; null: never.")] DateTimeOffset? LastAllowedAt,
    [property: Description("When it last refused one. A refused attempt is no use.")] DateTimeOffset? LastDeniedAt,
    [property: Description("Whole days without use; of a grant that was never used, since it was made.")] int UnusedDays,
    [property: Description("none, tell, suspend or revoke."), JsonConverter(typeof(SnakeCaseEnum<ReviewAdvice>))] ReviewAdvice Advice,
    IReadOnlyList<LimitReviewView> Limits,
    [property: Description("Commands that do what is advised.")] IReadOnlyList<string> Commands)
{
    public static GrantReviewView Of(GrantReview review) => new(
        review.Grant.Id.ToString(),
        review.Grant.Holder.ToString(),
        review.Grant.Status.ToString().ToLowerInvariant(),
        review.Use.Allowed,
        review.Use.Denied,
        review.UnusedDays,
        review.Advice,
        [.. review.Limits.Select(LimitReviewView.Of)],
        review.Advice switch
        {
            ReviewAdvice.Suspend => [$"causeway grant suspend {review.Grant.Id} --reason \"{ReasonOf(review)}\""],
            ReviewAdvice.Revoke => [$"causeway grant revoke {review.Grant.Id} --reason \"{ReasonOf(review)}\""],
            _ => [],
        });

    /// <summary>Why a grant is suspended or revoked.</summary>
    public static string ReasonOf(GrantReview review) => string.Create(CultureInfo.InvariantCulture, $"unused for {review.UnusedDays} days");
}

/// <summary>What a review found about one limit.</summary>
internal sealed record LimitReviewView(
    [property: Description("Its number among the grant's limits, from 1.")] int Number,
    string Limit,
    DateTimeOffset? LastAllowedAt,
    [property: Description("When this limit last refused a request.")] DateTimeOffset? LastDeniedAt,
    [property: Description("The 99th percentile of what was used in its last eight windows that are over, in its meter's unit; null: there are fewer than two.")] long? P99,
    [property: Description("One and a half times that, as a limit; null: the amount is not too large.")] string? Suggested)
{
    public static LimitReviewView Of(LimitReview review) => new(
        review.Number + 1,
        review.Limit.ToString(),
        review.Use.Allowed,
        review.Use.Denied,
        review.P99,
        review.Suggested is { } amount ? (review.Limit with { Amount = amount }).ToString() : null);
}

/// <summary>What was done.</summary>
internal sealed record AppliedReview(IReadOnlyList<AppliedReviewLine> Changed);

/// <summary>One grant that was suspended or revoked.</summary>
internal sealed record AppliedReviewLine(string Grant, string Holder, [property: Description("suspended or revoked.")] string Status, int UnusedDays);
