using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Sentinel;

/// <summary>A pin of a release that a channel serves, rolls out, or can go back to.</summary>
/// <param name="Pin">The pin.</param>
/// <param name="Served">The release that it is asked for: a release that is rolled back meanwhile is asked nothing more.</param>
/// <param name="Channels">The channels whose releases have it.</param>
public sealed record UsedPin(Pin Pin, ServedRelease Served, IReadOnlyList<string> Channels)
{
    internal PinRoute Route { get; init; } = null!;
}

/// <summary>Finds the pins that are worth watching: of every stable release, candidate, and way back.</summary>
public sealed class UsedPins(IReleaseStore releases, PolicyPublisher policies)
{
    private const int Ways = 3; // As many releases before are kept as ways back.

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<UsedPin>> ListAsync(CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        Dictionary<(string Provider, string Model), UsedPin> found = [];
        foreach (ServedChannel channel in policy.Channels.Values.OrderBy(one => one.Channel.Name, StringComparer.Ordinal))
        {
            foreach (Release release in await OfAsync(channel, policy, cancellation))
            {
                foreach (Pin pin in release.Pins)
                {
                    if (found.TryGetValue((pin.Provider, pin.Model), out UsedPin? other))
                    {
                        found[(pin.Provider, pin.Model)] = other.Channels.Contains(channel.Channel.Name) ? other : other with { Channels = [.. other.Channels, channel.Channel.Name] };
                    }
                    else if (Resolve.Route(pin, policy) is { } route)
                    {
                        found[(pin.Provider, pin.Model)] = new UsedPin(pin, new ServedRelease(channel.Channel.Name, release, needsLease: false), [channel.Channel.Name]) { Route = route };
                    }
                }
            }
        }

        return [.. found.Values.OrderBy(used => used.Pin.ToString(), StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<Release>> OfAsync(ServedChannel channel, PolicyRevision policy, CancellationToken cancellation)
    {
        string name = channel.Channel.Name;
        List<Release> all = [.. new[] { channel.Served.Release, channel.Stable.Release, channel.Candidate?.Release }.OfType<Release>().DistinctBy(one => one.Id).Where(one => !policy.Routing.IsRevoked(name, one.Id))];
        ReleaseId[] before = [.. (await releases.HistoryAsync(name, cancellation)).Select(move => move.Release).Distinct().Where(id => all.TrueForAll(one => one.Id != id) && !policy.Routing.IsRevoked(name, id)).Take(Ways)];
        foreach (ReleaseId id in before)
        {
            all.AddRange(await releases.FindAsync(new ReleaseIdRange(id, id), cancellation));
        }

        return all;
    }
}
