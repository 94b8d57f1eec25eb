using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Payloads;
using Causeway.Gateway.Capture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Capture;

/// <summary><c>/capture</c>: which features' prompts and answers are kept, by the configuration and by orders that end by themselves.</summary>
internal static class CaptureOrders
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/capture", List)
            .WithName("list_capture").WithTags("spend").WithSummary("Whose prompts and answers are kept")
            .WithDescription("The rules of the configuration, and the orders that were given: those in force first, then those that are over, the newest first.");
        api.MapPost("/capture", OrderAsync)
            .WithName("order_capture").WithTags("spend").WithSummary("Keep a feature's prompts and answers for a time")
            .WithDescription("From the next request on, on every instance, until it ends by itself, 90 days later at most. It is in the audit (capture_changed).")
            .Reads<OrderCaptureRequest>("Of which feature, how much, until when, and why.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.CaptureInvalid);
        api.MapPost("/capture/{id}/end", EndAsync)
            .WithName("end_capture").WithTags("spend").WithSummary("End an order to keep prompts and answers")
            .WithDescription("From the next request on. What was kept by it stays until its own time is over. Ending again changes nothing.")
            .Reads<EndCaptureRequest>("Why.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.CaptureInvalid, AdminError.CaptureUnknown);
    }

    private static Ok<CaptureView> List(PayloadBook payloads, TimeProvider time) => TypedResults.Ok(CaptureView.Of(payloads, time.GetUtcNow()));

    private static async Task<Results<Created<CaptureOrderView>, Problem>> OrderAsync(HttpContext http, ICaptureOrderStore store, PayloadBook payloads, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (OrderCaptureRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.OrderCaptureRequest);
        if (asked is null)
        {
            return problem!;
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        CaptureDraft draft = new(asked, Actor.Of(http).Name, now);
        if (draft.Order is not { } order)
        {
            return new Problem(AdminError.CaptureInvalid, "Mend what \"errors\" names; nothing is kept.", draft.Problems);
        }

        // Written before it holds: what cannot be put on record is not kept.
        await NoteAsync(ledger, order, "capture_ordered", order.CreatedBy, order.Reason);
        if (!await store.AddAsync(order, CancellationToken.None))
        {
            return new Problem(AdminError.CaptureInvalid, $"{ICaptureOrderStore.MaxKept:#,0} orders are kept, which is the most.");
        }

        payloads.Take([order]);
        AdminEvents.CaptureOrdered(log, order.Id.ToString(), order.Team ?? "every team", order.Feature, order.Until, order.CreatedBy);
        return TypedResults.Created($"{AdminApi.Root}/capture", CaptureOrderView.Of(order, now));
    }

    private static async Task<Results<Ok<CaptureOrderView>, Problem>> EndAsync(string id, HttpContext http, ICaptureOrderStore store, PayloadBook payloads, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (EndCaptureRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.EndCaptureRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.CaptureInvalid, "Mend what \"errors\" names; nothing was ended.", wrong);
        }

        if (!CaptureOrderId.TryParse(id, out CaptureOrderId name) || (await store.ListAsync(CancellationToken.None)).FirstOrDefault(one => one.Id == name) is not { } kept)
        {
            return new Problem(AdminError.CaptureUnknown, $"No order is called \"{Printable.Cut(id)}\". Rules of the configuration are ended there; list the orders with: causeway capture list");
        }

        DateTimeOffset now = Moment.Kept(time.GetUtcNow());
        if (kept.End <= now)
        {
            payloads.Take([kept]);
            return TypedResults.Ok(CaptureOrderView.Of(kept, now));
        }

        CaptureOrder ended = kept with { EndedAt = now, EndedBy = Actor.Of(http).Name, EndReason = asked.Reason };
        payloads.Take([ended]); // Whatever the store says: from here on nothing more is kept by it.
        if (await store.EndAsync(ended, CancellationToken.None))
        {
            await NoteAsync(ledger, ended, "capture_ended", ended.EndedBy, ended.EndReason);
            AdminEvents.CaptureEnded(log, ended.Id.ToString(), ended.Feature, ended.EndedBy);
        }

        return TypedResults.Ok(CaptureOrderView.Of(ended, now));
    }

    private static Task NoteAsync(BudgetLedger ledger, CaptureOrder order, string code, string actor, string reason) => ledger.Note(
        new LedgerEvent(LedgerEventKind.CaptureChanged, 0) { Code = code, Actor = actor, Reason = reason, Detail = Encoding.UTF8.GetString(CaptureOrderJson.Write(order)) },
        isAwaited: true);
}
