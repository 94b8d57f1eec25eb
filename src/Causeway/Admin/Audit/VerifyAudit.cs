using Causeway.Admin.Spend;
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
    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit/verify", RunAsync)
        .WithName("verify_audit").WithTags("audit").WithSummary("Prove that no entry was changed")
        .WithDescription("Every entry's hash is over the one before it. The answer names the first entry that was changed, taken out or put in.");

    private static async Task<Ok<AuditVerification>> RunAsync(HttpContext http, ILedgerStore store, Journal journal, TimeProvider time)
    {
        await journal.CatchUpAsync(time, http.RequestAborted);
        return TypedResults.Ok(AuditVerification.Of(await store.VerifyAsync(http.RequestAborted)));
    }
}
