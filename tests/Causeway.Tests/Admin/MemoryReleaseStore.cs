using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Storage;

namespace Causeway.Tests.Admin;

internal sealed class MemoryReleaseStore : IReleaseStore
{
    private readonly SortedDictionary<string, ReleaseChannel> _channels = new(StringComparer.Ordinal);
    private readonly List<Release> _releases = [];
    private readonly List<ChannelMove> _moves = [];

    public bool Away { get; set; }

    public Task<KeptRelease> AddAsync(Release release, CancellationToken cancellation)
    {
        Check();
        if (_releases.Find(kept => kept.Id == release.Id) is { } same)
        {
            return Task.FromResult(new KeptRelease(same, IsNew: false));
        }

        _releases.Add(release);
        return Task.FromResult(new KeptRelease(release, IsNew: true));
    }

    public Task<IReadOnlyList<Release>> FindAsync(ReleaseIdRange range, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Release>>(
        [.. _releases.Where(release => Compare(release.Id, range.Least) >= 0 && Compare(release.Id, range.Most) <= 0).Take(2)]);

    public Task<IReadOnlyList<Release>> ListAsync(int limit, ReleaseId? after, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Release>>(
        [.. Enumerable.Reverse(_releases).SkipWhile(release => after is { } id && release.Id != id).Skip(after is null ? 0 : 1).Take(limit)]);

    public Task<IReadOnlyList<PointedChannel>> ListChannelsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PointedChannel>>([.. _channels.Values.Select(Pointed)]);

    public Task<ChannelOutcome> CreateChannelAsync(ReleaseChannel channel, CancellationToken cancellation)
    {
        Check();
        return Task.FromResult(_channels.TryGetValue(channel.Name, out ReleaseChannel? known) ? new ChannelOutcome(ChannelVerdict.Exists, Pointed(known)) : Put(channel));
    }

    public Task<ChannelOutcome> PointChannelAsync(WantedChannel wanted, long expectedVersion, DateTimeOffset at, CancellationToken cancellation)
    {
        Check();
        ReleaseChannel known = _channels[wanted.Name];
        return Task.FromResult(
            known.Version != expectedVersion ? new ChannelOutcome(ChannelVerdict.Stale, Pointed(known))
            : known.Is(wanted) ? new ChannelOutcome(ChannelVerdict.Done, Pointed(known))
            : Put(known.Next(wanted, at)));
    }

    public Task<IReadOnlyList<ChannelMove>> HistoryAsync(string channel, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ChannelMove>>([.. Enumerable.Reverse(_moves).Where(move => move.Channel == channel)]);

    public Task<PolicyPlan> ApplyAsync(PolicyDocument document, DateTimeOffset at, CancellationToken cancellation)
    {
        Check();
        var plan = PolicyPlan.Of(document, id => _releases.Exists(release => release.Id == id), _channels.GetValueOrDefault, at);
        _releases.AddRange(plan.NewReleases);
        foreach (ChannelChange change in plan.Channels)
        {
            Put(change.After);
        }

        return Task.FromResult(plan);
    }

    private ChannelOutcome Put(ReleaseChannel channel)
    {
        _channels[channel.Name] = channel;
        _moves.Add(new ChannelMove(channel.Name, channel.Version, channel.Release, channel.Unsupported, channel.Conformance, channel.UpdatedAt));
        return new ChannelOutcome(ChannelVerdict.Done, Pointed(channel));
    }

    private PointedChannel Pointed(ReleaseChannel channel) => new(channel, _releases.Find(release => release.Id == channel.Release)!);

    private static int Compare(ReleaseId left, ReleaseId right) => left.ToDigest().AsSpan().SequenceCompareTo(right.ToDigest());

    private void Check()
    {
        if (Away)
        {
            throw new StoreUnavailableException("The disk is full.");
        }
    }
}
