using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Agreements;

/// <summary><c>POST /agreements/{id}/end</c>: nothing goes out by it any more, from the next call upstream on.</summary>
internal static class EndAgreement
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/agreements/{id}/end", RunAsync)
        .WithName("end_agreement").WithTags("agreements").WithSummary("End an agreement before its time")
        .WithDescription("Holds from the next call upstream on, also of requests that are under way; an answer that has begun is read to its end. Ending again changes nothing.")
        .Reads<EndAgreementRequest>("Why.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.AgreementInvalid, AdminError.AgreementUnknown);

    private static async Task<Results<Ok<AgreementView>, Problem>> RunAsync(
        string id, HttpContext http, IAgreementStore store, BudgetLedger ledger, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        (EndAgreementRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.EndAgreementRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.AgreementInvalid, "Nothing was ended.", wrong);
        }

        if (!AgreementId.TryParse(id, out AgreementId name))
        {
            return AgreementView.Unknown(id);
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        while (true)
        {
            // As the store has it: a warning that another instance told meanwhile makes another version.
            if ((await store.ListAsync(CancellationToken.None)).FirstOrDefault(one => one.Id == name) is not { } kept)
            {
                return AgreementView.Unknown(id);
            }

            if (kept.StateAt(now) is AgreementState.Ended or AgreementState.Expired)
            {
                return TypedResults.Ok(AgreementView.Of(kept, policies.Publish(policy => policy.WithAgreements(kept)), now));
            }

            Agreement ended = kept with { EndedAt = now, EndedBy = Actor.Of(http).Name, EndReason = asked.Reason, Version = kept.Version + 1 };
            if (await store.ReplaceAsync(ended, CancellationToken.None))
            {
                PolicyRevision policy = policies.Publish(current => current.WithAgreements(ended));
                await CreateAgreement.NoteAsync(ledger, ended, "agreement_ended", ended.EndedBy, ended.EndReason);
                AdminEvents.AgreementEnded(log, ended.Id.ToString(), ended.Provider, ended.EndedBy, Printable.Cut(asked.Reason));
                return TypedResults.Ok(AgreementView.Of(ended, policy, now));
            }
        }
    }
}
