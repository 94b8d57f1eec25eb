using System.Collections.Immutable;
using Causeway.Contracts.Compilation;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>A channel, <c>provider/model</c>, or a bare id that exactly one provider serves → where the request may go.</summary>
internal sealed class Resolve(ModelDiscovery discovery, FindRelease find, ConversationBook? conversations, ContractCache schemas)
{
    public async ValueTask<Verdict<Plan>> RunAsync(Call call, Caller caller, PooledBody body, string asked, PolicyRevision policy)
    {
        if (policy.FindChannel(asked) is { } channel)
        {
            ConversationTurn? turn = channel.Conversations is null || conversations is null ? null : await ConversationTurn.OpenAsync(conversations, call, caller, channel);
            return OfChannel(call, caller, body, asked, channel, policy, turn);
        }

        if (asked.Split('/').Any(static part => part is "." or ".."))
        {
            return new GatewayError(ErrorKind.Malformed, "field_invalid", "No part of a model's name is \".\" or \"..\": a path of its provider's would be another path with it.") { Param = "model" };
        }

        int slash = asked.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && policy.FindProvider(asked.AsSpan(0, slash)) is { } named)
        {
            return slash == asked.Length - 1
                ? new GatewayError(ErrorKind.NotFound, "model_unknown", $"\"{asked}\" names a provider and no model; write {named.Provider.Name}/MODEL.") { Param = "model" }
                : One(asked, named, asked[(slash + 1)..]);
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
            1 => One(asked, serving[0], asked),
            0 => Unknown(asked, policy),
            _ => new GatewayError(
                ErrorKind.Malformed,
                "model_ambiguous",
                $"\"{asked}\" is served by {serving.Count} providers. Say which: {string.Join(", ", serving.Take(8).Select(route => $"{route.Provider.Name}/{asked}"))}.")
            { Param = "model" },
        };
    }

    private Plan One(string asked, ProviderRoute route, string model) => new(asked, [new PinRoute(route, model)]) { Schemas = schemas };

    private Verdict<Plan> OfChannel(Call call, Caller caller, PooledBody body, string asked, ServedChannel channel, PolicyRevision policy, ConversationTurn? turn)
    {
        if (find.Run(call, caller, body.Memory.Span, channel, policy, turn?.Before?.Last, out ServedRelease release, out Routed? routed) is { } error)
        {
            return error;
        }

        if (turn?.Refuse(channel, release, policy) is { } refused)
        {
            return refused;
        }

        ImmutableArray<PinRoute> pins = release.RoutesIn(policy);
        return pins.IsEmpty
            ? new GatewayError(
                ErrorKind.Unavailable,
                "channel_unserved",
                $"None of the providers of channel \"{asked}\" is configured any longer: {string.Join(", ", release.Release.Pins.Select(pin => pin.Provider))}. The operator adds one, or points the channel at another release.")
            { Param = "model", ShouldRetry = false }
            : new Plan(asked, pins) { Schemas = schemas, Channel = channel, Release = release, Routed = routed, Conversation = turn, Revision = policy.Routing.Revision, Changes = release.Changes, Unsupported = ReleaseChanges.Of(channel.Channel.Unsupported) };
    }

    /// <summary>The way to a pin; null: its provider is not configured.</summary>
    public static PinRoute? Route(Pin pin, PolicyRevision policy) =>
        policy.FindProvider(pin.Provider) is { } route ? new PinRoute(route, pin.Model) : null;

    /// <summary>Asks whether the nearest channel or model was meant, with a space before it; empty: none is near.</summary>
    public static string NearestModel(string asked, PolicyRevision policy) =>
        NearestName.Hint(asked, policy.Channels.Keys.Concat(policy.Providers.SelectMany(route => route.Catalogued.Keys.Concat(route.Listed.Keys))));

    private static Verdict<Plan> Unknown(string asked, PolicyRevision policy)
    {
        string providers = string.Join(", ", policy.Providers.Take(8).Select(route => route.Provider.Name + "/MODEL"));
        string nearest = NearestModel(asked, policy);
        return new GatewayError(
            ErrorKind.NotFound,
            "model_unknown",
            $"There is no channel \"{asked}\", and no provider serves a model of that name.{nearest} List what is served: GET /v1/models or \"causeway models\".{(providers.Length > 0 ? $" A model that is not listed is reached as {providers}." : "")}")
        { Param = "model" };
    }
}
