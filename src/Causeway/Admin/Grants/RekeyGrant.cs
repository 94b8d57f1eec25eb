using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
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

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.GrantInvalid, "Mend what \"errors\" names; nothing was changed.", wrong);
        }

        return await SetGrant.ApplyAsync(node, grant => grant with { KeyGeneration = grant.KeyGeneration + 1 }, version: null, asked.Reason, http, ledger, time, log);
    }
}

/// <summary>Why a grant's capability keys are to end.</summary>
internal sealed record RekeyGrantRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("Why. It is kept with the change.")]
    public string Reason { get; set; } = "";
}
