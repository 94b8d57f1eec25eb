using System.ComponentModel;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>PATCH /channels/{name}/routing</c>: how its requests are assigned, and which channels it goes back with.</summary>
internal static class ConfigureRouting
{
    public static void Map(RouteGroupBuilder api) => api.MapPatch("/channels/{name}/routing", RunAsync)
        .WithName("configure_routing").WithTags("channels").WithSummary("Set a channel's group, seed, units and pins")
        .WithDescription("What is left out stays as it is. Seed and units stay while a rollout is under way.")
        .Reads<RoutingSettingsRequest>("What is to be different.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.ChannelInvalid, AdminError.RolloutActive);

    private static async Task<Results<Ok<RoutingView>, Problem>> RunAsync(HttpContext http, string name, ReleaseDesk desk, PolicyPublisher policies)
    {
        (RoutingSettingsRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RoutingSettingsRequest);
        if (asked is null)
        {
            return problem!;
        }

        (RoutingSettings settings, FieldProblem[] wrong) = asked.Read();
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.ChannelInvalid, "Mend what \"errors\" names; nothing was changed.", wrong);
        }

        RolloutResult? result = await desk.ConfigureAsync(name, settings, Actor.Of(http).Name, asked.Reason, http.RequestAborted);
        return result is null ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
            : result.Refusal is { } refusal ? new Problem(AdminError.RolloutActive, $"Channel \"{name}\": {refusal.Message}.")
            : TypedResults.Ok(RoutingView.Of(result.Routing));
    }
}

/// <summary>What is to be different of a channel's routing.</summary>
internal sealed record RoutingSettingsRequest
{
    [Description("The channels that it is rolled back with, by the name of their group: as names of channels are; empty: none.")]
    public string? Group { get; init; }

    [Description("What draws the units, 1 to 128 visible ASCII characters; the channel's name to begin with.")]
    public string? Seed { get; init; }

    [Description("What a request is assigned by, the first that it has: conversation, user, tenant, key.")]
    public IReadOnlyList<string>? UnitKey { get; init; }

    [Description("What becomes of a request that names a release which was rolled back: substitute, or reject (409 release_revoked).")]
    public string? PinPolicy { get; init; }

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    /// <summary>What is meant, and what is wrong with it.</summary>
    public (RoutingSettings Settings, FieldProblem[] Problems) Read()
    {
        List<FieldProblem> problems = [.. GivenReason.Problems(Reason, isRequired: false)];
        List<UnitKind> kinds = [];
        foreach (string word in UnitKey ?? [])
        {
            UnitKind? kind = word switch
            {
                "conversation" => UnitKind.Conversation,
                "user" => UnitKind.User,
                "tenant" => UnitKind.Tenant,
                "key" => UnitKind.Key,
                _ => null,
            };
            if (kind is { } known)
            {
                kinds.Add(known);
            }
            else
            {
                problems.Add(new FieldProblem("unit_key", $"\"{Printable.Cut(word)}\" is none of conversation, user, tenant and key"));
            }
        }

        if (PinPolicy is not (null or "substitute" or "reject"))
        {
            problems.Add(new FieldProblem("pin_policy", "is substitute or reject"));
        }

        RoutingSettings settings = new()
        {
            Group = Group,
            Seed = Seed,
            UnitKey = UnitKey is null ? null : kinds,
            PinPolicy = PinPolicy switch { "reject" => Causeway.Releases.Routing.PinPolicy.Reject, "substitute" => Causeway.Releases.Routing.PinPolicy.Substitute, _ => null },
        };
        if (problems.Count == 0 && settings == new RoutingSettings())
        {
            problems.Add(new FieldProblem("group", "is missing, and so is all else: name what is to be different (group, seed, unit_key, pin_policy)"));
        }

        problems.AddRange(problems.Count > 0 ? [] : settings.Problems().Select(problem => new FieldProblem(problem.Field, problem.Message)));
        return (settings, [.. problems]);
    }
}

/// <summary>How a channel's requests are assigned.</summary>
internal sealed record RoutingView(
    string Channel,
    [property: Description("The group that it is rolled back with; null: none.")] string? Group,
    [property: Description("What draws the units.")] string Seed,
    [property: Description("What a request is assigned by, the first that it has.")] IReadOnlyList<string> UnitKey,
    [property: Description("What becomes of a request that names a release which was rolled back: substitute or reject.")] string PinPolicy,
    [property: Description("The routing revision of its last change.")] long Revision)
{
    public static RoutingView Of(ChannelRouting routing) => new(
        routing.Channel,
        routing.Group,
        routing.Seed,
        [.. routing.UnitKey.Select(kind => kind.ToString().ToLowerInvariant())],
        routing.PinPolicy == Causeway.Releases.Routing.PinPolicy.Reject ? "reject" : "substitute",
        routing.Revision);
}
