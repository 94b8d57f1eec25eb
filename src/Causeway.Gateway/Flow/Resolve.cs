using System.Text;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary><c>provider/model</c>, or a bare id that exactly one provider serves → where the request goes.</summary>
internal sealed class Resolve(ModelDiscovery discovery)
{
    public async ValueTask<Verdict<Plan>> RunAsync(Call call, Received received, PolicyRevision policy)
    {
        string asked = received.Model;
        int slash = asked.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && policy.FindProvider(asked.AsSpan(0, slash)) is { } named)
        {
            return slash == asked.Length - 1
                ? new GatewayError(ErrorKind.NotFound, "model_unknown", $"\"{asked}\" names a provider and no model; write {named.Provider.Name}/MODEL.") { Param = "model", ShouldRetry = false }
                : Check(call, received, named, asked[(slash + 1)..]);
        }

        IReadOnlyList<ProviderRoute> serving = policy.FindByModel(asked);
        if (serving.Count == 0)
        {
            // Not in the catalogue and in no list that was read: the lists may be old. Bounded and shared by all who wait.
            policy = await discovery.RefreshAsync(policy, call.ClientGone);
            serving = policy.FindByModel(asked);
        }

        return serving.Count switch
        {
            1 => Check(call, received, serving[0], asked),
            0 => Unknown(asked, call.Protocol, policy),
            _ => new GatewayError(
                ErrorKind.Malformed,
                "model_ambiguous",
                $"\"{asked}\" is served by {serving.Count} providers. Say which: {string.Join(", ", serving.Take(8).Select(route => $"{route.Provider.Name}/{asked}"))}.")
            { Param = "model", ShouldRetry = false },
        };
    }

    private static Verdict<Plan> Check(Call call, Received received, ProviderRoute route, string model) =>
        route.Provider.Protocol == call.Protocol
            ? new Plan(route, received.Model, model)
            : new GatewayError(
                ErrorKind.Malformed,
                "protocol_mismatch",
                $"\"{received.Model}\" is served by {route.Provider.Name}, which speaks {Name(route.Provider.Protocol)}; this request is in {Name(call.Protocol)}. Use that vendor's SDK, or a model of a provider that speaks {Name(call.Protocol)}.")
            { Param = "model", ShouldRetry = false };

    private static Verdict<Plan> Unknown(string asked, Protocol protocol, PolicyRevision policy)
    {
        string providers = string.Join(", ", policy.Providers.Where(route => route.Provider.Protocol == protocol).Take(8).Select(route => route.Provider.Name + "/MODEL"));
        string nearest = NearestName.To(asked, policy.Providers.SelectMany(route => route.Catalogued.Keys.Concat(route.Listed.Keys))) is { } name ? $" Did you mean \"{name}\"?" : "";
        return new GatewayError(
            ErrorKind.NotFound,
            "model_unknown",
            $"No provider serves \"{asked}\".{nearest} List what is served: GET /v1/models or \"causeway models\".{(providers.Length > 0 ? $" A model that is not listed is reached as {providers}." : "")}")
        { Param = "model", ShouldRetry = false };
    }

    private static string Name(Protocol protocol) => ProtocolNames.Of(protocol);
}

/// <summary>Where a request goes.</summary>
/// <param name="Route">The provider and the way to it.</param>
/// <param name="Asked">The model in the caller's words.</param>
/// <param name="Model">The model in the provider's.</param>
internal sealed record Plan(ProviderRoute Route, string Asked, string Model)
{
    /// <summary><c>provider/model</c>, as in <c>x-causeway-served-by</c>; a name that no header can hold is left out.</summary>
    public string ServedBy => Ascii.IsValid(Model) ? $"{Route.Provider.Name}/{Model}" : Route.Provider.Name;
}
