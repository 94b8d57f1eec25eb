using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// The journal of a process that is one of several which write one chain, in turns. What is to be decided waits for the next turn; the store opens it when no
/// other instance is in one, and tells what they wrote. Decisions are then made on the whole truth, written, and told to who asked when they are durable
/// (docs/decisions/0013-one-chain-several-instances.md).
/// </summary>
public sealed class SharedJournal : Journal
{
    /// <summary>How long an instance goes without looking at what others wrote when it has nothing to write itself.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a turn may take until those who wait for it are told that the store is away. Well above the second after which the server ends the turn of an instance that was stopped in it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int TriesWhenStopping = 3;
    private readonly Lock _gate = new();
    private readonly List<JournalEntry> _taken = []; // Decided in the turn that runs.
    private readonly List<JournalEntry> _heard = []; // What others wrote, until it was shown.
    private readonly OutageBook? _outage;
    private readonly DecisionQueue _decisions;
    private readonly TaskCompletionSource _joined = NewSignal();
    private readonly Func<LedgerNews, IReadOnlyList<JournalEntry>> _take;
    private readonly TurnBell _bell;
    private readonly TurnBackoff _backoff;
    private readonly Task _turns;
    private BudgetLedger? _ledger; // Set before anything is decided.
    private TaskCompletionSource _turn = NewSignal();
    private long _heardOf;
    private int _turnThread;
    private bool _hasDecided;
    private bool _isLost; // The turn before was not kept, and this one is its second try.
    private volatile bool _isTold;
    private volatile bool _isClosed;

    /// <summary>Starts the turns, which begin when the ledger has been read.</summary>
    /// <param name="store">Where the chain is.</param>
    /// <param name="limits">How much may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where trouble is said.</param>
    /// <param name="local">Where what happens is kept while the store is away; null: in memory alone.</param>
    public SharedJournal(ILedgerStore store, GatewayLimits limits, TimeProvider time, ILogger<Journal> log, ILocalBook? local = null)
        : base(store, limits, time, log)
    {
        _outage = local is null ? null : new OutageBook(local, time, log);
        _decisions = new DecisionQueue(_outage);
        _take = Take;
        _bell = new TurnBell(time);
        _backoff = new TurnBackoff(time, FirstBackoff, MaxBackoff);

        // On the scheduler that it is made on: a simulation of several instances runs them all on its own.
        _turns = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
    }

    /// <inheritdoc/>
    public override bool DecidesNow => _turnThread == Environment.CurrentManagedThreadId;

    /// <inheritdoc/>
    public override long BookedByAll => Booked + Interlocked.Read(ref _heardOf);

    /// <inheritdoc/>
    public override long Unbooked => base.Unbooked + _decisions.Count;

    /// <inheritdoc/>
    public override long KeptLocally => _outage?.Count ?? 0;

    /// <inheritdoc/>
    public override string? NotKept => Failing ? _outage?.Problem : null;

    private bool SomethingWaits => _decisions.Count > 0;

    /// <summary>Begins the turns.</summary>
    public void Join(BudgetLedger ledger)
    {
        _ledger = ledger;
        _joined.TrySetResult();
    }

    /// <summary>Another instance has written: the next look is now.</summary>
    public void Tell()
    {
        _isTold = true;
        _bell.Ring();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Something was decided out of turn.</exception>
    public override Task Append(JournalEntry entry, bool isAwaited)
    {
        if (!DecidesNow)
        {
            throw new InvalidOperationException("Several instances write this ledger: what is decided is decided in a turn (DecideAsync, Post).");
        }

        lock (_gate)
        {
            _taken.Add(entry);
            CountAppended();
            return _turn.Task;
        }
    }

    /// <inheritdoc/>
    public override void Enqueue(UsageRecord record) => _ = Post(new UsageFact(this, record));

    /// <inheritdoc/>
    public override ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null)
    {
        if (DecidesNow)
        {
            return ValueTask.FromResult(decision());
        }

        if (Failing)
        {
            return ValueTask.FromException<T>(new LedgerUnavailableException());
        }

        TurnDecision<T> asked = new(decision, undo);
        _ = Enqueue(asked, isAwaited: true);
        return new ValueTask<T>(asked.Task);
    }

    /// <inheritdoc/>
    public override void Post(Action decision) => _ = Post(new PassingFact(decision));

    /// <inheritdoc/>
    public override Task Post(LedgerFact fact)
    {
        if (DecidesNow)
        {
            fact.Decide();
            return Task.CompletedTask;
        }

        return Enqueue(new PostedDecision(fact), isAwaited: false);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellation)
    {
        await DecideAsync(static () => true).AsTask().WaitAsync(cancellation); // With it everything that stands before it.
        await base.FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _isClosed = true;
        _joined.TrySetResult(); // Of a ledger that was never read nothing waits.
        _bell.Ring();
        await _turns;
        if (_outage is not null)
        {
            _decisions.Keep(); // What no turn took is booked by the next start.
            await _outage.DisposeAsync();
        }

        if (_outage is null or { Problem: not null })
        {
            LogUnbooked();
        }
    }

    private Task Enqueue(TurnDecision decision, bool isAwaited)
    {
        Task kept = _decisions.Add(decision, isAwaited);
        _bell.Ring();
        return kept;
    }

    private async Task RunAsync()
    {
        await _joined.Task;
        for (int triesLeft = TriesWhenStopping; _ledger is not null && !(_isClosed && (triesLeft == 0 || !(SomethingWaits || _taken.Count > 0)));)
        {
            await NextTurnAsync();
            if (!await TurnAsync())
            {
                triesLeft -= _isClosed ? 1 : 0;
                await _backoff.RestAsync();
            }
        }
    }

