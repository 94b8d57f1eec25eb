using Causeway.Releases.Instances;
using Causeway.Releases.Rollback;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What instances on one database know of each other.</summary>
internal sealed class PostgresInstanceStore(PostgresDatabase database, Guid me, Func<long> ledgerSeq) : IInstanceStore, IAsyncDisposable
{
    private const string Digest = "coalesce(encode(digest, 'hex'), '')";
    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    private static readonly TimeSpan s_stoppedAfter = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _leading = new(1);
    private NpgsqlConnection? _leader; // Holds the lock.

    public Guid Me => me;

    /// <summary>What everybody listens to.</summary>
    public static string ChannelOf(PostgresAddress address) => "causeway_" + address.Schema;

    public Task<PolicyNews> BeatAsync(InstanceBeat beat, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => (await connection.ReadAsync(
            row => new PolicyNews(row.GetInt64(0), row.IsDBNull(1) ? null : row.Text(1)),
            leave,
            $"""
            WITH beat AS (
              INSERT INTO instances AS kept (id, name, version, since_ms, seen_ms, revision, ledger_seq, open_requests, open_streams, open_reservations, masters, leads, met)
              VALUES ($1, $2, $3, $4, {Now}, $5, $6, $7, $8, $9, $10, $11, $12)
              ON CONFLICT (id) DO UPDATE
              SET seen_ms = {Now}, left_ms = NULL, revision = $5, ledger_seq = $6, open_requests = $7, open_streams = $8, open_reservations = $9, masters = $10, leads = $11, met = $12)
            SELECT coalesce(max(revision), 0), CASE WHEN $5 = 0 THEN '' ELSE (SELECT {Digest} FROM policy_changes WHERE revision = $5) END FROM policy_changes
            """,
            me, beat.Name, beat.Version, beat.Since, beat.Revision, ledgerSeq(), beat.OpenRequests, beat.OpenStreams, beat.OpenReservations, beat.Masters, _leader is not null,
            new NpgsqlParameter<long[]?> { TypedValue = Row(beat.Met) }))[0],
        cancellation);

    public Task<PolicyHead> NewestAsync(CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) =>
            (await connection.ReadAsync(row => new PolicyHead(row.GetInt64(0), row.Text(1)), leave, $"SELECT revision, {Digest} FROM policy_changes ORDER BY revision DESC LIMIT 1")).Append(new PolicyHead(0, "")).First(),
        cancellation);

    public async Task<IReadOnlyList<InstanceState>> ListAsync(CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new InstanceState(
                row.GetFieldValue<Guid>(0),
                new InstanceBeat(
                    row.Text(1), row.Text(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetInt64(5), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9), row.Text(10))
                { Met = row.IsDBNull(14) ? null : Met(row.GetFieldValue<long[]>(14)) },
                TimeSpan.FromMilliseconds(row.GetInt64(4)),
                row.GetBoolean(11),
                row.GetInt64(6),
                row.GetInt64(12),
                row.GetInt64(13)),
            leave,
            $"""
            SELECT id, name, version, since_ms, greatest(0, {Now} - seen_ms), revision, ledger_seq, open_requests, open_streams, open_reservations, masters, leads,
              (SELECT coalesce(max(revision), 0) FROM policy_changes), (SELECT coalesce(max(seq), 0) FROM ledger WHERE stream = $1), met
            FROM instances WHERE left_ms IS NULL AND seen_ms > {Now} - 86400000 ORDER BY since_ms, id
            """,
            PostgresLedgerStore.Stream),
        cancellation);

    public async Task<IReadOnlyList<PolicyChange>> ChangesAsync(long after, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new PolicyChange(
                row.GetInt64(0),
                row.Text(1) switch
                {
                    "key" => PolicySubject.Key,
                    "channel" => PolicySubject.Channel,
                    "contract" => PolicySubject.Contract,
                    "measurement" => PolicySubject.Measurement,
                    "routing" => PolicySubject.Routing,
                    "agreement" => PolicySubject.Agreement,
                    "capture" => PolicySubject.Capture,
                    _ => PolicySubject.Revocation,
                },
                row.Text(2),
                row.Text(3)),
            leave,
            $"SELECT revision, subject, name, {Digest} FROM policy_changes WHERE revision > $1 ORDER BY revision",
            after),
        cancellation);

    public async Task<bool> LeadsAsync(CancellationToken cancellation)
    {
        await _leading.WaitAsync(cancellation);
        try
        {
            if (_leader is { } leader)
            {
                await leader.RunAsync("SELECT 1");
                return true;
            }

            NpgsqlConnection asked = await database.OpenAsync(cancellation);
            if ((await asked.ReadAsync(row => row.GetBoolean(0), cancellation, "SELECT pg_try_advisory_lock($1)", PostgresLock.Leader.Of(database.Address)))[0])
            {
                _leader = asked;
                return true;
            }

            await EndStoppedLeaderAsync(asked);
            await asked.DisposeAsync();
            return false;
        }
        catch (NpgsqlException)
        {
            await LetGoAsync(); // The lock went with the session.
            return false;
        }
        finally
        {
            _leading.Release();
        }
    }

    public async Task<IReadOnlyList<Guid>> GoneAsync(TimeSpan silent, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => row.GetFieldValue<Guid>(0),
            leave,
            $"SELECT id FROM instances WHERE (left_ms IS NOT NULL OR seen_ms < {Now} - $1) AND seen_ms > {Now} - 86400000",
            (long)silent.TotalMilliseconds),
        cancellation);

    public Task LeaveAsync(CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => await connection.RunAsync($"UPDATE instances SET left_ms = {Now}, leads = false WHERE id = $1", me), cancellation);

    public async Task ListenAsync(Action<StoreWord> tell, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenAsync(cancellation);
        connection.Notification += (_, word) => tell(word.Payload == "policy" ? StoreWord.Policy : StoreWord.Ledger);
        await connection.RunAsync($"LISTEN \"{ChannelOf(database.Address)}\"");
        while (true)
        {
            await connection.WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LetGoAsync();
        _leading.Dispose();
    }

    private static long[]? Row(MetRollback? met) => met is null ? null : [met.Revision, met.Calls.DrainingStreams, met.Calls.DrainingRequests, met.Calls.Reissued, met.Calls.Cut];

    private static MetRollback Met(long[] row) =>
        new(row[0], new RevokedCalls { DrainingStreams = (int)row[1], DrainingRequests = (int)row[2], Reissued = (int)row[3], Cut = (int)row[4] });

    // One that was stopped still holds the lock, as its session does not end with it. It learns of that when it goes on, and whoever asks next leads.
    private async Task EndStoppedLeaderAsync(NpgsqlConnection connection)
    {
        long key = PostgresLock.Leader.Of(database.Address);
        await connection.RunAsync(
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (classid::bigint << 32) | objid::bigint = $1
              AND EXISTS (SELECT 1 FROM instances WHERE leads AND left_ms IS NULL AND seen_ms < {Now} - $2)
              AND NOT EXISTS (SELECT 1 FROM instances WHERE leads AND left_ms IS NULL AND seen_ms >= {Now} - $2)
            """,
            key,
            (long)s_stoppedAfter.TotalMilliseconds);
    }

    private async Task LetGoAsync()
    {
        if (_leader is { } leader)
        {
            _leader = null;
            try
            {
                await leader.RunAsync("SELECT pg_advisory_unlock_all()"); // It goes back to the pool.
            }
            catch (NpgsqlException)
            {
                // It is lost, and the lock with it.
            }

            await leader.DisposeAsync();
        }
    }
}
