using Causeway.Releases.Cache;
using Causeway.Releases.Channels;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Policy;

/// <summary>A channel with the releases that answer it in one revision.</summary>
public sealed class ServedChannel
{
    private readonly ServedRelease? _override;
    private readonly ServedRelease? _continued;

    /// <summary>A channel that its own release answers.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="release">The release that it points at.</param>
    /// <exception cref="ArgumentException">The channel points at another release.</exception>
    public ServedChannel(ReleaseChannel channel, Release release)
    {
        Channel = channel;
        Stable = new ServedRelease(channel.Name, channel.Release == release.Id
            ? release
            : throw new ArgumentException($"Channel {channel.Name} points at {channel.Release}, not at {release.Id}.", nameof(release)), needsLease: false);
    }

    private ServedChannel(ServedChannel plain, RoutingImage image, Func<ReleaseId, Release> find)
    {
        (Channel, Stable) = (plain.Channel, plain.Stable);
        if (image.Override is { } made)
        {
            _override = made.Release == Stable.Release.Id ? Stable : new ServedRelease(Channel.Name, find(made.Release), needsLease: false);
        }

        // Under the lease, as everything is that is not what the channel points at.
        _continued = image.Continued is { } gone ? new ServedRelease(Channel.Name, find(gone.Release), needsLease: true) : null;
        Candidate = image.Candidate is { } candidate ? new ServedRelease(Channel.Name, find(candidate), needsLease: true) : null;
        Image = image.Override is null && Candidate is null ? null : image;
        Cache = CacheRule.Of(image.Routing);
        Conversations = image.Routing.Conversations;
        Transcripts = Conversations is not null && image.Routing.TranscriptSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The channel.</summary>
    public ReleaseChannel Channel { get; }

    /// <summary>What it points at.</summary>
    public ServedRelease Stable { get; }

    /// <summary>What is being rolled out, where it may be served; null: nothing is.</summary>
    public ServedRelease? Candidate { get; }

    /// <summary>How a request finds its release; null: the channel's own answers every one.</summary>
    public RoutingImage? Image { get; }

    /// <summary>Which of its answers may be given again; null: none is kept.</summary>
    public CacheRule? Cache { get; }

    /// <summary>What becomes of its conversations; null: they are not told apart.</summary>
    public ConversationPolicy? Conversations { get; }

    /// <summary>For how long what is said in them is kept after their last answer; null: it is not.</summary>
    public TimeSpan? Transcripts { get; }

    /// <summary>The release that it points at.</summary>
    public Release Release => Stable.Release;

    /// <summary>That release's id as text.</summary>
    public string ReleaseName => Stable.Name;

    /// <summary>What answers most of its requests: the rollback in force, or else what it points at.</summary>
    public ServedRelease Served => _override ?? Stable;

    /// <summary>A release that this channel serves.</summary>
    public ServedRelease Of(ReleaseId release) => release == Candidate?.Release.Id ? Candidate : release == _override?.Release.Id ? _override : release == _continued?.Release.Id ? _continued : Stable;

    /// <summary>This channel as its routing has it.</summary>
    /// <param name="routing">What is kept beside it.</param>
    /// <param name="isRevoked">Whether a release must not be dispatched on it.</param>
    /// <param name="find">The releases that the routing speaks of.</param>
    /// <param name="isRevokedEverywhere">Whether a release must not be dispatched on any channel.</param>
    /// <param name="local">What this instance has rolled back by itself; null: nothing.</param>
    public ServedChannel With(ChannelRouting routing, Func<ReleaseId, bool> isRevoked, Func<ReleaseId, Release> find, Func<ReleaseId, bool> isRevokedEverywhere, LocalRollback? local) =>
        new(this, new RoutingImage(Channel, local?.Over(Channel, routing) ?? routing, isRevoked, local is not null, isRevokedEverywhere), find);

    /// <inheritdoc/>
    public override string ToString() => Channel.Name;
}
