using System.Collections.Concurrent;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Rollouts;

/// <summary>What channels answered with before, kept in memory for the hour in which the store is away. Safe from any thread.</summary>
public sealed class WaysBack(IReleaseStore releases, PolicyPublisher policies)
{
    /// <summary>Releases that are kept of one channel.</summary>
    public const int Kept = 3;

    /// <summary>Channels that are read in one look at most: the next look goes on.</summary>
    public const int MaxInLook = 256;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private long _looked = -1;

    /// <summary>The routing revision up to which it is known of every channel; -1: of none yet.</summary>
    public long Revision => Volatile.Read(ref _looked);

    /// <summary>Where a channel pointed, newest first, as far as it is known; empty: it was not read yet.</summary>
    public IReadOnlyList<ChannelMove> MovesOf(string channel) => _known.TryGetValue(channel, out Known? known) ? known.Moves : [];

    /// <summary>A release that a channel pointed at; null: it is none of those that are kept.</summary>
    public Release? Find(string channel, ReleaseId release) => _known.TryGetValue(channel, out Known? known) ? known.Releases.FirstOrDefault(one => one.Id == release) : null;

    /// <summary>Reads of the channels that have changed what they pointed at before. Costs one comparison where nothing has.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        RoutingPolicy routing = policies.Current.Routing;
        if (routing.Revision == Volatile.Read(ref _looked))
        {
            return;
        }

        int read = 0;
        foreach ((string name, ServedChannel served) in routing.Channels)
        {
            if (_known.TryGetValue(name, out Known? known) && known.Version == served.Channel.Version)
            {
                continue;
            }

            if (read++ == MaxInLook)
            {
                return;
            }

            _known[name] = await ReadAsync(served.Channel, cancellation);
        }

        Volatile.Write(ref _looked, routing.Revision);
    }

    private async Task<Known> ReadAsync(ReleaseChannel channel, CancellationToken cancellation)
    {
        IReadOnlyList<ChannelMove> moves = await releases.HistoryAsync(channel.Name, cancellation);
        ReleaseId[] before = [.. moves.Select(move => move.Release).Distinct().Take(Kept + 1)];
        List<Release> kept = [];
        foreach (ReleaseId id in before)
        {
            kept.AddRange(await releases.FindAsync(new ReleaseIdRange(id, id), cancellation));
        }

        return new Known(channel.Version, [.. moves.Where(move => before.Contains(move.Release)).DistinctBy(move => move.Release)], kept);
    }

    private sealed record Known(long Version, IReadOnlyList<ChannelMove> Moves, IReadOnlyList<Release> Releases);
}
