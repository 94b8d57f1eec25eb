using System.ComponentModel;
using Causeway.Admin.Spend;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Audit;

/// <summary><c>GET /audit/head</c>: the last entry's place and hash, signed.</summary>
internal static class ShowHead
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit/head", RunAsync)
        .WithName("show_audit_head").WithTags("audit").WithSummary("The signed head of the ledger")
        .WithDescription("Kept where nobody can write who can write the store, it proves later that no entry up to it was changed or taken away: GET /audit/verify?head=…");

    private static async Task<Ok<AuditHead>> RunAsync(HttpContext http, ILedgerStore store, Journal journal, MasterKeys masters, TimeProvider time)
    {
        await journal.CatchUpAsync(time, http.RequestAborted);
        LedgerHead head = (await store.HeadAsync(null, http.RequestAborted))!;
        return TypedResults.Ok(AuditHead.Of(SignedHead.Of(head, time.GetUtcNow(), masters), null));
    }
}

/// <summary>A signed head, and what is wrong with it.</summary>
internal sealed record AuditHead(
    [property: Description("The place of the entry.")] long Seq,
    [property: Description("Its hash, hex.")] string Hash,
    [property: Description("When it was the last one.")] DateTimeOffset At,
    [property: Description("All of this, signed: cwh1_…")] string Head,
    [property: Description("What is wrong with it; null: nothing.")] string? Problem)
{
    public static AuditHead Of(SignedHead signed, string? problem) =>
        new(signed.Head.Seq, Convert.ToHexStringLower(signed.Head.Hash), signed.At, signed.ToString(), problem);
}
