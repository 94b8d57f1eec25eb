using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Providers;

/// <summary><c>GET /models</c>: every model that a request can name, at every provider that serves it.</summary>
internal static class ListModels
{
    private static readonly QueryParameter s_provider = new("provider", "Only this provider's.");
    private static readonly QueryParameter s_search = new("search", "Only models with this text in their name.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/models", RunAsync)
        .WithName("list_models").WithTags("providers").WithSummary("The models that are served")
        .WithDescription("One entry for each provider and model: from the shipped catalogue, from the provider's own list, and from the prices of the configuration.")
        .Asks(s_provider, s_search)
        .Refuses(AdminError.QueryInvalid, AdminError.ProviderUnknown);

    private static async Task<Results<Ok<ServedModelList>, Problem>> RunAsync(HttpContext http, PolicyPublisher policies, ModelDiscovery discovery, TimeProvider time)
    {
        PolicyRevision policy = await discovery.RefreshAsync(policies.Current, http.RequestAborted);
        IEnumerable<ProviderRoute> routes = policy.Providers;
        if (s_provider.Text(http.Request.Query) is { } provider)
        {
            if (policy.FindProvider(provider) is not { } only)
            {
                return ProviderView.Unknown(provider, policy);
            }

            routes = [only];
        }

        string search = s_search.Text(http.Request.Query) ?? "";
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new ServedModelList(
        [
            .. from route in routes
               from model in ServedModel.NamesAt(route)
               where model.Contains(search, StringComparison.OrdinalIgnoreCase)
               orderby route.Provider.Name, model
               select ServedModel.Of(route, model, policy, now),
        ]));
    }
}

/// <summary>The models that are served.</summary>
internal sealed record ServedModelList(IReadOnlyList<ServedModel> Models);
