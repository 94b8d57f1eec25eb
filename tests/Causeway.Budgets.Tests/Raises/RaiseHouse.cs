using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Budgets.Tests.Raises;

/// <summary>A ledger over a journal in memory, and a clock that stands still until it is set.</summary>
internal sealed class RaiseHouse
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public RaiseHouse() => Ledger = new BudgetLedger(Journal, Time);

    public MemoryJournal Journal { get; private init; } = new();

    public SettableTime Time { get; private init; } = new();

    public BudgetLedger Ledger { get; private init; }

    /// <summary>The same journal, read by another process.</summary>
    public RaiseHouse Restarted()
    {
        var next = new RaiseHouse { Time = Time };
        next = new RaiseHouse { Time = Time, Journal = next.Journal, Ledger = new BudgetLedger(next.Journal, Time) };
        Replay replay = next.Ledger.Start(Journal.Image());
        Assert.Null(replay.Mismatch);
        return next;
    }

    public GrantNode Grant(GrantNode? parent, string[] limits, GrantKind kind = GrantKind.Share, DateTimeOffset? expires = null)
    {
        Grant grant = new()
        {
            Id = GrantId.New(Time.Now.AddMilliseconds(Ledger.Grants.Count())),
            Parent = parent?.Grant.Id,
            Kind = kind,
            Holder = new Holder(false, "search"),
            Limits = [.. limits.Select(Read)],
            DepthLeft = kind == GrantKind.BreakGlass ? 0 : Budgets.Grants.Grant.MaxDepth - 1 - (parent?.Path.Length ?? 0),
            ExpiresAt = expires,
            CreatedAt = Time.Now,
            CreatedBy = "admin",
        };
        Assert.Empty(Ledger.Create(grant, out _));
        return Ledger.Find(grant.Id)!;
    }

    /// <summary>Reserves, settles in full, and says whether it was let through.</summary>
    public bool Spend(GrantNode grant, long nanoUsd) => Denial(grant, nanoUsd) is null;

    public LedgerDenial? Denial(GrantNode grant, long nanoUsd)
    {
        if (Ledger.Reserve(grant, Guid.NewGuid(), new Amounts(nanoUsd, 0, 0), TimeSpan.FromMinutes(5), default, out LedgerDenial? denial) is { } held)
        {
            Assert.True(Ledger.Settle(held, new Amounts(nanoUsd, 0, 0), UsageSource.Provider, null));
        }

        return denial;
    }

    public static Limit Read(string text)
    {
        string[] words = text.Split(' ');
        Assert.True(Meters.TryParse(words[0], out Meter meter));
        Assert.True(Limit.TryParse(meter, words[1], "UTC", out Limit limit, out string problem), problem);
        return limit;
    }
}

internal sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = RaiseHouse.Start;

    public override DateTimeOffset GetUtcNow() => Now;
}

internal sealed class MemoryJournal : ILedgerJournal
{
    private readonly List<LedgerEvent> _events = [];
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly Dictionary<Guid, Overlay> _overlays = [];
    private readonly List<LedgerCheckpoint> _checkpoints = [];

    public IReadOnlyList<LedgerEvent> Events => _events;

    public Task Append(JournalEntry entry, bool isAwaited)
    {
        if (entry.Event is { } happened)
        {
            _events.Add(happened with { Seq = _events.Count + 1 });
        }

        if (entry.Grant is { } grant)
        {
            _grants[grant.Id] = grant;
        }

        foreach (Overlay overlay in entry.Overlays)
        {
            _overlays[overlay.Id] = overlay;
        }

        if (entry.Checkpoint is { } state)
        {
            _checkpoints.Add(new LedgerCheckpoint(_events.Count, state));
        }

        return Task.CompletedTask;
    }

    public LedgerImage Image()
    {
        LedgerCheckpoint? newer = _checkpoints.LastOrDefault();
        LedgerCheckpoint? older = _checkpoints.Count > 1 ? _checkpoints[^2] : null;
        long from = (older ?? newer)?.Seq ?? 0;
        return new LedgerImage { Grants = [.. _grants.Values], Overlays = [.. _overlays.Values.OrderBy(overlay => overlay.Id)], Newer = newer, Older = older, Events = [.. _events.Where(one => one.Seq > from)] };
    }
}

internal sealed class MemoryRaiseStore : IRaiseStore
{
    private readonly Dictionary<RaiseId, Raise> _raises = [];
    private readonly Dictionary<Guid, BrokenGlass> _glass = [];

    /// <summary>Runs before a version is replaced: what somebody else does in the meantime.</summary>
    public Action? BeforeReplace { get; set; }

    public Task AddAsync(Raise raise, CancellationToken cancellation)
    {
        _raises.Add(raise.Id, raise);
        return Task.CompletedTask;
    }

    public Task<bool> ReplaceAsync(Raise raise, CancellationToken cancellation)
    {
        Action? meanwhile = BeforeReplace;
        BeforeReplace = null;
        meanwhile?.Invoke();
        if (!_raises.TryGetValue(raise.Id, out Raise? kept) || kept.Version != raise.Version - 1)
        {
            return Task.FromResult(false);
        }

        _raises[raise.Id] = raise;
        return Task.FromResult(true);
    }

    /// <summary>Changes a request behind everybody's back.</summary>
    public void Tamper(Raise raise) => _raises[raise.Id] = raise;

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
