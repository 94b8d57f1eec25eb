using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Grants;

/// <summary><c>POST /grants/{id}/rekey</c>: the next generation of a grant's capability keys. Every one that was made before is void; the grant goes on.</summary>
internal static class RekeyGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/grants/{id}/rekey", RunAsync)
        .WithName("rekey_grant").WithTags("grants").WithSummary("End every capability key of a grant at once")
        .WithDescription("From the next request on every capability key (cw1_) of the grant is void, however it was narrowed and whoever holds it (token_bad_tag). Opaque keys, keys of grants below and what runs go on. Keys that are made from then on hold.")
        .Reads<RekeyGrantRequest>("Why.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.GrantRevoked, AdminError.GrantInvalid);

    private static async Task<Results<Ok<GrantSettingView>, Problem>> RunAsync(string id, HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (RekeyGrantRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RekeyGrantRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GrantView.Find(id, ledger) is not { } node)
        {
            return GrantView.Unknown(id);
        }

        if (asked.Reason.Length is 0 or > 500)
        {
            return new Problem(
                AdminError.GrantInvalid, "Mend what \"errors\" names; nothing was changed.", [new FieldProblem("reason", asked.Reason.Length == 0 ? "is missing: say why, it is kept with the change" : "has at most 500 characters")]);
        }

        (Grant Before, Grant After) set = (node.Grant, node.Grant);
        IReadOnlyList<DelegationFault> faults = await ledger.SetAsync(
            node.Grant.Id, grant => (set = (grant, grant with { KeyGeneration = grant.KeyGeneration + 1 })).After, null, Actor.Of(http).Name, asked.Reason);
        if (faults.Count > 0)
        {
            return new Problem(faults[0].Code == "grant_revoked" ? AdminError.GrantRevoked : AdminError.GrantInvalid, $"Nothing of {id} was changed.", [.. faults.Select(fault => new FieldProblem(null, fault.Message))]);
        }

        string[] changes = [.. new GrantSetting(set.Before, set.After).Differences()];
        AdminEvents.GrantSet(log, id, string.Join("; ", changes), asked.Reason);
        return TypedResults.Ok(new GrantSettingView(GrantView.Of(node, ledger, time.GetUtcNow()), changes));
    }
}

/// <summary>Why a grant's capability keys are to end.</summary>
internal sealed record RekeyGrantRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("Why. It is kept with the change.")]
    public string Reason { get; set; } = "";
}
