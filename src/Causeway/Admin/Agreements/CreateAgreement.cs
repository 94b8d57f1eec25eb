using System.Text;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Agreements;

/// <summary><c>POST /agreements</c>: what a provider may process, where and until when.</summary>
internal static class CreateAgreement
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/agreements", RunAsync)
        .WithName("create_agreement").WithTags("agreements").WithSummary("State an agreement")
        .WithDescription("From the first one on a provider is covered by its agreements alone, whatever its data in the configuration. An agreement is never changed: another one is made, and this one ended.")
        .Reads<CreateAgreementRequest>("Whose, where, which classes of data, until when.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.AgreementInvalid);

    private static async Task<Results<Created<AgreementView>, Problem>> RunAsync(
        HttpContext http, IAgreementStore store, BudgetLedger ledger, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        (CreateAgreementRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateAgreementRequest);
        if (asked is null)
        {
            return problem!;
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        AgreementDraft draft = new(asked, policies.Current, Actor.Of(http).Name, now);
        if (draft.Agreement is not { } agreement)
        {
            return new Problem(AdminError.AgreementInvalid, "Mend what \"errors\" names; nothing was made.", draft.Problems);
        }

        if (!await store.AddAsync(agreement, CancellationToken.None)) // To its end, whether or not the caller waits for it.
        {
            return new Problem(AdminError.AgreementInvalid, $"{IAgreementStore.MaxKept:#,0} agreements are kept, which is the most.");
        }

        PolicyRevision policy = policies.Publish(current => current.WithAgreements(agreement));
        await NoteAsync(ledger, agreement, "agreement_made", agreement.CreatedBy, agreement.Note);
        AdminEvents.AgreementMade(log, agreement.Id.ToString(), agreement.Provider, string.Join(", ", agreement.Data), string.Join(", ", agreement.Regions), agreement.Until, agreement.CreatedBy);
        return TypedResults.Created($"{AdminApi.Root}/agreements/{agreement.Id}", AgreementView.Of(agreement, policy, now));
    }

    /// <summary>Writes into the ledger what became of an agreement, with all of it.</summary>
    public static Task NoteAsync(BudgetLedger ledger, Agreement agreement, string code, string actor, string? reason) => ledger.Note(
        new LedgerEvent(LedgerEventKind.AgreementChanged, 0) { Code = code, Provider = agreement.Provider, Actor = actor, Reason = reason, Detail = Encoding.UTF8.GetString(AgreementJson.Write(agreement)) },
        isAwaited: true);
}
