using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Admin.Audit;
using Causeway.Admin.Incidents;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Capture;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>GET /usage/{id}</c>: one request, with every step of its way and every entry of the ledger that is about it.</summary>
internal static class ShowRequest
{
    private const int MaxDecisions = 200;

    // The ledger's clock and the record's are read at different moments.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(5);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/usage/{id}", RunAsync)
        .WithName("show_request").WithTags("spend").WithSummary("Show a request")
        .WithDescription("The usage record with its trail, how long each step of its way took, and what the ledger decided about it until an hour after its end. A key for inference is shown its own.")
        .WithMetadata(new TakesKeys())
        .Refuses(AdminError.RequestUnknown);

    private static async Task<Results<Ok<RequestView>, Problem>> RunAsync(string id, HttpContext http, IUsageStore usage, ILedgerStore ledger, IBatchStore batches, PayloadBook payloads, Journal journal, TimeProvider time)
    {
        await journal.CatchUpAsync(time, http.RequestAborted);
        if (RequestName.Read(id) is not { } request || await usage.FindAsync(request, http.RequestAborted) is not { } record || (Actor.Of(http).Key is { } own && own.Id != record.Key))
        {
            return new Problem(AdminError.RequestUnknown, $"\"{Printable.Cut(id)}\" is not a request that is on record.");
        }

        IReadOnlyList<AttemptRecord> trail = await usage.TrailAsync(request, http.RequestAborted);
        IReadOnlyList<LedgerEvent> decisions = await ledger.EventsAsync(
            new LedgerQuery
            {
                Requests = new HashSet<Guid> { request },
                Since = record.At - s_slack,
                Until = record.At + record.Total + TimeSpan.FromHours(1),
                Limit = MaxDecisions,
            },
            http.RequestAborted);
        bool isKey = Actor.Of(http).Key is not null;
        return TypedResults.Ok(new RequestView(
            UsageView.Of(record with { Trail = trail }),
            record.Grant?.ToString(),
            record.HeldNanoUsd,
            record.OverrunNanoUsd,
            RequestRoutingView.Of(record),
            [.. record.Steps.Until(record.Total).Select(StepView.Of)],
            [.. decisions.Where(one => !isKey || one.Kind != LedgerEventKind.PayloadOpened).Select(AuditEntry.Of)], // Who reads along, and why, is not the key's.
            !isKey ? await payloads.KeptUntilAsync(request, http.RequestAborted) : null,
            await batches.FindAsync(request, http.RequestAborted) is { } batch ? BatchView.Of(batch) : null));
    }
}

/// <summary>One request.</summary>
internal sealed record RequestView(
    UsageView Usage,
    [property: Description("The grant that paid; null: none did.")] string? Grant,
    [property: Description("What was held before the call; null: nothing was.")] long? HeldNanoUsd,
    [property: Description("What it cost beyond that.")] long OverrunNanoUsd,
    [property: Description("How its release was found; null: it asked for no channel, or got no release.")] RequestRoutingView? Routing,
    [property: Description("The steps of its way through the gateway, one after the other: together they are the whole time. Empty: it is on record from before they were kept, or Causeway made it itself.")] IReadOnlyList<StepView> Steps,
    [property: Description("What the ledger decided about it, oldest first.")] IReadOnlyList<AuditEntry> Decisions,
    [property: Description("Until when its prompt and its answer are kept, to be opened with POST …/payload; null: they are not, as by default none are. A key is not told.")] DateTimeOffset? PayloadUntil,
    [property: Description("The batch that it began; null: it began none whose end is asked for, or one that is forgotten.")] BatchView? Batch);

/// <summary>How a request of a channel found its release.</summary>
internal sealed record RequestRoutingView(
    [property: Description("The rule that decided.")] string Rule,
    [property: Description("The routing revision that it was decided in.")] long? Revision,
    [property: Description("Where its unit stood, 0 to 999999; null: nothing was drawn.")] int? Bucket,
    [property: Description("16 hex digits that tell its unit apart and do not name it; null: nothing was drawn, or it is on record from before they were kept.")] string? UnitHash,
    [property: Description("The conversation that it was a turn of, as its caller calls it; null: of none that the channel tells apart, or it is on record from before they were kept.")] string? Conversation)
{
    public static RequestRoutingView? Of(UsageRecord record) => record.RoutingRule is { } rule
        ? new RequestRoutingView(JsonNamingPolicy.SnakeCaseLower.ConvertName(((RoutingRule)rule).ToString()), record.RoutingRevision, record.Bucket, BlastRow.UnitHashOf(record), record.Conversation)
        : null;
}

/// <summary>A step of a request's way through the gateway.</summary>
internal sealed record StepView(
    [property: JsonConverter(typeof(SnakeCaseEnum<RequestStep>)), Description("Which: docs/admin-api.md#how-long-a-request-took has what each does.")] RequestStep Step,
    [property: Description("From the request's arrival to its beginning.")] double OffsetMs,
    [property: Description("Until the next step began, or the request ended.")] double DurationMs)
{
    public static StepView Of(StepTime step) => new(step.Step, UsageView.Milliseconds(step.Offset), UsageView.Milliseconds(step.Duration));
}
