using Causeway.Budgets.Agreements;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Agreements;

/// <summary><c>GET /agreements</c> and <c>GET /agreements/{id}</c></summary>
internal static class ListAgreements
{
    private static readonly QueryParameter s_provider = new("provider", "Only this provider's.");
    private static readonly QueryParameter s_state = new("state", "Only those: in_force, pending, expired or ended.") { Allowed = ["in_force", "pending", "expired", "ended"] };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 200) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/agreements", Run)
            .WithName("list_agreements").WithTags("agreements").WithSummary("List agreements")
            .WithDescription("Newest first, in pages, those that are over too.")
            .Asks(s_provider, s_state, s_limit, s_cursor)
            .Refuses(AdminError.QueryInvalid);
        api.MapGet("/agreements/{id}", Show)
            .WithName("show_agreement").WithTags("agreements").WithSummary("Show an agreement")
            .WithDescription("With whether it lets anything go now, and if not why.")
            .Refuses(AdminError.AgreementUnknown);
    }

    private static Results<Ok<AgreementPage>, Problem> Run(HttpContext http, PolicyPublisher policies, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        PolicyRevision policy = policies.Current;
        (string? provider, string? state) = (s_provider.Text(query), s_state.Text(query));
        Agreement[] all =
        [
            .. policy.Agreements.All.Where(one => (provider is null || one.Provider == provider) && (state is null || AgreementJson.Word(one.StateAt(now)) == state)),
        ];
        int from = 0;
        if (s_cursor.Text(query) is { } cursor && (from = 1 + Array.FindIndex(all, one => one.Id.ToString() == cursor)) == 0)
        {
            return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("cursor", "is not the \"next\" of a page of this list")]);
        }

        int limit = s_limit.Number(query);
        AgreementView[] page = [.. all.Skip(from).Take(limit).Select(one => AgreementView.Of(one, policy, now))];
        return TypedResults.Ok(new AgreementPage(page, policy.Agreements.IsRequired, all.Length > from + limit ? page[^1].Id : null));
    }

    private static Results<Ok<AgreementView>, Problem> Show(string id, PolicyPublisher policies, TimeProvider time) =>
        AgreementId.TryParse(id, out AgreementId name) && policies.Current is { } policy && policy.Agreements.Find(name) is { } agreement
            ? TypedResults.Ok(AgreementView.Of(agreement, policy, time.GetUtcNow()))
            : AgreementView.Unknown(id);
}
