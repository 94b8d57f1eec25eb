using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Contracts;

/// <summary><c>POST /contracts/{name}/test</c>: tries a contract on the pins of a channel, with real calls.</summary>
internal static class TestContract
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/contracts/{name}/test", RunAsync)
        .WithName("test_contract").WithTags("contracts").WithSummary("Try a contract on every pin of a channel")
        .WithDescription("Calls the models with the configured credentials, one after another, and answers when all are done: give it time, or name one pin. Closing the connection ends it. What callers would get: the release's prompt and parameters, the contract's policy, repairs included. What it used is booked for team causeway, feature contract-test.")
        .Reads<TestContractRequest>("The channel, the prompts, and what it may cost.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ContractUnknown, AdminError.ChannelUnknown, AdminError.ContractTestInvalid);

    private static async Task<Results<Ok<ContractTestView>, Problem>> RunAsync(HttpContext http, string name, PolicyPublisher policies, ContractTester tester)
    {
        (TestContractRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.TestContractRequest, RequestBody.MaxLargeBytes);
        if (asked is null)
        {
            return problem!;
        }

        PolicyRevision policy = policies.Current;
        var known = ContractLookup.ByName(name, policy.Contracts);
        if (known.Contract is not { } contract)
        {
            return known.Problem;
        }

        (ContractTestPlan? plan, Problem? wrong) = asked.PlanFor(contract, policy);
        return plan is null
            ? wrong!
            : TypedResults.Ok(ContractTestView.Of(plan, await tester.RunAsync(plan, policy, http.RequestAborted)));
    }
}
