using Causeway.Releases.Releases;

namespace Causeway.Releases.Channels;

/// <summary>Where a policy document wants a channel to point.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Release">The release that it is to point at.</param>
/// <param name="Unsupported">What is to become of fields that a pin cannot carry.</param>
/// <param name="Conformance">What is to be asked of pins where a contract holds.</param>
public sealed record WantedChannel(string Name, ReleaseId Release, UnsupportedFields Unsupported, ConformanceRule Conformance = ConformanceRule.Warn);

/// <summary>A whole policy document, checked and resolved.</summary>
/// <param name="Releases">The releases that it defines.</param>
/// <param name="Channels">The channels that it names; those that it does not name stay as they are.</param>
public sealed record PolicyDocument(IReadOnlyList<Release> Releases, IReadOnlyList<WantedChannel> Channels);

/// <summary>A channel that a document makes or moves.</summary>
/// <param name="Before">As it was; null: it is made.</param>
/// <param name="After">As it becomes.</param>
public sealed record ChannelChange(ReleaseChannel? Before, ReleaseChannel After);

/// <summary>What a document changes in the world as it is. Pure, so that a dry run says what the real one would do.</summary>
/// <param name="NewReleases">Releases that are not kept yet.</param>
/// <param name="Channels">Channels that are made or moved; those that stand as wanted already are not among them.</param>
public sealed record PolicyPlan(IReadOnlyList<Release> NewReleases, IReadOnlyList<ChannelChange> Channels)
{
    /// <summary>Compares a document with what is kept.</summary>
    /// <param name="document">What is wanted.</param>
    /// <param name="isKept">Whether a release is kept.</param>
    /// <param name="channel">The channel of that name as it is, or null.</param>
    /// <param name="now">The time of what changes.</param>
    public static PolicyPlan Of(PolicyDocument document, Func<ReleaseId, bool> isKept, Func<string, ReleaseChannel?> channel, DateTimeOffset now) => new(
        [.. document.Releases.DistinctBy(release => release.Id).Where(release => !isKept(release.Id))],
        [
            .. document.Channels
                .Select(wanted => Change(wanted, channel(wanted.Name), now))
                .OfType<ChannelChange>(),
        ]);

    private static ChannelChange? Change(WantedChannel wanted, ReleaseChannel? before, DateTimeOffset now) =>
        before is null ? new ChannelChange(null, ReleaseChannel.New(wanted.Name, wanted.Release, wanted.Unsupported, now, wanted.Conformance))
        : before.Is(wanted) ? null
        : new ChannelChange(before, before.Next(wanted, now));
}
