using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Admin.Readiness;
using Causeway.Admin.Rollbacks;
using Causeway.Gateway.Policy;
using Causeway.Releases.Cache;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Channels;

/// <summary>A channel as it is shown.</summary>
internal sealed record ChannelView(
    [property: Description("What callers send as model.")] string Name,
    [property: Description("The release that it points at.")] string Release,
    [property: Description("The release's pins, in order of preference.")] IReadOnlyList<string> Pins,
    [property: JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>)), Description("What becomes of a request's field that a pin's protocol cannot carry.")] UnsupportedFields Unsupported,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>)), Description("What is asked of a pin before an answer that must follow a contract may come from it.")] ConformanceRule Conformance,
    [property: Description("1 when made, one more with each change; the ETag.")] long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: Description("Seconds for which an answer may be given again; 0: answers are not kept. Set with PUT …/cache.")] int CacheTtlSeconds,
    [property: Description("Whether each pin may answer, as measured now; only of one channel that is shown, and only where its release has a contract."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PinEligibility>? Eligibility = null,
    [property: Description("Whether it can be taken back, as it was found last; of one channel that is shown and where a list asks for it, from a minute after it was made."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReadinessNote? Readiness = null,
    [property: Description("The rollout that it is in; absent: none."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RolloutGlance? Rollout = null,
    [property: Description("How its requests are assigned, and the group that it goes back with; only of one channel that is shown."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RoutingView? Routing = null,
    [property: Description("What this instance has rolled back by itself while the store was away, and still stands; absent: nothing."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalRollbackView? LocalRollback = null)
{
    public static ChannelView Of(ReleaseChannel channel, Release release, CacheRule? cache = null) => new(
        channel.Name,
        channel.Release.ToString(),
        [.. release.Pins.Select(pin => pin.ToString())],
        channel.Unsupported,
        channel.Conformance,
        channel.Version,
        channel.CreatedAt,
        channel.UpdatedAt,
        (int)(cache?.Ttl.TotalSeconds ?? 0));

    public static ChannelView Of(ServedChannel served, RoutingPolicy routing) => Of(served.Channel, served.Release, served.Cache) with
    {
        Rollout = RolloutGlance.Of(routing.RoutingOf(served.Channel.Name).Rollout),
        LocalRollback = routing.LocalOf(served.Channel.Name) is { } local ? LocalRollbackView.Of(local) : null,
    };

    /// <summary>The answer to a name that no channel has.</summary>
    public static Problem Unknown(string name, IEnumerable<string> known) =>
        new(AdminError.ChannelUnknown, $"No channel is called \"{Printable.Cut(name)}\"{Nearest.End(name, known)} List them with: causeway channel list");

    /// <summary>Says in the head of the answer which version this is.</summary>
    public ChannelView Tag(HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{Version}\"");
        return this;
    }
}

/// <summary>A rollout in a line; <c>GET /channels/{name}/rollout</c> has the whole.</summary>
internal sealed record RolloutGlance(
    string Candidate,
    [property: JsonConverter(typeof(SnakeCaseEnum<RolloutState>)), Description("running or paused.")] RolloutState State,
    [property: Description("The stage that it is in, from 1.")] int Stage,
    [property: Description("How many there are.")] int Stages,
    [property: Description("The share of units that gets the candidate now, in millionths.")] int ExposurePpm,
    [property: Description("Why it may not advance before a person says so; null: it may.")] string? Held)
{
    public static RolloutGlance? Of(Rollout? rollout) => rollout is not { State: RolloutState.Running or RolloutState.Paused }
        ? null
        : new RolloutGlance(
            rollout.Candidate.ToString(), rollout.State, rollout.Stage + 1, rollout.Plan.Stages.Count, rollout.State == RolloutState.Running ? rollout.Exposure.Ppm : 0, rollout.Held);
}
