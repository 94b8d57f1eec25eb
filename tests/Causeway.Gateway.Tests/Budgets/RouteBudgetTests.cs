using Causeway.Budgets.Grants;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>There is no way around a budget: every route that is mapped says how it keeps to it, and does.</summary>
public sealed class RouteBudgetTests
{
    [Fact]
    public async Task Every_route_states_its_policy()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Assert.NotEmpty(house.Routes);
        Assert.All(house.Routes, route =>
        {
            RouteBudget budget = Assert.IsType<RouteBudget>(route.Metadata.GetMetadata<RouteBudget>());
            Assert.Equal(budget.Policy == BudgetPolicy.None, budget.Why is { Length: > 0 });
        });
    }

    [Fact]
    public async Task No_route_that_forwards_sends_anything_under_a_grant_that_is_spent()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted spent = house.Grant("requests 1");
        Assert.Equal(200, (await spent.AskAsync(Saying.Chat)).Status);
        int before = (await house.Simulator.RequestsAsync()).Count;
        int asked = 0;

        foreach (RouteEndpoint route in house.Routes.Where(route => route.Metadata.GetMetadata<RouteBudget>()!.Policy != BudgetPolicy.None))
        {
            foreach (Saying saying in SayingsFor(route.RoutePattern.RawText!))
            {
                Answer answer = await spent.AskAsync(saying);

                Assert.Equal((402, "limit_spent"), (answer.Status, answer.Error));
                asked++;
            }
        }

        Assert.True(asked > 12, $"{asked} requests");
        Assert.Equal(before, (await house.Simulator.RequestsAsync()).Count);
    }

    [Fact]
    public async Task No_route_sends_anything_that_nobody_can_price_where_money_is_limited()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 1000");

        foreach (RouteEndpoint route in house.Routes.Where(route => route.Metadata.GetMetadata<RouteBudget>()!.Policy == BudgetPolicy.Native))
        {
            foreach (Saying saying in SayingsFor(route.RoutePattern.RawText!).Where(saying => !saying.Path.EndsWith("/chat/completions", StringComparison.Ordinal)))
            {
                Answer answer = await granted.AskAsync(saying);

                Assert.Equal((403, "price_unknown"), (answer.Status, answer.Error));
            }
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task Lists_of_models_cost_nothing_and_are_there_when_everything_is_spent()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted spent = house.Grant(grant => grant with { Status = GrantStatus.Active, Limits = [Granted.LimitOf("requests 1")] });
        await spent.AskAsync(Saying.Chat);
        using HttpRequestMessage list = new(HttpMethod.Get, "/v1/models");
        list.Headers.TryAddWithoutValidation("Authorization", "Bearer " + spent.Secret);

        Answer answer = await house.SendAsync(list);

        Assert.Equal(200, answer.Status);
        Assert.Equal(1, spent.Use().Committed);
        Assert.Single(await house.RecordsAsync());
    }

    // A request for a route that would be answered if it were not for the budget.
    private static IEnumerable<Saying> SayingsFor(string pattern) => pattern switch
    {
        Saying.ChatPath => [Saying.Chat, Saying.ChatStream],
        Saying.ResponsesPath => [Saying.Responses, Saying.ResponsesStream],
        Saying.EmbeddingsPath => [Saying.Embeddings],
        Saying.MessagesPath => [Saying.Messages, Saying.MessagesStream],
        "/v1/messages/count_tokens" => [Saying.CountTokens],
        "/v1beta/models/{**rest}" => [Saying.Generate, Saying.GenerateEvents, Saying.GenerateArray],
        "/v1/models/{**rest}" => [Saying.Generate with { Path = Saying.Generate.Path.Replace("/v1beta/", "/v1/", StringComparison.Ordinal) }],
        "/passthrough/{provider}/{**path}" =>
        [
            Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" },
            new Saying("/passthrough/openai/v1/completions", """{"model":"gpt-5.4-mini","prompt":"x"}"""),
            new Saying("/passthrough/openai/v1/fine_tuning/jobs", """{"model":"gpt-5.4-mini"}"""),
        ],
        _ when pattern.StartsWith("/v1/", StringComparison.Ordinal) => [new Saying(pattern.Replace("{**rest}", "generations", StringComparison.Ordinal), """{"model":"gpt-5.4-mini","prompt":"x"}""")],
        _ => throw new InvalidOperationException($"No request is known for {pattern}: a new route needs one here."),
    };
}
