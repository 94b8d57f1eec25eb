using Causeway.Admin.Spend;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Causeway.Admin.Audit;

/// <summary><c>GET /audit</c>: every decision that was made about budgets, and who made it.</summary>
internal static class ListAudit
{
    private const string LastEventId = "Last-Event-ID";
    private static readonly QueryParameter s_grant = new("grant", "Only this grant and those below it, as the one that was used or the one that decided.");
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}.");
    private static readonly QueryParameter s_kind = new("kind", "Only these kinds, with commas: denied,reserved.") { Longest = 512 };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 100) };
    private static readonly QueryParameter s_after = new("after", "Only entries after this place, and the oldest of them; the newest entries when left out.");
    private static readonly QueryParameter s_before = new("before", "Only entries before this place, and the newest of them where \"after\" is left out: the page before one is asked for with its first \"seq\".");
    private static readonly QueryParameter s_follow = new("follow", "true: server-sent events that go on with what happens from now on, each with its place as its id, until the caller leaves or what let them in holds no longer. Last-Event-ID goes on after that place.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit", RunAsync)
        .WithName("list_audit").WithTags("audit").WithSummary("What was decided, and by whom")
        .WithDescription("Entries of the ledger: what was held, booked and denied, which grant and limit decided, who made and changed grants. Denials are never sampled.")
        .Asks(s_grant, s_since, s_kind, s_limit, s_after, s_before, s_follow)
        .Produces<AuditPage>(StatusCodes.Status200OK, "application/json", AuditStream.ContentType)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<AuditPage>, AuditStream, Problem>> RunAsync(
        HttpContext http, ILedgerStore store, BudgetLedger ledger, Journal journal, AdminGate gate, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        bool follows = IsFollow(http.Request.Query);
        FieldProblem[] wrong = [.. Read(http.Request, follows, ledger, time, out LedgerQuery query)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", wrong);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        return follows
            ? new AuditStream(query, store, journal, cancellation => gate.StillAdmitsAsync(http, cancellation), time, lifetime.ApplicationStopping)
            : TypedResults.Ok(new AuditPage([.. (await store.EventsAsync(query, http.RequestAborted)).Select(AuditEntry.Of)]));
    }

    // "?follow" alone means yes.
    private static bool IsFollow(IQueryCollection query) => query.ContainsKey(s_follow.Name) && s_follow.Text(query) is null or "true";

    private static List<FieldProblem> Read(HttpRequest request, bool follows, BudgetLedger ledger, TimeProvider time, out LedgerQuery query)
    {
        List<FieldProblem> wrong = [];
        string? from = s_after.Text(request.Query) ?? (follows && request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : null);
        string? to = s_before.Text(request.Query);
        long? after = Place(s_after, from, wrong);
        long? before = Place(s_before, to, wrong);
        if (follows && to is not null)
        {
            wrong.Add(new FieldProblem(s_before.Name, "has no end to it where \"follow\" goes on"));
        }

        DateTimeOffset? since = null;
        if (s_since.Text(request.Query) is { } begin)
        {
            bool reads = Moment.TryParse(begin, time.GetUtcNow(), out DateTimeOffset moment);
            since = moment;
            wrong.AddRange(reads ? [] : [new FieldProblem("since", $"is {Moment.Form}")]);
        }

        (HashSet<LedgerEventKind>? kinds, string? stranger) = s_kind.Text(request.Query) is { } words ? AuditKinds.Read(words) : (null, null);
        if (stranger is not null)
        {
            wrong.Add(new FieldProblem("kind", $"\"{Printable.Cut(stranger)}\" is not one of: {string.Join(", ", AuditKinds.Words)}{Nearest.To(stranger, AuditKinds.Words)}"));
        }

        HashSet<GrantId>? grants = null;
        if (s_grant.Text(request.Query) is { } id)
        {
            grants = GrantId.TryParse(id, out GrantId top) && ledger.Find(top) is { } node ? [.. ledger.Grants.Where(below => below.Path.Contains(node)).Select(below => below.Grant.Id)] : null;
            wrong.AddRange(grants is null ? [new FieldProblem("grant", $"there is no grant \"{Printable.Cut(id)}\"")] : []);
        }

        query = new LedgerQuery { After = after ?? 0, Before = before, Since = since, Kinds = kinds, Grants = grants, Limit = s_limit.Number(request.Query), Newest = from is null };
        return wrong;
    }

    private static long? Place(QueryParameter parameter, string? text, List<FieldProblem> wrong)
    {
        bool reads = long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long place);
        if (text is not null && !reads)
        {
            wrong.Add(new FieldProblem(parameter.Name, "is the \"seq\" of an entry, a whole number from 0 on"));
        }

        return reads ? place : null;
    }
}
