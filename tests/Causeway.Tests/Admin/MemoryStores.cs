using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Storage;

namespace Causeway.Tests.Admin;

internal sealed class MemoryKeyStore : IKeyStore
{
    private readonly Dictionary<KeyId, Key> _keys = [];

    public bool Away { get; set; }

    public Task AddAsync(Key key, CancellationToken cancellation)
    {
        Check();
        _keys.Add(key.Id, key);
        return Task.CompletedTask;
    }

    public Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation)
    {
        Check();
        if (_keys.TryGetValue(id, out Key? key))
        {
            _keys[id] = key = key with { RevokedAt = key.RevokedAt ?? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) }; // As stores keep it.
        }

        return Task.FromResult(key);
    }

    public Task<Key?> FindAsync(KeyId id, CancellationToken cancellation) => Task.FromResult(_keys.GetValueOrDefault(id));

    public Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Key>>([.. _keys.Values]);

    private void Check()
    {
        if (Away)
        {
            throw new StoreUnavailableException("The disk is full.");
        }
    }
}

internal sealed class MemorySpentTokenStore : ISpentTokenStore
{
    private readonly Dictionary<KeyHash, DateTimeOffset> _spent = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it does not say what is spent; null: it does.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Waits until it is asked once more.</summary>
    public Task NextAsync()
    {
        lock (_spent)
        {
            return (_next = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public Task<bool> SpendAsync(KeyHash token, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation)
    {
        lock (_spent)
        {
            foreach (KeyHash over in _spent.Where(one => one.Value <= now).Select(one => one.Key).ToArray())
            {
                _spent.Remove(over);
            }

            return Task.FromResult(_spent.TryAdd(token, until));
        }
    }

    public Task<bool> IsSpentAsync(KeyHash token, CancellationToken cancellation)
    {
        lock (_spent)
        {
            _next.TrySetResult();
            return Failure is null ? Task.FromResult(_spent.ContainsKey(token)) : Task.FromException<bool>(Failure);
        }
    }

    /// <summary>How often many were asked for at once.</summary>
    public int AskedForMany { get; private set; }

    public Task<IReadOnlySet<KeyHash>> SpentAmongAsync(IReadOnlyCollection<KeyHash> tokens, CancellationToken cancellation)
    {
        lock (_spent)
        {
            AskedForMany++;
            _next.TrySetResult();
            return Failure is null ? Task.FromResult<IReadOnlySet<KeyHash>>(tokens.Where(_spent.ContainsKey).ToHashSet()) : Task.FromException<IReadOnlySet<KeyHash>>(Failure);
        }
    }
}

internal sealed class MemoryRevocationStore : IRevocationStore
{
    private readonly Dictionary<RevocationId, Revocation> _kept = [];

    public Task<Revocation> RevokeAsync(Revocation revocation, CancellationToken cancellation)
    {
        _kept.TryAdd(revocation.Id, revocation);
        return Task.FromResult(_kept[revocation.Id]);
    }

    public Task<IReadOnlyList<Revocation>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Revocation>>([.. _kept.Values.Where(one => !one.IsOverAt(now))]);
}

/// <summary>The ledger's events in memory; usage records go to the usage store and broken glasses to the store of raises, as in the product.</summary>
internal sealed class MemoryLedgerStore(MemoryUsageStore usage, MemoryRaiseStore raises) : ILedgerStore
{
    private readonly List<LedgerEvent> _events = [];
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly Dictionary<Guid, Overlay> _overlays = [];

    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) =>
        Task.FromResult(new LedgerImage { Grants = [.. _grants.Values], Overlays = [.. _overlays.Values], Events = [.. _events] });

    public Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        IReadOnlyList<JournalEntry> entries = take(LedgerNews.None);
        lock (_events)
        {
            foreach (JournalEntry entry in entries)
            {
                if (entry.Event is { } happened)
                {
                    _events.Add(happened with { Seq = _events.Count + 1 });
                    if (happened.Kind == LedgerEventKind.GlassBroken)
                    {
                        _ = raises.PutAsync(BrokenGlass.Of(happened), cancellation);
                    }
                }

                if (entry.Grant is { } grant)
                {
                    _grants[grant.Id] = grant;
                }

                foreach (Overlay overlay in entry.Overlays)
                {
                    _overlays[overlay.Id] = overlay;
                }
            }
        }

        return usage.AppendAsync([.. entries.Where(entry => entry.Usage is not null).Select(entry => entry.Usage!)], cancellation);
    }

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation)
    {
        lock (_events)
        {
            IEnumerable<LedgerEvent> found = _events.Where(one => one.Seq > query.After && one.Seq < (query.Before ?? long.MaxValue)
                && (query.Since is not { } since || one.AtMs >= since.ToUnixTimeMilliseconds())
                && (query.Until is not { } until || one.AtMs < until.ToUnixTimeMilliseconds())
                && query.Matches(one));
            return Task.FromResult<IReadOnlyList<LedgerEvent>>([.. query.Newest ? found.TakeLast(query.Limit) : found.Take(query.Limit)]);
        }
    }

