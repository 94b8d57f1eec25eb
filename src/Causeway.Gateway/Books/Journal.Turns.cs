using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;

namespace Causeway.Gateway.Books;

/// <content>
/// Turns at the head of a chain that several instances write. What is to be decided waits for the next turn; the store opens it when no other instance is in one, and
/// tells what they wrote. Decisions are then made on the whole truth, written, and told to who asked when they are durable
/// (docs/decisions/0012-one-chain-several-instances.md).
/// </content>
public sealed partial class Journal
{
    /// <summary>How long an instance goes without looking at what others wrote when it has nothing to write itself.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly Queue<TurnDecision> _decisions = [];
    private readonly List<TurnDecision> _deciding = [];
    private readonly TaskCompletionSource _joined = NewSignal();
    private TaskCompletionSource _wake = NewSignal();
    private volatile bool _isTold;
    private BudgetLedger? _ledger; // Set before anything is decided.
    private int _turnThread;
    private bool _hasDecided;

    /// <summary>Begins the turns of a shared ledger that has been read.</summary>
    public void Join(BudgetLedger ledger)
    {
        _ledger = ledger;
        _joined.TrySetResult();
    }

    /// <summary>Another instance has written: the next look is now.</summary>
    public void Tell()
    {
        _isTold = true;
        Wake();
    }

    /// <inheritdoc/>
    public bool DecidesNow => !_store.IsShared || _turnThread == Environment.CurrentManagedThreadId;

    /// <inheritdoc/>
    public ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null)
    {
        if (DecidesNow)
        {
            return ValueTask.FromResult(decision());
        }

        if (_failing)
        {
            return ValueTask.FromException<T>(new LedgerUnavailableException());
        }

        TurnDecision<T> asked = new(decision, undo);
        Enqueue(asked, isAwaited: true);
        return new ValueTask<T>(asked.Task);
    }

    /// <inheritdoc/>
    public void Post(Action decision)
    {
        if (DecidesNow)
        {
            decision();
            return;
        }

        Enqueue(new PostedDecision(decision), isAwaited: false);
    }

    private void Enqueue(TurnDecision decision, bool isAwaited)
    {
        TaskCompletionSource? awaited;
        lock (_gate)
        {
            _decisions.Enqueue(decision);
            awaited = isAwaited ? _awaited : null;
        }

        awaited?.TrySetResult();
        Wake();
    }

    // Until there is something to decide or to write, others have written, or it is time to look.
    private async Task NextTurnAsync()
    {
        await _joined.Task;
        await WaitAsync(Look, () => _isTold || SomethingWaits);
        _isTold = false;
        if (SomethingWaits)
        {
            await WaitAsync(Gather, () => _awaited.Task.IsCompleted); // What nobody waits for may wait for company.
        }
    }

    private bool SomethingWaits
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + _decisions.Count > 0;
            }
        }
    }

    private async Task WaitAsync(TimeSpan atMost, Func<bool> isSo)
    {
        bool isDue = false;
        await using ITimer timer = _time.CreateTimer(
            _ =>
            {
                isDue = true;
                Wake();
            },
            null,
            atMost,
            Timeout.InfiniteTimeSpan);
        while (true)
        {
            TaskCompletionSource wake = NewSignal();
            Volatile.Write(ref _wake, wake);
            if (isDue || _stopping.IsCancellationRequested || isSo())
            {
                return;
            }

            await wake.Task;
        }
    }

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    // In the store's transaction, at the head of the chain.
    private void Decide(LedgerNews news)
    {
        _hasDecided = true;
        _turnThread = Environment.CurrentManagedThreadId;
        try
        {
            _ledger!.Follow(news);
            lock (_gate)
            {
                while (_deciding.Count < MaxGroup && _decisions.TryDequeue(out TurnDecision? next))
                {
                    _deciding.Add(next);
                }
            }

            foreach (TurnDecision decision in _deciding)
            {
                decision.Run();
            }
        }
        finally
        {
            _turnThread = 0;
        }
    }

    private void ThrowIfOutOfTurn(JournalEntry entry)
    {
        if (!DecidesNow && (entry.Event is not null || entry.Checkpoint is not null))
        {
            throw new InvalidOperationException("Several instances write this ledger: what is decided is decided in a turn (DecideAsync, Post).");
        }
    }

    // The turn is durable.
    private void Decided()
    {
        foreach (TurnDecision decision in _deciding)
        {
            decision.Keep();
            if (decision is PostedDecision { Failure: { } failure })
            {
                LogEvents.NotDecided(_log, failure);
            }
        }

        _deciding.Clear();
        _hasDecided = false;
    }

    // A turn failed. True: it was kept all the same, only the answer was lost. False: it never happened, here neither.
    private async Task<bool> RecoverAsync()
    {
        Refuse();
        if (!_hasDecided)
        {
            return false;
        }

        bool wasKept = await InsistAsync(() => _store.WasAppendedAsync(CancellationToken.None));
        if (wasKept)
        {
            foreach (TurnDecision decision in _deciding)
            {
                if (decision.Undo() is { } undo)
                {
                    Post(undo);
                }
            }

            Complete();
            return true;
        }

        await InsistAsync(async () => _ledger!.Rejoin(await _store.LoadAsync(CancellationToken.None)));
        Rejoined();
        return false;
    }

    // Who asked is told at once; what has happened already is decided again when the store is back.
    private void Refuse()
    {
        List<TurnDecision> refused = [];
        lock (_gate)
        {
            refused.AddRange(_deciding);
            refused.AddRange(_decisions);
            TurnDecision[] kept = [.. _decisions.Where(decision => decision.MustHappen)];
            _decisions.Clear();
            foreach (TurnDecision decision in kept)
            {
                _decisions.Enqueue(decision);
            }
        }

        foreach (TurnDecision decision in refused)
        {
            decision.Refuse();
        }
    }

    // Of the lost turn only what stands on its own is still to be written: usage that no grant is charged for.
    private void Rejoined()
    {
        lock (_gate)
        {
            TurnDecision[] behind = [.. _decisions];
            _decisions.Clear();
            foreach (TurnDecision decision in _deciding.Where(decision => decision.MustHappen).Concat(behind))
            {
                _decisions.Enqueue(decision);
            }

            _deciding.Clear();
            _hasDecided = false;
            int lost = _taken.RemoveAll(entry => entry.Event is not null || entry.Checkpoint is not null);
            Interlocked.Add(ref _booked, lost);
        }
    }

    private async Task<T> InsistAsync<T>(Func<Task<T>> act)
    {
        TimeSpan backoff = TimeSpan.FromMilliseconds(50);
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await act();
            }
#pragma warning disable CA1031 // As where entries are written: only the store can say what became of them, so it is asked until it does.
            catch (Exception failure) when (!_stopping.IsCancellationRequested || tries < 3)
#pragma warning restore CA1031
            {
                LogEvents.NotBooked(_log, _taken.Count, (long)backoff.TotalMilliseconds, failure);
                Refuse();
            }

            await Task.Delay(backoff, _time, CancellationToken.None);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, s_maxBackoff.Ticks));
        }
    }
}
