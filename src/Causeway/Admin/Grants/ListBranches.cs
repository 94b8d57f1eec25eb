using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Grants;

/// <summary><c>GET /grants/branches</c>: of a tree of any size what is looked at, the grants right below some.</summary>
internal static class ListBranches
{
    private const string Top = "top";
    private const int MaxAsked = 100;
    private static readonly QueryParameter s_under = new("under", $"Below which grants, by their ids with commas, {MaxAsked} at most; \"{Top}\" stands for no grant. {Top} when left out.") { Longest = MaxAsked * 40 };
    private static readonly QueryParameter s_after = new("after", "\"next\" of the page before, where one branch is asked for.");
    private static readonly QueryParameter s_fill = new("fill", "Answer what is below these as well, a level at a time, as long as all of a level fits into so many grants altogether; 0 when left out.") { Count = (0, 1_000, 0) };
    private static readonly QueryParameter s_all = new("all", "Revoked and expired ones too.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_limit = new("limit", "How many of a branch at most.") { Count = (1, 1_000, 100) };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants/branches", Run)
        .WithName("list_grant_branches").WithTags("grants").WithSummary("Show branches of the tree of grants")
        .WithDescription("The grants right below each of some, in pages, the oldest first, each with how many are below it.")
        .Asks(s_under, s_after, s_fill, s_all, s_limit)
        .Refuses(AdminError.QueryInvalid, AdminError.GrantUnknown);

    private static Results<Ok<GrantBranches>, Problem> Run(HttpContext http, BudgetLedger ledger, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        string[] names = (s_under.Text(query) ?? Top).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length is 0 or > MaxAsked || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("under", $"names 1 to {MaxAsked} different grants")]);
        }

        if (names.FirstOrDefault(name => name != Top && GrantView.Find(name, ledger) is null) is { } stranger)
        {
            return GrantView.Unknown(stranger);
        }

        GrantForest forest = new(ledger, s_all.IsOn(query), time.GetUtcNow());
        GrantId?[] asked = [.. names.Select(name => name == Top ? (GrantId?)null : GrantView.Find(name, ledger)!.Grant.Id)];
        GrantNode? after = null;
        if (s_after.Text(query) is { } cursor && (asked.Length > 1 || (after = GrantView.Find(cursor, ledger)) is null || after.Grant.Parent != asked[0]))
        {
            return new Problem(AdminError.QueryInvalid, "Read the first page of that branch again.", [new FieldProblem("after", "is not the \"next\" of a page of the one branch that is asked for")]);
        }

        return TypedResults.Ok(new GrantBranches(forest.Count, Open(forest, asked, after, s_fill.Number(query), s_limit.Number(query))));
    }

    // What was asked for whole; levels below that only as far as all of a level fits, so that none is open in part.
    private static List<GrantBranch> Open(GrantForest forest, GrantId?[] asked, GrantNode? after, int fill, int limit)
    {
        List<GrantBranch> branches = [];
        List<GrantNode> level = [.. asked.SelectMany(one => Add(one, after))];
        int said = level.Count;
        while (level.Count > 0)
        {
            GrantNode[] open = [.. level.Where(node => !asked.Contains(node.Grant.Id) && forest.Under(node.Grant.Id).Any())];
            said += open.Sum(node => Math.Min(limit, forest.Under(node.Grant.Id).Count()));
            level = said > fill ? [] : [.. open.SelectMany(node => Add(node.Grant.Id, null))];
        }

        return branches;

        GrantNode[] Add(GrantId? above, GrantNode? behind)
        {
            GrantNode[] rest = [.. forest.Under(above).Where(node => behind is null || IsAfter(node, behind))];
            GrantNode[] page = [.. rest.Take(limit)];
            branches.Add(new GrantBranch(above?.ToString(), forest.Under(above).Count(), [.. page.Select(forest.View)], rest.Length > page.Length ? page[^1].Grant.Id.ToString() : null));
            return page;
        }
    }

    private static bool IsAfter(GrantNode node, GrantNode other) =>
        node.Grant.CreatedAt > other.Grant.CreatedAt || (node.Grant.CreatedAt == other.Grant.CreatedAt && node.Grant.Id.Value.CompareTo(other.Grant.Id.Value) > 0);
}

/// <summary>Branches of the tree of grants.</summary>
internal sealed record GrantBranches(
    [property: Description("Grants that there are, at every depth.")] int All,
    [property: Description("First those that were asked for, in their order.")] IReadOnlyList<GrantBranch> Branches);

/// <summary>The grants right below one.</summary>
internal sealed record GrantBranch(
    [property: Description("Below which; null: those with nothing above them.")] string? Under,
    [property: Description("How many there are.")] int Total,
    [property: Description("The oldest first.")] IReadOnlyList<GrantView> Grants,
    [property: Description("\"after\" of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);
