using Causeway.Admin.Spend;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Contracts;

/// <summary><c>GET /contracts/{name}/outcomes</c>: what became of a contract, from the booked records.</summary>
internal static class ShowContractOutcomes
{
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 24h when left out.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/contracts/{name}/outcomes", RunAsync)
        .WithName("show_contract_outcomes").WithTags("contracts").WithSummary("What became of a contract")
        .WithDescription("By version, pin and day. A request that ended without an answer, because it was denied or its provider failed, is in no row. The name inline stands for all schemas that came with their request.")
        .Asks(s_since)
        .Refuses(AdminError.QueryInvalid, AdminError.ContractUnknown);

    private static async Task<Results<Ok<ContractOutcomes>, Problem>> RunAsync(
        HttpContext http, string name, PolicyPublisher policies, IUsageStore usage, Journal journal, TimeProvider time)
    {
        if (name != Contract.Inline && ContractLookup.ByName(name, policies.Current.Contracts) is { Contract: null } unknown)
        {
            return unknown.Problem;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (!Moment.TryParse(s_since.Text(http.Request.Query) ?? "24h", now, out DateTimeOffset since) || since >= now)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("since", $"is {Moment.Form}, and in the past")]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        string[] parts = name.Split('@');
        IReadOnlyList<ContractOutcomeRow> rows = await usage.ContractOutcomesAsync(parts[0], since, http.RequestAborted);
        return TypedResults.Ok(ContractOutcomes.Of(
            name, since, now, journal.Unbooked, parts.Length == 1 ? rows : [.. rows.Where(row => row.Contract == name)]));
    }
}