    // Until there is something to decide or to write, others have written, or it is time to look.
    private async Task NextTurnAsync()
    {
        await _bell.WaitAsync(Look, () => _isClosed || _isTold || SomethingWaits || _taken.Count > 0);
        _isTold = false;
        if (SomethingWaits)
        {
            await _bell.WaitAsync(Gather, () => _isClosed || _decisions.IsAwaited); // What nobody waits for may wait for company.
        }
    }

    // False: the store did not take it.
    private async Task<bool> TurnAsync()
    {
        try
        {
            await WaitAsync(Store.AppendAsync(_take, CancellationToken.None));
            Complete();
            return true;
        }
        catch (LedgerDivergedException) // Nothing was taken yet. What is true now is read, and why that is no longer what was: grants that are enforced hard are refused from then on.
        {
            await RejoinAsync();
            return false;
        }
#pragma warning disable CA1031 // Whatever the store's trouble is, what has happened is kept and told again: losing it is the only wrong answer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.NotBooked(Log, _taken.Count, _backoff.Milliseconds, failure);
        }

        // A server that restarts, and one that ended the turn of a process that got no processor for a second, lose one turn: who asked in it is asked for again before he is refused.
        if (_isLost)
        {
            GiveUp();
        }

        _isLost = true;
        Task<bool> recovering = RecoverAsync();
        if (!Failing)
        {
            await WaitAsync(recovering);
        }

        return await recovering;
    }

    // The store is away.
    private void GiveUp()
    {
        _decisions.Keep();
        Failing = true;
        _decisions.Refuse();
    }

    // A store that hangs is away as much as one that says so: nobody waits for it longer than that, and what it keeps after all is taken back.
    private async Task WaitAsync(Task turn)
    {
        await turn.WaitAsync(Patience, Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!turn.IsCompleted)
        {
            LogEvents.StoreHangs(Log, (long)Patience.TotalMilliseconds);
            GiveUp();
        }

        await turn;
    }

    // In the store's transaction, at the head of the chain. Once: a turn that is taken from again was lost.
    private List<JournalEntry> Take(LedgerNews news)
    {
        if (_hasDecided)
        {
            throw new InvalidOperationException("A turn is taken from once.");
        }

        Decide(news);
        return _taken;
    }

    private void Decide(LedgerNews news)
    {
        _hasDecided = true;
        _turnThread = Environment.CurrentManagedThreadId;
        try
        {
            _ledger!.Follow(news);
            _heard.AddRange(news.Events.Select(happened => new JournalEntry(happened)));
            long kept = 0;
            foreach (TurnDecision decision in _decisions.Take(MaxGroup))
            {
                decision.Run();
                kept = decision is PostedDecision { Place: > 0 and var place } ? place : kept;
            }

            if (kept > 0)
            {
                _ = _ledger.Note(OutageReplay.Mark(_outage!.Id, kept)); // Durable with them: a start that finds them in the local book as well leaves them out.
            }
        }
        finally
        {
            _turnThread = 0;
        }
    }

    // The turn is durable.
    private void Complete()
    {
        (Failing, _isLost) = (false, false);
        _backoff.Reset();
        ShowHeard();
        Show(_taken);
        TaskCompletionSource turn;
        lock (_gate)
        {
            CountBooked(_taken.Count);
            _taken.Clear();
            (turn, _turn) = (_turn, NewSignal());
        }

        turn.SetResult();
        TurnDecision[] decided = _decisions.Complete();
        _outage?.Booked(decided.OfType<PostedDecision>().LastOrDefault(posted => posted.Place > 0)?.Place ?? 0);
        foreach (TurnDecision decision in decided)
        {
            if (!decision.Keep() && decision.Undo() is { } undo)
            {
                Post(undo);
            }

            if (decision is PostedDecision { Failure: { } failure })
            {
                LogEvents.NotDecided(Log, failure);
            }
        }

        _hasDecided = false;
        SignalProgress();
    }

    // Whatever becomes of the turn, this has happened.
    private void ShowHeard()
    {
        if (_heard.Count > 0)
        {
            Interlocked.Add(ref _heardOf, _heard.Count);
            Show(_heard);
            _heard.Clear();
        }
    }

    // A turn failed. True: it was kept all the same, only the answer was lost. False: it never happened, here neither.
    private async Task<bool> RecoverAsync()
    {
        if (!_hasDecided)
        {
            return false;
        }

        if (await InsistAsync(() => Store.WasAppendedAsync(CancellationToken.None)))
        {
            Complete();
            return true;
        }

        await RejoinAsync();
        return false;
    }

    private async Task RejoinAsync()
    {
        Replay again = await InsistAsync(async () => _ledger!.Rejoin(await Store.LoadAsync(CancellationToken.None)));
        if (again.Mismatch is { } mismatch)
        {
            LogEvents.LedgerMismatch(Log, mismatch);
        }

        Rejoined();
    }

    // What was decided in it never happened; what has happened is decided again.
    private void Rejoined()
    {
        ShowHeard();
        TaskCompletionSource lost;
        _decisions.Lose();
        _hasDecided = false;
        lock (_gate)
        {
            CountBooked(_taken.Count);
            _taken.Clear();
            (lost, _turn) = (_turn, NewSignal());
        }

        lost.SetException(new LedgerUnavailableException());
        _ = lost.Task.Exception; // Often nobody waits.
    }

    private Task<T> InsistAsync<T>(Func<Task<T>> act) => _backoff.InsistAsync(
        act,
        tries => !_isClosed || tries < TriesWhenStopping,
        failure =>
        {
            LogEvents.NotBooked(Log, _taken.Count, _backoff.Milliseconds, failure);
            GiveUp();
        });
}
