using System.Collections.Concurrent;
using Causeway.Releases.Channels;
using Causeway.Releases.Drills;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;

namespace Causeway.Testing;

/// <summary>Releases, channels, routing and the timeline in memory, as one store: what a change of one does to the other it does here too.</summary>
internal sealed class MemoryReleaseStore : IReleaseStore, IRoutingStore, IDrillStore, IReadinessStore, ISentinelStore
{
    private readonly List<ChannelRouting> _routings = [];
    private readonly List<TimelineEntry> _timeline = [];
    private readonly ConcurrentDictionary<DrillId, byte[]> _drills = new();
    private readonly ConcurrentDictionary<string, byte[]> _readiness = new();
    private readonly ConcurrentDictionary<(string Provider, string Model), WatchedPin> _pins = new();
    private readonly Lock _gate = new(); // What is read is of one moment, as in a database: several instances commit at once.
    private long _revision;

    private readonly SortedDictionary<string, ReleaseChannel> _channels = new(StringComparer.Ordinal);
    private readonly List<Release> _releases = [];
    private readonly List<ChannelMove> _moves = [];

    public bool Away { get; set; }

    /// <summary>What is thrown while it is away.</summary>
    public Func<Exception> Failure { get; init; } = static () => new InvalidOperationException("The store is away.");

    /// <summary>Told of each change before it is made: a change that another one overtakes.</summary>
    public Action? Committing { get; set; }

    public IReadOnlyList<TimelineEntry> Timeline
    {
        get
        {
            lock (_gate)
            {
                return [.. _timeline];
            }
        }
    }

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
        ChannelChange[] made = [.. plan.Channels.Select(change => change with { After = Put(change.After).Pointed!.Channel })];
        return Task.FromResult(plan with { Channels = made });
    }

    public Task<RoutingState> LoadAsync(CancellationToken cancellation)
    {
        Check();
        lock (_gate)
        {
            return Task.FromResult(new RoutingState(_revision, [.. _routings.GroupBy(one => one.Channel).Select(group => group.Last())]));
        }
    }

    public Task<long> RevisionAsync(CancellationToken cancellation)
    {
        Check();
        return Task.FromResult(_revision);
    }

    public Task<RoutingOutcome> CommitAsync(RoutingCommit commit, CancellationToken cancellation)
    {
        Check();
        Action? overtaking = Committing;
        Committing = null;
        overtaking?.Invoke();
        lock (_gate)
        {
            return Task.FromResult(Commit(commit));
        }
    }

    private RoutingOutcome Commit(RoutingCommit commit)
    {
        if (_revision != commit.ExpectedRevision || commit.Points.Any(point => _channels.GetValueOrDefault(point.Wanted.Name)?.Version != point.ExpectedVersion))
        {
            return new RoutingOutcome(false, _revision, []);
        }

        long revision = _revision + 1;
        List<PointedChannel> pointed = [];
        foreach (PlannedPoint point in commit.Points)
        {
            _revision = revision - 1;
            pointed.Add(Put(_channels[point.Wanted.Name].Next(point.Wanted, commit.At)).Pointed!);
        }

        _revision = revision;
        _routings.AddRange(commit.Channels.Select(one => RoutingJson.Read(RoutingJson.Write(one), revision)));
        foreach (TimelineEntry entry in commit.Entries)
        {
            Append(entry with { Revision = revision });
        }

        return new RoutingOutcome(true, revision, pointed);
    }

    public Task<ChannelRouting?> AtAsync(string channel, long revision, CancellationToken cancellation) =>
        Task.FromResult(_routings.LastOrDefault(one => one.Channel == channel && one.Revision <= revision));

    public Task AppendAsync(TimelineEntry entry, CancellationToken cancellation)
    {
        Check();
        lock (_gate)
        {
            Append(entry);
        }

        return Task.CompletedTask;
    }

    /// <summary>Does to the timeline what only somebody could who has the database.</summary>
    /// <param name="seq">The entry.</param>
    /// <param name="alter">What becomes of it; null: it is taken out.</param>
    public void Tamper(long seq, Func<TimelineEntry, TimelineEntry>? alter)
    {
        int at = _timeline.FindIndex(entry => entry.Seq == seq);
        if (alter is null)
        {
            _timeline.RemoveAt(at);
        }
        else
        {
            _timeline[at] = alter(_timeline[at]);
        }
    }

    public Task<IReadOnlyList<TimelineEntry>> TimelineAsync(TimelineQuery query, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TimelineEntry>>(
    [
        .. Timeline.Reverse()
            .Where(entry => (query.Channel is null || entry.Channel == query.Channel || entry.Channel == ChannelRouting.Everywhere) && entry.At >= (query.Since ?? DateTimeOffset.MinValue) && entry.Seq < (query.Before ?? long.MaxValue))
            .Take(query.Limit),
    ]);

    public Task<IReadOnlyList<TimelineEntry>> TimelinePageAsync(long after, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<TimelineEntry>>([.. Timeline.Where(entry => entry.Seq > after).Take(limit)]);

    public Task PutAsync(Drill drill, CancellationToken cancellation)
    {
        Check();
        _drills[drill.Id] = DrillJson.Write(drill);
        return Task.CompletedTask;
    }

    public Task<Drill?> FindAsync(DrillId id, CancellationToken cancellation) => Task.FromResult(_drills.TryGetValue(id, out byte[]? drill) ? DrillJson.Read(drill) : null);

    public Task<IReadOnlyList<Drill>> ListAsync(string? channel, int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Drill>>(
        [.. _drills.Values.Select(drill => DrillJson.Read(drill)).Where(drill => channel is null || drill.Channel == channel).OrderByDescending(drill => drill.Id.ToString(), StringComparer.Ordinal).Take(limit)]);

    public Task PutAsync(ReadinessReport report, CancellationToken cancellation)
    {
        Check();
        _readiness[report.Channel] = ReadinessJson.Write(report);
        return Task.CompletedTask;
    }

    public Task<ReadinessReport?> FindAsync(string channel, CancellationToken cancellation) => Task.FromResult(_readiness.TryGetValue(channel, out byte[]? report) ? ReadinessJson.Read(report) : null);

    Task<IReadOnlyList<ReadinessReport>> IReadinessStore.ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ReadinessReport>>([.. _readiness.Values.Select(report => ReadinessJson.Read(report))]);

    Task<IReadOnlyList<WatchedPin>> ISentinelStore.ListAsync(CancellationToken cancellation)
    {
        Check();
        return Task.FromResult<IReadOnlyList<WatchedPin>>([.. _pins.Values.OrderBy(pin => pin.Name, StringComparer.Ordinal)]);
    }

    public Task<WatchedPin?> PutAsync(WatchedPin pin, CancellationToken cancellation)
    {
        Check();
        WatchedPin kept = SentinelJson.Read(SentinelJson.Write(pin), pin.Version + 1);
        bool isWritten = pin.Version == 0 ? _pins.TryAdd((pin.Provider, pin.Model), kept)
            : _pins.TryGetValue((pin.Provider, pin.Model), out WatchedPin? read) && read.Version == pin.Version && _pins.TryUpdate((pin.Provider, pin.Model), kept, read);
        return Task.FromResult(isWritten ? kept : null);
    }

    private void Append(TimelineEntry entry) =>
        _timeline.Add(TimelineChain.Next((_timeline.Count == 0 ? TimelineChain.Start : _timeline[^1].Hash).Span, entry, _timeline.Count + 1));

    private ChannelOutcome Put(ReleaseChannel channel)
    {
        channel = channel with { Revision = ++_revision };
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
            throw Failure();
        }
    }
}
