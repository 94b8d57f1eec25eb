using System.Collections.Immutable;
using Causeway.Gateway.Flow;
using Causeway.Releases.Releases;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Policy;

/// <summary>A release as one channel serves it: what a call is made for, and what it is stopped by.</summary>
public sealed class ServedRelease
{
    private volatile Routes? _routes;

    /// <summary>The release on a channel.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="release">The release.</param>
    /// <param name="needsLease">It is a candidate: it is served only as long as the lease is live.</param>
    public ServedRelease(string channel, Release release, bool needsLease)
    {
        (Channel, Release, NeedsLease, Name) = (channel, release, needsLease, release.Id.ToString());
        Changes = ReleaseChanges.Of(release);
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The release.</summary>
    public Release Release { get; }

    /// <summary>It is served only as long as the lease for candidates is live.</summary>
    public bool NeedsLease { get; }

    /// <summary>Its id as text, written once: every answer carries it.</summary>
    public string Name { get; }

    /// <summary>What it sets on every request; null: nothing.</summary>
    internal RequestChanges? Changes { get; }

    /// <summary>The ways to its pins, in its order, found once for a set of providers: every request takes them. A pin whose provider left the configuration is passed over; empty: none is left.</summary>
    internal ImmutableArray<PinRoute> RoutesIn(PolicyRevision policy)
    {
        Routes? found = _routes;
        if (found is null || found.Among != policy.Providers)
        {
            _routes = found = new Routes(policy.Providers, [.. Release.Pins.Select(pin => Resolve.Route(pin, policy)).OfType<PinRoute>()]);
        }

        return found.Pins;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Channel}: {Name}";

    private sealed record Routes(ImmutableArray<ProviderRoute> Among, ImmutableArray<PinRoute> Pins);
}
