using System.Text.Json.Serialization;
using Causeway.Releases.Cache;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Routing;

/// <summary>
/// What decides beside a channel's pointer which release answers: a rollback in force, releases that must not be dispatched, and a rollout. Immutable and
/// kept once for every revision that changed it, so that a logged decision can be made again.
/// </summary>
public sealed record ChannelRouting
{
    /// <summary>In place of a channel's name: what holds on every channel, of which only <see cref="Quarantine"/> is used.</summary>
    public const string Everywhere = "*";

    /// <summary>Releases in quarantine on one channel at most; beyond it one is to be lifted first.</summary>
    public const int MaxQuarantined = 1000;

    /// <summary>The channel's name, or <see cref="Everywhere"/>.</summary>
    public required string Channel { get; init; }

    /// <summary>The routing revision that made it so; 0: not written yet.</summary>
    public long Revision { get; init; }

    /// <summary>Draws the units of a percent stage. It belongs to the channel, so that every rollout meets the same units in the same order.</summary>
    public required string Seed { get; init; }

    /// <summary>What a request is assigned by: the first of these that it has.</summary>
    public IReadOnlyList<UnitKind> UnitKey { get; init; } = DefaultUnitKey;

    /// <summary>Channels of one group are rolled back together, in one revision; null: it is in none.</summary>
    public string? Group { get; init; }

    /// <summary>What becomes of a request that names a release which was rolled back.</summary>
    public PinPolicy PinPolicy { get; init; }

    /// <summary>The rollback in force; null: none was made, or a rollout was started since.</summary>
    public ChannelOverride? Override { get; init; }

    /// <summary>Releases that must not be dispatched on this channel until a person lifts them.</summary>
    public IReadOnlyList<QuarantinedRelease> Quarantine { get; init; } = [];

    /// <summary>The rollout that is under way, or the last one that was; null: there never was one.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>The drill that is under way; null: none is.</summary>
    public DrillInForce? Drill { get; init; }

    /// <summary>Its response cache; null: it never had one.</summary>
    public CacheSettings? Cache { get; init; }

    /// <summary>What becomes of its conversations; null: they are not told apart.</summary>
    public ConversationPolicy? Conversations { get; init; }

    /// <summary>For how long what is said in conversations is kept after their last answer, where a provider would keep it alone: <see cref="TranscriptTime.MinSeconds"/> to <see cref="TranscriptTime.MaxSeconds"/>; null: it is not.</summary>
    public int? TranscriptSeconds { get; init; }

    /// <summary>The order in which a unit is looked for.</summary>
    public static IReadOnlyList<UnitKind> DefaultUnitKey { get; } = [UnitKind.Conversation, UnitKind.User, UnitKind.Tenant, UnitKind.Key];

    /// <summary>A rollout that is under way, paused or not; null: there is none.</summary>
    public Rollout? Active => Rollout is { IsActive: true } active ? active : null;

    /// <summary>The routing of a channel of which nothing is kept.</summary>
    public static ChannelRouting Of(string channel) => new() { Channel = channel, Seed = channel };

    /// <summary>The override, if the channel was not pointed elsewhere since it was made.</summary>
    public ChannelOverride? OverrideOf(ReleaseChannel channel) => Override is { } made && made.ChannelVersion == channel.Version ? made : null;

    /// <summary>True when a release is in quarantine here.</summary>
    public bool Quarantines(ReleaseId release) => Quarantine.Any(one => one.Release == release);

    /// <summary>Until when conversations go on with what was rolled back here, UTC; null: they do not.</summary>
    [JsonIgnore]
    public (ReleaseId Release, DateTimeOffset Until)? Continued =>
        Override is { } made && Quarantine.FirstOrDefault(one => one.Release == made.From) is { ContinuesUntil: { } until } ? (made.From, until) : null;

    /// <summary>This routing where no conversation goes on with what was rolled back.</summary>
    public ChannelRouting WithoutContinued() => this with { Quarantine = [.. Quarantine.Select(one => one with { ContinuesUntil = null })] };

    /// <summary>This routing with a release in quarantine; one that is already stays as it was put there.</summary>
    public ChannelRouting WithQuarantined(QuarantinedRelease release) => Quarantines(release.Release) ? this : this with { Quarantine = [.. Quarantine, release] };

    /// <summary>This routing with another rollout. Of the one before it is remembered how long its base's answers were kept as they were.</summary>
    public ChannelRouting WithStarted(Rollout rollout) => this with
    {
        Rollout = rollout,
        Override = null,
        Cache = Rollout is { EndedAt: { } ended } before ? Cache?.WithFreeze(new CacheFreeze(before.Base, before.StartedAt, ended)) : Cache,
    };

    /// <summary>This routing without a release in quarantine.</summary>
    public ChannelRouting WithLifted(ReleaseId release) => this with { Quarantine = [.. Quarantine.Where(one => one.Release != release)] };
}

/// <summary>A rollback in force: it stands above every pin, rule and percentage until the channel is pointed anew or a rollout is started.</summary>
/// <param name="Release">What answers.</param>
/// <param name="From">What answered, or would have.</param>
/// <param name="ChannelVersion">The channel's version that it was made for.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who: a person, or <c>causeway</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record ChannelOverride(ReleaseId Release, ReleaseId From, long ChannelVersion, DateTimeOffset At, string By, string Reason);

/// <summary>A release that must not be dispatched.</summary>
/// <param name="Release">Which.</param>
/// <param name="At">Since when, UTC.</param>
/// <param name="By">Who put it there.</param>
/// <param name="Reason">Why.</param>
/// <param name="Streams">What became of what it was answering, on every instance.</param>
public sealed record QuarantinedRelease(ReleaseId Release, DateTimeOffset At, string By, string Reason, StreamPolicy Streams)
{
    /// <summary>Until when conversations that it answered last go on with it, UTC, and nobody else does; null: they do not.</summary>
    public DateTimeOffset? ContinuesUntil { get; init; }
}

/// <summary>What becomes of a request that names a release which was rolled back.</summary>
public enum PinPolicy
{
    /// <summary>What answers now answers, and the answer says so.</summary>
    Substitute,

    /// <summary>It is refused: whoever names a release takes no other.</summary>
    Reject,
}

/// <summary>What a request can be assigned by.</summary>
public enum UnitKind
{
    /// <summary>The conversation: the header <c>x-causeway-session</c>.</summary>
    Conversation,

    /// <summary>The end user, as the request's body names one.</summary>
    User,

    /// <summary>The key's team.</summary>
    Tenant,

    /// <summary>The key.</summary>
    Key,
}
