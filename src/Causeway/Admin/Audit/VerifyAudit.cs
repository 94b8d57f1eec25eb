using Causeway.Admin.Spend;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Audit;

/// <summary><c>GET /audit/verify</c>: walks the chain of entries from the first to the last.</summary>
internal static class VerifyAudit
{
    private const int MostHeads = 32;
    private static readonly QueryParameter s_head = new("head", $"Signed heads that were kept, with commas, {MostHeads} at most: whether the ledger still has what they name.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit/verify", RunAsync)
        .WithName("verify_audit").WithTags("audit").WithSummary("Prove that no entry was changed")
        .WithDescription("Every entry's hash is over the one before it. The answer names the first entry that was changed, taken out or put in.")
        .Asks(s_head)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<AuditVerification>, Problem>> RunAsync(HttpContext http, ILedgerStore store, Journal journal, MasterKeys masters, TimeProvider time)
    {
        string[] texts = s_head.Text(http.Request.Query)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        SignedHead[] heads = [.. texts.Select(SignedHead.Parse).OfType<SignedHead>()];
        if (heads.Length < texts.Length || heads.Length > MostHeads)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("head", $"is up to {MostHeads} heads, cwh1_ and 110 characters each, as GET /audit/head gives them")]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        ChainReport report = await store.VerifyAsync(http.RequestAborted);
        List<AuditHead> compared = [];
        foreach (SignedHead head in heads)
        {
            compared.Add(AuditHead.Of(head, head.Problem(await store.HeadAsync(head.Head.Seq, http.RequestAborted), report.Events, masters)));
        }

        return TypedResults.Ok(AuditVerification.Of(report, compared));
    }
}
