using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Grants;

/// <summary><c>PATCH /grants/{id}</c>: suspends, resumes or revokes. It holds from the next request on, for all below it too.</summary>
internal static class ChangeGrant
{
    private static readonly string[] s_words = ["active", "suspended", "revoked"];

    public static void Map(RouteGroupBuilder api) => api.MapPatch("/grants/{id}", RunAsync)
        .WithName("change_grant").WithTags("grants").WithSummary("Suspend, resume or revoke a grant")
        .WithDescription("Holds from the next request on, for every grant and key below it as well. A revocation is for good: what was carved out goes back to the grant above, and its capability keys are dead. What it is already changes nothing and answers 200, with the reason that was given first.")
        .Reads<ChangeGrantRequest>("What it is to be, and why.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.GrantRevoked, AdminError.GrantInvalid);

    private static async Task<Results<Ok<GrantView>, Problem>> RunAsync(string id, HttpContext http, BudgetLedger ledger, InferenceGateway gateway, TimeProvider time, ILogger<AdminGate> log)
    {
        (ChangeGrantRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.ChangeGrantRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GrantView.Find(id, ledger) is not { } node)
        {
            return GrantView.Unknown(id);
        }

        FieldProblem[] wrong =
        [
            .. s_words.Contains(asked.Status) ? Array.Empty<FieldProblem>() : [new FieldProblem("status", $"is one of: {string.Join(", ", s_words)}{Nearest.To(asked.Status, s_words)}")],
            .. GivenReason.Problems(asked.Reason),
        ];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.GrantInvalid, "Mend what \"errors\" names; nothing was changed.", wrong);
        }

        GrantStatus status = asked.Status switch { "suspended" => GrantStatus.Suspended, "revoked" => GrantStatus.Revoked, _ => GrantStatus.Active };
        string actor = Actor.Of(http).Name;
        bool cuts = asked.Cut || (status == GrantStatus.Revoked && RevocationReason.Cuts(asked.Reason));
        int version = 0;
        (Grant? changed, Task durable) = await ledger.DecideAsync(() =>
        {
            version = node.Grant.Version;
            return (ledger.Change(node.Grant.Id, status, actor, asked.Reason, out Task kept, cuts), kept);
        });
        if (changed is null)
        {
            return new Problem(AdminError.GrantRevoked, $"{id} was revoked ({node.Grant.Reason}) and stays so. Make another with: causeway grant new");
        }

        if (status != GrantStatus.Active && (cuts || (status == GrantStatus.Revoked && node.CutsOnRevoke)))
        {
            gateway.Cut(node.Grant.Id);
        }

        await durable;
        if (changed.Version != version)
        {
            AdminEvents.GrantChanged(log, id, asked.Status, asked.Reason);
        }

        return TypedResults.Ok(GrantView.Of(node, ledger, time.GetUtcNow()));
    }
}

/// <summary>A change of a grant.</summary>
internal sealed record ChangeGrantRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("active, suspended or revoked.")]
    public string Status { get; set; } = "";

    [Required, Description("Why. It is kept with the change. A revocation whose reason is compromised, or begins with that word, cuts streams that run, whatever the grant says.")]
    public string Reason { get; set; } = "";

    [Description("Cut streams that run, not only refuse new requests.")]
    public bool Cut { get; init; }
}
