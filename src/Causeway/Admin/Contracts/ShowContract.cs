using System.ComponentModel;
using System.Text.Json;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Contracts;

/// <summary><c>GET /contracts/{name}</c></summary>
internal static class ShowContract
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/contracts/{name}", Run)
        .WithName("show_contract").WithTags("contracts").WithSummary("Show a contract")
        .WithDescription("The newest version with its schema, and every version there is; with NAME@VERSION the schema of that one.")
        .Refuses(AdminError.ContractUnknown);

    private static Results<Ok<ContractDetail>, Problem> Run(string name, PolicyPublisher policies)
    {
        ServedContracts contracts = policies.Current.Contracts;
        ContractLookup found = ContractLookup.ByName(name, contracts);
        return found.Contract is { Contract: { } contract }
            ? TypedResults.Ok(new ContractDetail(
                ContractView.Of(contract),
                JsonElement.Parse(contract.Schema.Text.Span, AdminJson.Document),
                [.. contracts.VersionsOf(contract.Name).Reverse().Select(ContractView.Of)]))
            : found.Problem;
    }
}

/// <summary>A contract in full.</summary>
internal sealed record ContractDetail(
    [property: Description("The version that was asked for; the newest when none was.")] ContractView Contract,
    [property: Description("That version's JSON Schema.")] JsonElement Schema,
    [property: Description("Every version, newest first.")] IReadOnlyList<ContractView> Versions);
