using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Capture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>POST /usage/{id}/payload</c>: what a request said and was answered, where it was kept. It is a change: who opened it and why is in the audit before it is shown.</summary>
internal static class OpenPayload
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/usage/{id}/payload", RunAsync)
        .WithName("open_payload").WithTags("spend").WithSummary("Open what a request said and was answered")
        .WithDescription("Only where \"capture\" of the configuration keeps a feature's prompts and answers, and for as long. That it was opened, by whom and why, is written to the audit first (payload_opened).")
        .Reads<OpenPayloadRequest>("Why.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.RequestUnknown, AdminError.PayloadUnknown, AdminError.PayloadLocked, AdminError.PayloadInvalid);

    private static async Task<Results<Ok<PayloadView>, Problem>> RunAsync(string id, HttpContext http, IUsageStore usage, PayloadBook payloads, BudgetLedger ledger, TimeProvider time)
    {
        (OpenPayloadRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.OpenPayloadRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.PayloadInvalid, "Mend what \"errors\" names; nothing was opened.", wrong);
        }

        if (RequestName.Read(id) is not { } request || await usage.FindAsync(request, http.RequestAborted) is not { } record)
        {
            return new Problem(AdminError.RequestUnknown, $"\"{Printable.Cut(id)}\" is not a request that is on record.");
        }

        try
        {
            if (await payloads.OpenAsync(request, http.RequestAborted) is not var (payload, until))
            {
                return new Problem(AdminError.PayloadUnknown, $"Nothing is kept of {RequestName.Of(request)}: no rule of \"capture\" fitted it, or its time is over. See docs/capture.md.");
            }

            // Written before it is shown: what cannot be put on record is not opened.
            await ledger.Note(
                new LedgerEvent(LedgerEventKind.PayloadOpened, time.GetUtcNow().ToUnixTimeMilliseconds())
                {
                    Request = request,
                    Grant = record.Grant,
                    Key = record.Key,
                    Actor = Actor.Of(http).Name,
                    Reason = asked.Reason,
                },
                isAwaited: true);
            return TypedResults.Ok(PayloadView.Of(payload, until));
        }
        catch (PayloadLockedException failure)
        {
            return new Problem(AdminError.PayloadLocked, failure.Message);
        }
    }
}

/// <summary>Why something is opened.</summary>
internal sealed record OpenPayloadRequest
{
    [Required, Description("Why, 1 to 500 characters; kept in the audit.")]
    public string Reason { get; set; } = "";
}

/// <summary>What a request said and was answered.</summary>
internal sealed record PayloadView(
    [property: Description("The body of the request as it went on, redactions included; its beginning where it was longer than is kept.")] string Prompt,
    [property: Description("Bytes that the prompt had.")] int PromptBytes,
    [property: Description("The body was longer than is kept.")] bool PromptCut,
    [property: Description("The body of the answer in the caller's protocol, with every event of a stream; its beginning where it was longer.")] string Answer,
    [property: Description("The answer was longer than is kept.")] bool AnswerCut,
    [property: Description("When it is forgotten.")] DateTimeOffset Until)
{
    public static PayloadView Of(Payload payload, DateTimeOffset until) => new(
        Encoding.UTF8.GetString(payload.Prompt.Span), // What is no text, or was cut within a character, shows as such.
        payload.PromptLength,
        payload.PromptLength > payload.Prompt.Length,
        Encoding.UTF8.GetString(payload.Answer.Span),
        payload.IsAnswerCut,
        until);
}
