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

/// <summary><c>PATCH /grants/{id}/terms</c>: other limits, another scope or another end for a grant that lives. What was counted stays counted.</summary>
internal static class SetGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapPatch("/grants/{id}/terms", RunAsync)
        .WithName("set_grant").WithTags("grants").WithSummary("Change the limits, the scope or the end of a grant")
        .WithDescription(
            "Holds from the next request on, for all below it too. What is left out stays. A limit of the same meter and window keeps what is booked, held and in doubt; below that, the next request is refused. One that is new "
            + "counts the requests that are reserved from then on. A grant is never wider than the one above, and what is carved out for those below stays theirs. The audit has what was before and what is after.")
        .Reads<SetGrantRequest>("What it is to say. What is left out stays as it is; an empty list, an empty text or 0 takes a restriction away.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.GrantRevoked, AdminError.GrantInvalid, AdminError.DelegationExceeds, AdminError.VersionStale);

    private static async Task<Results<Ok<GrantSettingView>, Problem>> RunAsync(string id, HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
    {
        (SetGrantRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.SetGrantRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GrantView.Find(id, ledger) is not { } node)
        {
            return GrantView.Unknown(id);
        }

        GrantTerms terms = new(asked, node.Grant, time.GetUtcNow());
        if (terms.Problems.Count > 0)
        {
            return new Problem(AdminError.GrantInvalid, "Mend what \"errors\" names; nothing was changed.", terms.Problems);
        }

        return await ApplyAsync(node, terms.Of, asked.Version, asked.Reason, http, ledger, time, log);
    }

    /// <summary>Changes a grant, and answers with what is different.</summary>
    /// <param name="node">The grant.</param>
    /// <param name="change">What it is to be, from what it is when its turn has come.</param>
    /// <param name="version">Only if it is of this version; null: whatever it is.</param>
    /// <param name="reason">Why.</param>
    /// <param name="http">Who says so.</param>
    /// <param name="ledger">Where it lives.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The operator's log.</param>
    public static async Task<Results<Ok<GrantSettingView>, Problem>> ApplyAsync(
        GrantNode node, Func<Grant, Grant> change, int? version, string reason, HttpContext http, BudgetLedger ledger, TimeProvider time, ILogger log)
    {
        (Grant Before, Grant After) set = (node.Grant, node.Grant);
        IReadOnlyList<DelegationFault> faults = await ledger.SetAsync(node.Grant.Id, grant => (set = (grant, change(grant))).After, version, Actor.Of(http).Name, reason);
        if (faults.Count > 0)
        {
            return new Problem(ErrorOf(faults[0].Code), $"Nothing of {node.Grant.Id} was changed.", [.. faults.Select(fault => new FieldProblem(null, fault.Message))]);
        }

        string[] changes = [.. new GrantSetting(set.Before, ledger.Find(set.Before.Id)!.Grant).Differences()];
        AdminEvents.GrantSet(log, node.Grant.Id.ToString(), string.Join("; ", changes), reason);
        return TypedResults.Ok(new GrantSettingView(GrantView.Of(ledger.Find(set.Before.Id)!, ledger, time.GetUtcNow()), changes));
    }

    private static AdminError ErrorOf(string code) => code switch
    {
        "grant_unknown" => AdminError.GrantUnknown,
        "grant_revoked" => AdminError.GrantRevoked,
        "version_stale" => AdminError.VersionStale,
        "delegation_exceeds" => AdminError.DelegationExceeds,
        _ => AdminError.GrantInvalid,
    };
}

/// <summary>What a grant is to say.</summary>
internal sealed record SetGrantRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("Why. It is kept with the change.")]
    public string Reason { get; set; } = "";

    [Description("Only if the grant is of this version, as it was read; whatever it is when left out.")]
    public int? Version { get; init; }

    [Description("Amounts of USD with their windows, in place of all that there are: 600/month. Empty: money is limited no longer.")]
    public IReadOnlyList<string>? Usd { get; init; }

    [Description("The same of tokens in and out: 2M/day.")]
    public IReadOnlyList<string>? Tokens { get; init; }

    [Description("The same of prompt tokens.")]
    public IReadOnlyList<string>? TokensIn { get; init; }

    [Description("The same of generated tokens.")]
    public IReadOnlyList<string>? TokensOut { get; init; }

    [Description("The same of requests: 1000/day.")]
    public IReadOnlyList<string>? Requests { get; init; }

    [Description("Requests open at once; 0: limited no longer.")]
    public long? Concurrent { get; init; }

    [Description("At most this share of each amount of USD and tokens in any such span: 20%/10m; empty: none. Left out the share stays, of the amount as it is then.")]
    public string? Pace { get; init; }

    [Description("The zone whose calendar cuts the windows of the amounts that are stated here. Left out: as the grant's limits have it.")]
    public string? TimeZone { get; init; }

    [Description("dev, eval, staging, prod.")]
    public IReadOnlyList<string>? Env { get; init; }

    [Description("Classes of models: embedding, small, standard, frontier; empty: any.")]
    public IReadOnlyList<string>? Classes { get; init; }

    [Description("Models; a * at the end stands for any end; empty: any.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("Routes, as usage records name them; empty: any.")]
    public IReadOnlyList<string>? Routes { get; init; }

    [Description("The highest class of data; empty: any.")]
    public string? Data { get; init; }

    [Description("Generated tokens of one request at most; 0: as the models have it.")]
    public long? MaxOutput { get; init; }

    [Description("Prompt tokens of one request at most; 0: as the models have it.")]
    public long? MaxInput { get; init; }

    [Description("What one request may cost at most, USD: 0.50; empty: no ceiling.")]
    public string? MaxCost { get; init; }

    [Description("How long it is to hold from now on, such as 30d.")]
    public string? ExpiresIn { get; init; }

    [Description("Until when it is to hold (RFC 3339), instead of expires_in; empty: without an end.")]
    public string? ExpiresAt { get; init; }

    [Description("From when on it holds (RFC 3339); empty: at once.")]
    public string? NotBefore { get; init; }

    [Description("hard, soft or critical: what is done while the store is away.")]
    public string? Enforcement { get; init; }

    [Description("strict, clamp or adaptive: what is done where a request's bound does not fit.")]
    public string? Reserve { get; init; }

    [Description("How the grants right below share its limits while they are short: first (whoever comes) or fair (by weight, among those that asked in the last minute).")]
    public string? Share { get; init; }

    [Description("Its part where the grant above is shared fairly: 1 to 1000.")]
    public int? Weight { get; init; }

    [Description("finish or cut: what becomes of streams that run when it is revoked.")]
    public string? OnRevoke { get; init; }
}

/// <summary>A grant that was changed.</summary>
internal sealed record GrantSettingView(
    [property: Description("As it is now.")] GrantView Grant,
    [property: Description("Each thing that differs, as it was and as it is; empty: nothing was to be changed.")] IReadOnlyList<string> Changes);
