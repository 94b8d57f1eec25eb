using System.ComponentModel;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Contracts;

/// <summary><c>GET /contracts</c>: the contracts as the policy in force knows them. What this list says is what the next request meets.</summary>
internal static class ListContracts
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contracts", Run)
        .WithName("list_contracts").WithTags("contracts").WithSummary("List contracts")
        .WithDescription("The newest version of each, by name. Nothing is ever deleted.");

    private static Ok<ContractList> Run(PolicyPublisher policies)
    {
        ServedContracts contracts = policies.Current.Contracts;
        return TypedResults.Ok(new ContractList([.. contracts.Names.Select(name => ContractView.Of(contracts.Find(name)!))]));
    }
}

/// <summary>Contracts by name.</summary>
internal sealed record ContractList([property: Description("The newest version of each.")] IReadOnlyList<ContractView> Contracts);