    /// <summary>What a walk over the chain finds; null: nothing was changed.</summary>
    public ChainReport? Report { get; set; }

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => Task.FromResult(Report ?? new ChainReport(_events.Count, new string('0', 64), null, null));

    /// <summary>What the entries' hashes are taken from, so that two ledgers differ.</summary>
    public byte Mark { get; set; }

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => Task.FromResult(
        (seq ?? _events.Count) <= _events.Count ? new LedgerHead(seq ?? _events.Count, System.Security.Cryptography.SHA256.HashData([Mark, (byte)(seq ?? _events.Count)])) : null);
}

internal sealed class MemoryRaiseStore : IRaiseStore
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<RaiseId, Raise> _raises = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, BrokenGlass> _glass = new();

    /// <summary>Changes a request behind everybody's back.</summary>
    public void Tamper(Raise raise) => _raises[raise.Id] = raise;

    public Task AddAsync(Raise raise, CancellationToken cancellation)
    {
        Assert.True(_raises.TryAdd(raise.Id, raise));
        return Task.CompletedTask;
    }

    public Task<bool> ReplaceAsync(Raise raise, CancellationToken cancellation) =>
        Task.FromResult(_raises.TryGetValue(raise.Id, out Raise? kept) && kept.Version == raise.Version - 1 && _raises.TryUpdate(raise.Id, raise, kept));

    public Task<Raise?> FindAsync(RaiseId id, CancellationToken cancellation) => Task.FromResult(_raises.GetValueOrDefault(id));

    public Task<IReadOnlyList<Raise>> ListAsync(bool onlyPending, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Raise>>([.. _raises.Values.Where(raise => !onlyPending || raise.State == RaiseState.Pending).OrderByDescending(raise => raise.Id.Value)]);

    public Task PutAsync(BrokenGlass glass, CancellationToken cancellation)
    {
        _glass[glass.Id] = glass;
        return Task.CompletedTask;
    }

    public Task<BrokenGlass?> FindGlassAsync(Guid id, CancellationToken cancellation) => Task.FromResult(_glass.GetValueOrDefault(id));

    public Task<IReadOnlyList<BrokenGlass>> ListGlassAsync(bool onlyUnreviewed, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<BrokenGlass>>([.. _glass.Values.Where(glass => !onlyUnreviewed || glass.ReviewedBy is null).OrderByDescending(glass => glass.Id)]);
}

internal sealed class MemoryUsageStore : IUsageStore
{
    private readonly List<UsageRecord> _booked = [];

    /// <summary>What a query is answered with.</summary>
    public IReadOnlyList<SpendRow> Rows { get; set; } = [];

    /// <summary>What a question about a contract's outcomes is answered with.</summary>
    public IReadOnlyList<ContractOutcomeRow> Outcomes { get; set; } = [];

    public (string Contract, DateTimeOffset Since)? LastOutcomes { get; private set; }

    public SpendQuery? LastQuery { get; private set; }

    /// <summary>Every question so far.</summary>
    public List<SpendQuery> Queries { get; } = [];

    /// <summary>What each query is answered with; null: <see cref="Rows"/>.</summary>
    public Func<SpendQuery, IReadOnlyList<SpendRow>>? Answers { get; set; }

    public Exception? Failure { get; set; }

    public int Booked => _booked.Count;

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation)
    {
        _booked.AddRange(records);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation)
    {
        LastQuery = query;
        Queries.Add(query);
        return Failure is null ? Task.FromResult(Answers?.Invoke(query) ?? Rows) : Task.FromException<IReadOnlyList<SpendRow>>(Failure);
    }

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<UsageRecord>>([.. Enumerable.Reverse(_booked).Take(limit)]);

    public Task<IReadOnlyList<UsageRecord>> PageAsync(UsageRange range, CancellationToken cancellation) => Failure is null
        ? Task.FromResult<IReadOnlyList<UsageRecord>>(
        [
            .. _booked.Where(record => record.At >= range.Since && record.At < range.Until && (range.After is not { } after || After(record, after)))
                .OrderBy(record => record.Request.ToString("N"), StringComparer.Ordinal).Take(range.Limit),
        ])
        : Task.FromException<IReadOnlyList<UsageRecord>>(Failure);

    public Task<UsageRecord?> FindAsync(Guid request, CancellationToken cancellation) => Task.FromResult(_booked.Find(record => record.Request == request));

    /// <summary>The last search that was asked for.</summary>
    public UsageSearch? LastSearch { get; private set; }

    /// <summary>How many records a page looks through at most.</summary>
    public int LooksThrough { get; set; } = int.MaxValue;

    public Task<UsageSearchPage> SearchAsync(UsageSearch search, CancellationToken cancellation)
    {
        LastSearch = search;
        UsageRecord[] looked =
        [
            .. _booked.Where(record => search.Before is not { } before || string.CompareOrdinal(record.Request.ToString("N"), before.ToString("N")) < 0)
                .OrderByDescending(record => record.Request.ToString("N"), StringComparer.Ordinal).Take(LooksThrough),
        ];
        UsageRecord[] found =
        [
            .. looked.Where(record => (search.Outcome is not { } outcome || record.Outcome == outcome)
                    && (!search.Words.TryGetValue(UsageWord.Team, out string? team) || record.Attribution.Team == team)
                    && record.At >= (search.Since ?? DateTimeOffset.MinValue) && record.At < (search.Until ?? DateTimeOffset.MaxValue)
                    && (!search.Words.TryGetValue(UsageWord.Channel, out string? channel) || record.Channel == channel)
                    && (!search.Words.TryGetValue(UsageWord.Release, out string? release) || record.Release == release)
                    && (!search.Words.TryGetValue(UsageWord.Key, out string? key) || record.Key.ToString() == key))
                .Take(search.Limit + 1),
        ];
        return Task.FromResult(
            found.Length > search.Limit ? new UsageSearchPage(found[..search.Limit], found[search.Limit - 1].Request)
            : new UsageSearchPage(found, looked.Length == LooksThrough ? looked[^1].Request : null));
    }

    public Task<IReadOnlyList<AttemptRecord>> TrailAsync(Guid request, CancellationToken cancellation) =>
        Task.FromResult(_booked.Find(record => record.Request == request)?.Trail ?? []);

    private static bool After(UsageRecord record, Guid after) => string.CompareOrdinal(record.Request.ToString("N"), after.ToString("N")) > 0;

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation)
    {
        LastOutcomes = (contract, since);
        return Task.FromResult(Outcomes);
    }
}
