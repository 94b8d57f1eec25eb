using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
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
        .WithDescription("In the order of the configuration, without their credentials. Circuits are those of the instance that answers: each instance leaves a provider alone by what it met itself.");

    private static Ok<ProviderList> Run(PolicyPublisher policies, InferenceGateway gateway)
    {
        ILookup<string, PinCircuit> circuits = gateway.Circuits.ToLookup(circuit => circuit.Provider);
        return TypedResults.Ok(new ProviderList([.. policies.Current.Providers.Select(route => ProviderView.Of(route, circuits[route.Provider.Name]))]));
    }
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
    [property: Description("How many models are known by name.")] int Models,
    [property: Description("The models that were called since the start, and whether each is called still, by name.")] IReadOnlyList<CircuitView> Circuits)
{
    public static ProviderView Of(ProviderRoute route, IEnumerable<PinCircuit> circuits) => new(
        route.Provider.Name,
        ProtocolNames.Of(route.Provider.Platform),
        route.Provider.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), // No user, no query.
        route.Provider.Region,
        route.Provider.DataClasses,
        route.Provider.Catalogue,
        route.Provider.HasCredential,
        ServedModel.NamesAt(route).Count(),
        [.. circuits.OrderBy(one => one.Model, StringComparer.Ordinal).Select(one => new CircuitView(one.Model, one.State))]);

    /// <summary>The answer to a name that no provider has.</summary>
    public static Problem Unknown(string name, PolicyRevision policy)
    {
        string[] names = [.. policy.Providers.Select(route => route.Provider.Name)];
        return new Problem(AdminError.ProviderUnknown, $"No provider is called \"{Printable.Cut(name)}\"{Nearest.End(name, names)} There {(names.Length == 0 ? "is none" : $"are: {string.Join(", ", names)}")}.");
    }
}

/// <summary>Whether a model of a provider is called.</summary>
internal sealed record CircuitView(
    [property: Description("null: all that the provider does not list.")] string? Model,
    [property: JsonConverter(typeof(SnakeCaseEnum<PinCircuitState>)), Description("closed: it is called; open: half of twenty or more calls of ten seconds failed, and it is left alone for five; half_open: a probe decides.")] PinCircuitState State);
