using Causeway.Admin.Spend;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Agreements;

/// <summary><c>GET /agreements/coverage</c>, <c>GET /agreements/{id}/impact</c> and <c>POST /agreements/plan</c>: what may go where, and what a change would stop.</summary>
internal static class ShowCoverage
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/agreements/coverage", Show)
            .WithName("show_coverage").WithTags("agreements").WithSummary("What may go where now")
            .WithDescription("For every provider and class of data what lets it go: an agreement, the configuration, or nothing; which models may have nothing, and which channels have pins there.");
        api.MapGet("/agreements/{id}/impact", ShowImpactAsync)
            .WithName("show_agreement_impact").WithTags("agreements").WithSummary("What would stop with an agreement")
            .WithDescription("Classes of data, channels, and the calls of the last seven days that would not have been made had it been ended. Changes nothing.")
            .Refuses(AdminError.AgreementUnknown);
        api.MapPost("/agreements/plan", PlanAsync)
            .WithName("plan_agreement").WithTags("agreements").WithSummary("What a new agreement would stop and let go")
            .WithDescription("As create_agreement, and nothing is made: from its first agreement on a provider is covered by its agreements alone, so that the first one may stop something.")
            .Reads<CreateAgreementRequest>("Whose, where, which classes of data, until when.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.AgreementInvalid);
    }

    private static Ok<AgreementCoverage> Show(PolicyPublisher policies, TimeProvider time) => TypedResults.Ok(AgreementCoverage.Of(policies.Current, time.GetUtcNow()));

    private static async Task<Results<Ok<AgreementImpact>, Problem>> ShowImpactAsync(string id, HttpContext http, IResidencyStore calls, Journal journal, PolicyPublisher policies, TimeProvider time)
    {
        PolicyRevision policy = policies.Current;
        if (!AgreementId.TryParse(id, out AgreementId name) || policy.Agreements.Find(name) is not { } agreement)
        {
            return AgreementView.Unknown(id);
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        if (policy.FindProvider(agreement.Provider) is not { } route)
        {
            return TypedResults.Ok(new AgreementImpact(agreement.Provider, [], [], [], [], null, [], now, 0, [])); // Its provider is gone: there is nothing that it lets go.
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        Agreement ended = agreement.StateAt(now) is AgreementState.Ended or AgreementState.Expired ? agreement : agreement with { EndedAt = now, Version = agreement.Version + 1 };
        return TypedResults.Ok(await AgreementImpact.OfAsync(route, policy, policy.Agreements.With(ended), now, calls, now, http.RequestAborted));
    }

    private static async Task<Results<Ok<AgreementImpact>, Problem>> PlanAsync(HttpContext http, IResidencyStore calls, Journal journal, PolicyPublisher policies, TimeProvider time)
    {
        (CreateAgreementRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateAgreementRequest);
        if (asked is null)
        {
            return problem!;
        }

        PolicyRevision policy = policies.Current;
        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        AgreementDraft draft = new(asked, policy, Actor.Of(http).Name, now);
        if (draft.Agreement is not { } agreement || policy.FindProvider(agreement.Provider) is not { } route)
        {
            return new Problem(AdminError.AgreementInvalid, "Mend what \"errors\" names; nothing would be made.", draft.Problems);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        return TypedResults.Ok(await AgreementImpact.OfAsync(route, policy, policy.Agreements.With(agreement), agreement.From, calls, now, http.RequestAborted));
    }
}
