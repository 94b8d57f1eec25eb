using System.ComponentModel;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Grants;

/// <summary><c>POST /grants</c>: makes a grant, at the top or below another. It holds from the next request on.</summary>
internal static class CreateGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/grants", RunAsync)
        .WithName("create_grant").WithTags("grants").WithSummary("Make a grant, or delegate a part of one")
        .WithDescription("Below another grant it is nowhere wider than that: what is left out is as the grant above has it. A raise for a time is asked for; set_grant changes it for good.")
        .Reads<CreateGrantRequest>("Whose it is, what for, how much, and until when.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantInvalid, AdminError.GrantUnknown, AdminError.DelegationExceeds);

    private static async Task<Results<Created<GrantView>, Problem>> RunAsync(HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (CreateGrantRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateGrantRequest);
        if (asked is null)
        {
            return problem!;
        }

        GrantNode? parent = asked.Parent is { } above ? GrantView.Find(above, ledger) : null;
        if (asked.Parent is not null && parent is null)
        {
            return GrantView.Unknown(asked.Parent);
        }

        GrantDraft draft = new(asked, parent, Actor.Of(http).Name, time.GetUtcNow());
        if (draft.Problems.Count > 0)
        {
            return new Problem(AdminError.GrantInvalid, "Mend what \"errors\" names; nothing was made.", draft.Problems);
        }

        Grant grant = draft.Grant!;
        IReadOnlyList<DelegationFault> faults = await ledger.CreateAsync(grant); // The caller is told when it is kept.
        if (faults.Count > 0)
        {
            return new Problem(
                AdminError.DelegationExceeds, $"Nothing was made below {asked.Parent}. A child is never wider than its parent.", [.. faults.Select(fault => new FieldProblem(null, fault.Message))]);
        }

        AdminEvents.GrantMade(log, grant.Id.ToString(), grant.Holder.ToString(), grant.Parent?.ToString() ?? "none", string.Join(", ", grant.Limits));
        return TypedResults.Created($"{AdminApi.Root}/grants/{grant.Id}", GrantView.Of(ledger.Find(grant.Id)!, ledger, time.GetUtcNow()));
    }
}

/// <summary>A new grant. What is left out is not restricted, or as the grant above has it.</summary>
internal sealed record CreateGrantRequest
{
    [Description("The grant above; left out: there is none.")]
    public string? Parent { get; init; }

    [Description("Move the amounts out of the grant above: a guaranteed floor. Otherwise they are a ceiling over what that has.")]
    public bool Carve { get; init; }

    [Description("team/NAME or feature/NAME. Left out below another grant: as that; no other team below a team, no other feature below a feature, since no key could be made for both.")]
    public string? Holder { get; init; }

    [Description("dev, eval, staging, prod. Left out below another grant: as that.")]
    public IReadOnlyList<string>? Env { get; init; }

    [Description("Amounts of USD with their windows: 500/month, 50/day, 0.50/24h, or an amount alone for the grant's whole life.")]
    public IReadOnlyList<string>? Usd { get; init; }

    [Description("Tokens in and out with their windows: 2M/day.")]
    public IReadOnlyList<string>? Tokens { get; init; }

    [Description("Prompt tokens with their windows.")]
    public IReadOnlyList<string>? TokensIn { get; init; }

    [Description("Generated tokens with their windows.")]
    public IReadOnlyList<string>? TokensOut { get; init; }

    [Description("Requests with their windows: 1000/day.")]
    public IReadOnlyList<string>? Requests { get; init; }

    [Description("Requests open at once.")]
    public long? Concurrent { get; init; }

    [Description("At most this share of each amount of USD and tokens in any such span: 20%/10m.")]
    public string? Pace { get; init; }

    [Description("The zone whose calendar cuts days, weeks and months: an IANA name. UTC when left out.")]
    public string? TimeZone { get; init; }

    [Description("Classes of models: embedding, small, standard, frontier.")]
    public IReadOnlyList<string>? Classes { get; init; }

    [Description("Models: a name as callers write it; a * at the end stands for any end.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("Routes, as usage records name them: chat.completions, messages, passthrough.")]
    public IReadOnlyList<string>? Routes { get; init; }

    [Description("The highest class of data: public, internal, customer or restricted.")]
    public string? Data { get; init; }

    [Description("The class of data that every request belongs to at least, whatever its caller says: docs/agreements.md.")]
    public string? DataMin { get; init; }

    [Description("Generated tokens of one request at most.")]
    public long? MaxOutput { get; init; }

    [Description("Prompt tokens of one request at most.")]
    public long? MaxInput { get; init; }

    [Description("What one request may cost at most, USD: 0.50.")]
    public string? MaxCost { get; init; }

    [Description("How long it is to hold, such as 30d.")]
    public string? ExpiresIn { get; init; }

    [Description("Until when it is to hold (RFC 3339). Instead of expires_in. Left out below another grant: as long as that.")]
    public string? ExpiresAt { get; init; }

    [Description("From when on it holds (RFC 3339), not before the grant above does. At once when left out, below another grant as that.")]
    public string? NotBefore { get; init; }

    [Description("What is done while the store is away: hard (nothing is started; when left out), soft or critical. Below another grant no softer than that, and as that when left out.")]
    public string? Enforcement { get; init; }

    [Description("Where a request's bound does not fit: strict denies it (when left out at the top), clamp lowers its output cap to what fits, not below 256 tokens and never under a contract; adaptive holds of a stream what such answers need, and more while it runs. Left out below another grant: as that.")]
    public string? Reserve { get; init; }

    [Description("How the grants right below share its limits while they are short: first (whoever comes) or fair (by weight, among those that asked in the last minute). first when left out.")]
    public string? Share { get; init; }

    [Description("Its part where the grant above is shared fairly: 1 to 1000; 1 when left out.")]
    public int? Weight { get; init; }

    [Description("What becomes of streams that run when it is revoked: finish (when left out) or cut. Below a grant that says cut it is cut.")]
    public string? OnRevoke { get; init; }

    [Description("Nothing may be made below it.")]
    public bool NoDelegate { get; init; }

    public string? Reason { get; init; }
}
