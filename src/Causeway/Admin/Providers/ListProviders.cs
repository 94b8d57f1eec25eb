using System.ComponentModel;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Providers;

/// <summary><c>GET /providers</c></summary>
internal static class ListProviders
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/providers", Run)
        .WithName("list_providers").WithTags("providers").WithSummary("The providers")
        .WithDescription("In the order of the configuration, without their credentials.");

    private static Ok<ProviderList> Run(PolicyPublisher policies) => TypedResults.Ok(new ProviderList([.. policies.Current.Providers.Select(ProviderView.Of)]));
}

/// <summary>The providers.</summary>
internal sealed record ProviderList(IReadOnlyList<ProviderView> Providers);

/// <summary>A provider without its credential.</summary>
internal sealed record ProviderView(
    [property: Description("The part before the slash in provider/model.")] string Name,
    [property: Description("As the configuration says it: openai, anthropic, gemini, bedrock, azure-openai or vertex.")] string Protocol,
    string Endpoint,
    [property: Description("Where it is bound to process; null: not bound.")] string? Region,
    [property: Description("The data classes that its agreement covers.")] IReadOnlyList<string> DataClasses,
    [property: Description("The catalogue's platform whose models and prices apply; null: none.")] string? Catalogue,
    [property: Description("Whether a credential is configured.")] bool HasKey,
    [property: Description("How many models are known by name.")] int Models)
{
    public static ProviderView Of(ProviderRoute route) => new(
        route.Provider.Name,
        ProtocolNames.Of(route.Provider.Platform),
        route.Provider.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), // No user, no query.
        route.Provider.Region,
        route.Provider.DataClasses,
        route.Provider.Catalogue,
        route.Provider.HasCredential,
        ServedModel.NamesAt(route).Count());

    /// <summary>The answer to a name that no provider has.</summary>
    public static Problem Unknown(string name, PolicyRevision policy)
    {
        string[] names = [.. policy.Providers.Select(route => route.Provider.Name)];
        return new Problem(AdminError.ProviderUnknown, $"No provider is called \"{Printable.Cut(name)}\"{Nearest.To(name, names)}. There {(names.Length == 0 ? "is none" : $"are: {string.Join(", ", names)}")}.");
    }
}
