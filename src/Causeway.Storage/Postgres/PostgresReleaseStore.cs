using System.Data.Common;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Releases, channels and their moves on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresReleaseStore(PostgresDatabase database) : IReleaseStore
{
    private const string Releases = "SELECT id, content, pin_classes, label, created_at FROM releases";
    private const string Channels =
        """
        SELECT r.id, r.content, r.pin_classes, r.label, r.created_at, c.name, c.unsupported, c.conformance, c.created_at, c.updated_at, c.version, c.revision
        FROM channels AS c JOIN releases AS r ON r.id = c.release
        """;

    public Task<KeptRelease> AddAsync(Release release, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Releases,
        async connection =>
        {
            if (await FindAsync(connection, release.Id) is { } kept)
            {
                return new KeptRelease(kept, IsNew: false);
            }

            await InsertAsync(connection, release);
            return new KeptRelease(release, IsNew: true);
        },
        cancellation);

    public Task<IReadOnlyList<Release>> FindAsync(ReleaseIdRange range, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Release>>(
        async (connection, leave) => await connection.ReadAsync(ReadRelease, leave, Releases + " WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT 2", range.Least.ToDigest(), range.Most.ToDigest()),
        cancellation);

    public Task<IReadOnlyList<Release>> ListAsync(int limit, ReleaseId? after, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<Release>>(
        async (connection, leave) => await connection.ReadAsync(
            ReadRelease,
            leave,
            Releases
            + """
               WHERE $1::bytea IS NULL OR (created_at, id) < (SELECT created_at, id FROM releases WHERE id = $1::bytea)
              ORDER BY created_at DESC, id DESC LIMIT $2
              """,
            after?.ToDigest(),
            limit),
        cancellation);

    public Task<IReadOnlyList<PointedChannel>> ListChannelsAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<PointedChannel>>(
        async (connection, leave) => await connection.ReadAsync(ReadChannel, leave, Channels + " ORDER BY c.name"), cancellation);

    public Task<ChannelOutcome> CreateChannelAsync(ReleaseChannel channel, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Releases,
        async connection => await FindChannelAsync(connection, channel.Name) is { } known ? new ChannelOutcome(ChannelVerdict.Exists, known) : await PutNextAsync(connection, channel),
        cancellation);

    public Task<ChannelOutcome> PointChannelAsync(WantedChannel wanted, long expectedVersion, DateTimeOffset at, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Releases,
        async connection =>
        {
            if (await FindChannelAsync(connection, wanted.Name) is not { } known)
            {
                return new ChannelOutcome(ChannelVerdict.ChannelUnknown, null);
            }

            if (known.Channel.Version != expectedVersion)
            {
                return new ChannelOutcome(ChannelVerdict.Stale, known);
            }

            return known.Channel.Is(wanted) ? new ChannelOutcome(ChannelVerdict.Done, known) : await PutNextAsync(connection, known.Channel.Next(wanted, at));
        },
        cancellation);

    public Task<IReadOnlyList<ChannelMove>> HistoryAsync(string channel, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<ChannelMove>>(
        async (connection, leave) => await connection.ReadAsync(
            row => new ChannelMove(
                row.Text(0), row.GetInt64(1), ReleaseId.FromDigest(row.GetFieldValue<byte[]>(2)), (UnsupportedFields)row.GetInt32(3), (ConformanceRule)row.GetInt32(4), row.Time(5)),
            leave,
            "SELECT channel, version, release, unsupported, conformance, at FROM channel_moves WHERE channel = $1 ORDER BY version DESC",
            channel),
        cancellation);

    public Task<PolicyPlan> ApplyAsync(PolicyDocument document, DateTimeOffset at, CancellationToken cancellation) =>
        database.WriteAsync(PostgresLock.Releases, connection => ApplyAsync(connection, document, at), cancellation);

    private static async Task<PolicyPlan> ApplyAsync(NpgsqlConnection connection, PolicyDocument document, DateTimeOffset at)
    {
        // Read and planned inside the transaction, under its lock: what it compares with cannot move before it is written.
        HashSet<ReleaseId> kept = [];
        foreach (Release release in document.Releases)
        {
            if (await FindAsync(connection, release.Id) is not null)
            {
                kept.Add(release.Id);
            }
        }

        Dictionary<string, ReleaseChannel> channels = new(StringComparer.Ordinal);
        foreach (WantedChannel wanted in document.Channels)
        {
            if (await FindChannelAsync(connection, wanted.Name) is { } known)
            {
                channels[wanted.Name] = known.Channel;
            }
        }

        var plan = PolicyPlan.Of(document, kept.Contains, channels.GetValueOrDefault, at);
        foreach (Release release in plan.NewReleases)
        {
            await InsertAsync(connection, release);
        }

        List<ChannelChange> made = [];
        foreach (ChannelChange change in plan.Channels)
        {
            made.Add((await PutNextAsync(connection, change.After)).Pointed is { } pointed
                ? change with { After = pointed.Channel }
                : throw new InvalidOperationException($"Channel {change.After.Name} is to point at {change.After.Release}, which is not kept."));
        }

        return plan with { Channels = made };
    }

    // A change of its own, with the next revision.
    private static async Task<ChannelOutcome> PutNextAsync(NpgsqlConnection connection, ReleaseChannel channel) => await FindAsync(connection, channel.Release) is null
        ? new ChannelOutcome(ChannelVerdict.ReleaseUnknown, null)
        : await PutAsync(connection, channel with { Revision = await PostgresRoutingStore.NextAsync(connection, channel.UpdatedAt) });

    /// <summary>Puts a channel where its record says, made or moved, and appends the move, in a transaction that holds the lock of releases.</summary>
    public static async Task<ChannelOutcome> PutAsync(NpgsqlConnection connection, ReleaseChannel channel)
    {
        if (await FindAsync(connection, channel.Release) is not { } release)
        {
            return new ChannelOutcome(ChannelVerdict.ReleaseUnknown, null);
        }

        await using NpgsqlBatch batch = connection.CreateBatch();
        batch.Add(
            """
            INSERT INTO channels (name, release, unsupported, conformance, created_at, updated_at, version, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (name) DO UPDATE SET
              release = excluded.release, unsupported = excluded.unsupported, conformance = excluded.conformance, updated_at = excluded.updated_at,
              version = excluded.version, revision = excluded.revision
            """,
            channel.Name, channel.Release.ToDigest(), (int)channel.Unsupported, (int)channel.Conformance, channel.CreatedAt, channel.UpdatedAt, channel.Version, channel.Revision);
        batch.Add(
            "INSERT INTO channel_moves (channel, version, release, unsupported, conformance, at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            channel.Name, channel.Version, channel.Release.ToDigest(), (int)channel.Unsupported, (int)channel.Conformance, channel.UpdatedAt, channel.Revision);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        return new ChannelOutcome(ChannelVerdict.Done, new PointedChannel(channel, release));
    }

    private static Task<int> InsertAsync(NpgsqlConnection connection, Release release) => connection.RunAsync(
        "INSERT INTO releases (id, content, pin_classes, label, created_at) VALUES ($1, $2, $3, $4::text, $5)",
        release.Id.ToDigest(), release.Content.ToCanonicalJson(), release.Pins.Select(pin => (byte)pin.Class).ToArray(), release.Label, release.CreatedAt);

    private static async Task<Release?> FindAsync(NpgsqlConnection connection, ReleaseId id) =>
        (await connection.ReadAsync(ReadRelease, CancellationToken.None, Releases + " WHERE id = $1", id.ToDigest())).FirstOrDefault();

    /// <summary>A channel as it is now; null: there is none.</summary>
    public static async Task<PointedChannel?> FindChannelAsync(NpgsqlConnection connection, string name) =>
        (await connection.ReadAsync(ReadChannel, CancellationToken.None, Channels + " WHERE c.name = $1", name)).FirstOrDefault();

    private static Release ReadRelease(DbDataReader row) =>
        Kept.Release(ReleaseId.FromDigest(row.GetFieldValue<byte[]>(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.TextOrNull(3), row.Time(4));

    private static PointedChannel ReadChannel(DbDataReader row)
    {
        Release release = ReadRelease(row);
        var channel = new ReleaseChannel
        {
            Name = row.Text(5),
            Release = release.Id,
            Unsupported = (UnsupportedFields)row.GetInt32(6),
            Conformance = (ConformanceRule)row.GetInt32(7),
            CreatedAt = row.Time(8),
            UpdatedAt = row.Time(9),
            Version = row.GetInt64(10),
            Revision = row.GetInt64(11),
        };
        return new PointedChannel(channel, release);
    }
}
