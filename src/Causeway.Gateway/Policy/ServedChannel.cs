using Causeway.Releases.Channels;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Policy;

/// <summary>A channel with the release that answers it in one revision.</summary>
/// <param name="channel">The channel.</param>
/// <param name="release">The release that it points at.</param>
/// <exception cref="ArgumentException">The channel points at another release.</exception>
public sealed class ServedChannel(ReleaseChannel channel, Release release)
{
    /// <summary>The channel.</summary>
    public ReleaseChannel Channel { get; } = channel;

    /// <summary>The release that it points at.</summary>
    public Release Release { get; } = channel.Release == release.Id
        ? release
        : throw new ArgumentException($"Channel {channel.Name} points at {channel.Release}, not at {release.Id}.", nameof(release));

    /// <summary>The release's id as text, written once: every answer of the channel carries it.</summary>
    public string ReleaseName { get; } = release.Id.ToString();

    /// <inheritdoc/>
    public override string ToString() => Channel.Name;
}
