using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Policy;

/// <summary>Channels and what decides beside them, of one revision.</summary>
public sealed class RoutingPolicy
{
    private readonly ImmutableDictionary<string, ChannelRouting> _routings;
    private readonly ImmutableDictionary<ReleaseId, Release> _releases;
    private readonly ImmutableDictionary<string, LocalRollback> _local;
    private readonly FrozenSet<(string Channel, ReleaseId Release)> _revoked;

    private RoutingPolicy(
        long revision,
        IReadOnlyDictionary<string, ServedChannel> channels,
        ImmutableDictionary<string, ChannelRouting> routings,
        ImmutableDictionary<ReleaseId, Release> releases,
        ImmutableDictionary<string, LocalRollback> local)
    {
        Revision = revision;
        _routings = routings;
        _releases = releases;
        _local = local;
        _revoked = routings.Values.SelectMany(routing => routing.Quarantine.Select(one => (routing.Channel, one.Release))).Concat(local.Values.Select(one => (one.Channel, one.From))).ToFrozenSet();
        Channels = channels.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Nothing is served.</summary>
    public static RoutingPolicy None { get; } = new(
        0,
        FrozenDictionary<string, ServedChannel>.Empty,
        ImmutableDictionary.Create<string, ChannelRouting>(StringComparer.Ordinal),
        ImmutableDictionary<ReleaseId, Release>.Empty,
        ImmutableDictionary.Create<string, LocalRollback>(StringComparer.Ordinal));

    /// <summary>The routing revision, the store's: the number of its newest change.</summary>
    public long Revision { get; }

    /// <summary>The channels by name.</summary>
    public FrozenDictionary<string, ServedChannel> Channels { get; }

    /// <summary>Releases that must not be dispatched: on a channel, or with <see cref="ChannelRouting.Everywhere"/> on any.</summary>
    public IReadOnlyCollection<(string Channel, ReleaseId Release)> Revoked => _revoked;

    /// <summary>True when a release must not be dispatched on a channel.</summary>
    public bool IsRevoked(string channel, ReleaseId release) =>
        _revoked.Count > 0 && (_revoked.Contains((channel, release)) || _revoked.Contains((ChannelRouting.Everywhere, release)));

    /// <summary>What this instance has rolled back by itself while its store was away, and what still stands of it.</summary>
    public IEnumerable<LocalRollback> Local => _local.Values;

    /// <summary>The same of one channel; null: nothing.</summary>
    public LocalRollback? LocalOf(string channel) => _local.Count == 0 ? null : _local.GetValueOrDefault(channel);

    /// <summary>What is kept beside a channel; of one of which nothing is, its beginning.</summary>
    public ChannelRouting RoutingOf(string channel) => _routings.GetValueOrDefault(channel) ?? ChannelRouting.Of(channel);

    /// <summary>
    /// This policy with changes, in whatever order they come: of two states of one channel the one with the higher version stands, of two routings the one of
    /// the higher revision.
    /// </summary>
    /// <param name="revision">The store's number of the newest change.</param>
    /// <param name="channels">Channels that were made or moved.</param>
    /// <param name="routings">Routings that changed.</param>
    /// <param name="releases">The releases that those speak of and no channel points at.</param>
    public RoutingPolicy With(long revision, IEnumerable<ServedChannel> channels, IEnumerable<ChannelRouting> routings, IEnumerable<Release> releases)
    {
        Dictionary<string, ServedChannel> all = new(Channels, StringComparer.Ordinal);
        HashSet<string> changed = new(StringComparer.Ordinal);
        foreach (ServedChannel channel in channels)
        {
            if (!all.TryGetValue(channel.Channel.Name, out ServedChannel? held) || held.Channel.Version < channel.Channel.Version)
            {
                all[channel.Channel.Name] = channel;
                changed.Add(channel.Channel.Name);
                revision = Math.Max(revision, channel.Channel.Revision);
            }
        }

        ImmutableDictionary<string, ChannelRouting> kept = _routings;
        foreach (ChannelRouting routing in routings)
        {
            if (!kept.TryGetValue(routing.Channel, out ChannelRouting? held) || held.Revision < routing.Revision)
            {
                kept = kept.SetItem(routing.Channel, routing);
                changed.UnionWith(routing.Channel == ChannelRouting.Everywhere ? all.Keys : [routing.Channel]);
            }
        }

        // What the store has decided meanwhile takes the place of what was decided here without it.
        ImmutableDictionary<string, LocalRollback> local = _local.RemoveRange(
            _local.Values.Where(one => !all.TryGetValue(one.Channel, out ServedChannel? channel) || one.IsOver(channel.Channel, kept.GetValueOrDefault(one.Channel) ?? ChannelRouting.Of(one.Channel))).Select(one => one.Channel));
        RoutingPolicy next = new(Math.Max(Revision, revision), all, kept, _releases.SetItems(releases.Select(release => KeyValuePair.Create(release.Id, release))), local);
        return changed.Any(name => kept.ContainsKey(name) || kept.ContainsKey(ChannelRouting.Everywhere) || _local.ContainsKey(name)) ? next.Compiled(changed) : next;
    }

    /// <summary>Before anything of the store was read: only what this instance has rolled back by itself is known, and holds until the store decides.</summary>
    public RoutingPolicy Unread() => new(0, None.Channels, _routings.Clear(), _releases, _local);

    /// <summary>This policy with a rollback that this instance makes by itself; where the channel is no longer answered by what it is against, as it was.</summary>
    /// <param name="local">The rollback.</param>
    /// <param name="to">The release that answers instead.</param>
    public RoutingPolicy With(LocalRollback local, Release to) =>
        !Channels.TryGetValue(local.Channel, out ServedChannel? channel) || local.IsOver(channel.Channel, RoutingOf(local.Channel))
            ? this
            : new RoutingPolicy(Revision, Channels, _routings, _releases.SetItem(to.Id, to), _local.SetItem(local.Channel, local)).Compiled([local.Channel]);

    // Against what is revoked in the policy that they are of.
    private RoutingPolicy Compiled(HashSet<string> changed)
    {
        Dictionary<string, ServedChannel> all = new(Channels, StringComparer.Ordinal);
        foreach (string name in changed)
        {
            if (all.TryGetValue(name, out ServedChannel? channel))
            {
                all[name] = channel.With(RoutingOf(name), release => IsRevoked(name, release), Find, release => _revoked.Contains((ChannelRouting.Everywhere, release)), LocalOf(name));
            }
        }

        return new RoutingPolicy(Revision, all, _routings, _releases, _local);

        Release Find(ReleaseId id) => _releases.GetValueOrDefault(id) ?? all.Values.FirstOrDefault(channel => channel.Release.Id == id)?.Release
            ?? throw new InvalidOperationException($"The routing speaks of {id}, which was not loaded.");
    }
}
