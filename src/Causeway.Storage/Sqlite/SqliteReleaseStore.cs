using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Releases, channels and their moves on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteReleaseStore(SqliteWriter writer, SqliteReaders readers) : IReleaseStore
{
    public Task<KeptRelease> AddAsync(Release release, CancellationToken cancellation) =>
        writer.RunAsync(connection => Add(connection, release), cancellation);

    public Task<IReadOnlyList<Release>> FindAsync(ReleaseIdRange range, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<Release>>(connection => ReleaseRows.Find(connection, range), cancellation);

    public Task<IReadOnlyList<Release>> ListAsync(int limit, ReleaseId? after, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<Release>>(connection => ReleaseRows.List(connection, limit, after), cancellation);

    public Task<IReadOnlyList<PointedChannel>> ListChannelsAsync(CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<PointedChannel>>(ReleaseRows.ListChannels, cancellation);

    public Task<ChannelOutcome> CreateChannelAsync(ReleaseChannel channel, CancellationToken cancellation) =>
        writer.RunAsync(connection => Create(connection, channel), cancellation);

    public Task<ChannelOutcome> PointChannelAsync(WantedChannel wanted, long expectedVersion, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(connection => Point(connection, wanted, expectedVersion, at), cancellation);

    public Task<IReadOnlyList<ChannelMove>> HistoryAsync(string channel, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<ChannelMove>>(connection => ReleaseRows.History(connection, channel), cancellation);

    public Task<PolicyPlan> ApplyAsync(PolicyDocument document, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(connection => Apply(connection, document, at), cancellation);

    private static KeptRelease Add(SqliteConnection connection, Release release)
    {
        if (ReleaseRows.Find(connection, release.Id) is { } kept)
        {
            return new KeptRelease(kept, IsNew: false);
        }

        ReleaseRows.Insert(connection, release);
        return new KeptRelease(release, IsNew: true);
    }

    private static ChannelOutcome Create(SqliteConnection connection, ReleaseChannel channel)
    {
        if (ReleaseRows.FindChannel(connection, channel.Name) is { } known)
        {
            return new ChannelOutcome(ChannelVerdict.Exists, known);
        }

        return Put(connection, channel);
    }

    private static ChannelOutcome Point(SqliteConnection connection, WantedChannel wanted, long expectedVersion, DateTimeOffset at)
    {
        if (ReleaseRows.FindChannel(connection, wanted.Name) is not { } known)
        {
            return new ChannelOutcome(ChannelVerdict.ChannelUnknown, null);
        }

        if (known.Channel.Version != expectedVersion)
        {
            return new ChannelOutcome(ChannelVerdict.Stale, known);
        }

        return known.Channel.Is(wanted)
            ? new ChannelOutcome(ChannelVerdict.Done, known)
            : Put(connection, known.Channel.Next(wanted, at));
    }

    private static ChannelOutcome Put(SqliteConnection connection, ReleaseChannel channel)
    {
        if (ReleaseRows.Find(connection, channel.Release) is not { } release)
        {
            return new ChannelOutcome(ChannelVerdict.ReleaseUnknown, null);
        }

        ReleaseChannel numbered = channel with { Revision = RoutingRows.Next(connection, channel.UpdatedAt) };
        ReleaseRows.Put(connection, numbered);
        return new ChannelOutcome(ChannelVerdict.Done, new PointedChannel(numbered, release));
    }

    private static PolicyPlan Apply(SqliteConnection connection, PolicyDocument document, DateTimeOffset at)
    {
        // Planned inside the transaction: what it compares with cannot move before it is written.
        var plan = PolicyPlan.Of(document, id => ReleaseRows.IsKept(connection, id), name => ReleaseRows.FindChannel(connection, name)?.Channel, at);
        foreach (Release release in plan.NewReleases)
        {
            ReleaseRows.Insert(connection, release);
        }

        List<ChannelChange> made = [];
        foreach (ChannelChange change in plan.Channels)
        {
            made.Add(Put(connection, change.After).Pointed is { } pointed
                ? change with { After = pointed.Channel }
                : throw new InvalidOperationException($"Channel {change.After.Name} is to point at {change.After.Release}, which is not kept."));
        }

        return plan with { Channels = made };
    }
}
