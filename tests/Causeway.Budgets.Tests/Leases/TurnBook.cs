using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Budgets.Tests.Leases;

/// <summary>One chain for several ledgers in one thread, whose turns are taken when a test says so, or when somebody asks.</summary>
internal sealed class TurnBook
{
    private readonly List<LedgerCheckpoint> _checkpoints = [];
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly List<Holder> _all = [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    public List<LedgerEvent> Events { get; } = [];

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public Holder Join(LeaseRules? rules)
    {
        Holder joined = new(this);
        joined.Ledger = new BudgetLedger(joined, Time) { Instance = InstanceId.New(Time.GetUtcNow()), Leases = rules };
        Assert.Null(joined.Ledger.Join(Image()).Mismatch);
        joined.Known = Events.Count;
        joined.Turn();
        _all.Add(joined);
        return joined;
    }

    public IEnumerable<LedgerEvent> Of(LedgerEventKind kind) => Events.Where(one => one.Kind == kind);

    public LedgerImage Image()
    {
        LedgerCheckpoint? newer = _checkpoints.LastOrDefault();
        LedgerCheckpoint? older = _checkpoints.Count > 1 ? _checkpoints[^2] : null;
        return new LedgerImage { Grants = [.. _grants.Values], Older = older, Newer = newer, Events = [.. Events.Skip((int)((older ?? newer)?.Seq ?? 0))] };
    }

    private void Keep(JournalEntry entry)
    {
        if (entry.Event is { } happened)
        {
            ArrayBufferWriter<byte> bytes = new();
            LedgerEventCodec.Write(bytes, happened);
            Events.Add(LedgerEventCodec.Read(Events.Count + 1, happened.AtMs, happened.Kind, bytes.WrittenSpan));
        }

        if (entry.Grant is { } grant)
        {
            _grants[grant.Id] = grant;
        }

        if (entry.Checkpoint is { } state)
        {
            _checkpoints.Add(new LedgerCheckpoint(Events.Count, state));
        }
    }

    /// <summary>One instance: its ledger, and its way to the chain.</summary>
    internal sealed class Holder(TurnBook book) : ILedgerJournal
    {
        private readonly Queue<Action> _posted = [];
        private bool _isInTurn;

        public BudgetLedger Ledger { get; set; } = null!;

        public int Known { get; set; }

        /// <summary>Nothing comes through.</summary>
        public bool IsCutOff { get; set; }

        public bool DecidesNow => _isInTurn;

        /// <summary>What waits to be told.</summary>
        public int Posted => _posted.Count;

        public Task Append(JournalEntry entry, bool isAwaited)
        {
            Assert.True(_isInTurn);
            book.Keep(entry);
            return Task.CompletedTask;
        }

        public ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null)
        {
            if (IsCutOff)
            {
                return ValueTask.FromException<T>(new LedgerUnavailableException());
            }

            T decided = default!;
            Turn(() => decided = decision());
            return ValueTask.FromResult(decided);
        }

        public void Post(Action decision)
        {
            if (_isInTurn)
            {
                decision();
            }
            else
            {
                _posted.Enqueue(decision);
            }
        }

        /// <summary>Reads what others wrote, and tells what waits.</summary>
        public void Turn(Action? last = null)
        {
            _isInTurn = true;
            try
            {
                LedgerNews news = new() { Events = [.. book.Events.Skip(Known)], NowMs = book.NowMs };
                Ledger.Follow(news);
                while (_posted.TryDequeue(out Action? next))
                {
                    next();
                }

                last?.Invoke();
            }
            finally
            {
                _isInTurn = false;
                Known = book.Events.Count;
            }
        }

        public GrantNode Make(GrantNode? parent, params ReadOnlySpan<Limit> limits)
        {
            Grant grant = new()
            {
                Id = GrantId.New(book.Time.GetUtcNow()),
                Parent = parent?.Grant.Id,
                Holder = new Causeway.Budgets.Grants.Holder(parent is not null, "leases"),
                Limits = [.. limits.ToArray()],
                DepthLeft = parent is null ? Grant.MaxDepth - 1 : parent.Grant.DepthLeft - 1,
                CreatedAt = book.Time.GetUtcNow(),
                CreatedBy = "test",
            };
            Turn(() => Assert.Empty(Ledger.Create(grant, out _)));
            foreach (Holder one in book._all)
            {
                one.Turn();
            }

            return Ledger.Find(grant.Id)!;
        }

        public void Pass(double seconds) => book.Pass(seconds);

        public GrantNode Find(GrantNode grant) => Ledger.Find(grant.Grant.Id)!;

        public ValueTask<Held> AskAsync(GrantNode grant, long nanoUsd = 10, Guid? request = null) =>
            Ledger.ReserveAsync(Find(grant), request ?? Guid.NewGuid(), new Amounts(nanoUsd, 10, 10), TimeSpan.FromMinutes(5), new Spender(null, "m"));

        /// <summary>Asks until it has a lease that is usable, and says how many it took.</summary>
        public async Task<int> WarmAsync(GrantNode grant)
        {
            for (int i = 1; i <= 100; i++)
            {
                Assert.NotNull((await AskAsync(grant)).Reservation);
                if (Ledger.HasLease(Find(grant)))
                {
                    return i;
                }
            }

            throw new InvalidOperationException("It never took a lease.");
        }

        public LimitUse Use(GrantNode grant) => Ledger.Use(Find(grant))[0];
    }
}
