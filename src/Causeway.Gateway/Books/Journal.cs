using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Books what the ledger decided and what requests used, in the order in which it was handed over: one owner writes in groups. What somebody waits
/// for is written at once, with all that stands before it; the rest waits at most <see cref="Gather"/> for company, so a kill loses no more than
/// that. A graceful stop loses nothing.
/// </summary>
/// <remarks>
/// One order for both, because a reservation may have been admitted on what an earlier settlement released: durable without it, a start would find
/// more held than there is. Per entry a lock that nobody holds for long; the waiters of a group share one task.
/// </remarks>
public sealed partial class Journal : ILedgerJournal, IAsyncDisposable
{
    /// <summary>How long the first entry of a group waits for company when nobody waits for it.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private const int MaxGroup = 1024;

    // What one moment may leave waiting, however small the bound is.
    private const int FewEntries = 1024;
    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromSeconds(2);
    private readonly ILedgerStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<Journal> _log;
    private readonly int _bound;
    private readonly Lock _gate = new();
    private readonly Queue<JournalEntry> _waiting = [];
    private readonly Queue<(TaskCompletionSource Durable, long Last)> _groups = [];
    private readonly List<JournalEntry> _taken = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<LedgerNews, IReadOnlyList<JournalEntry>> _take;
    private readonly Task _owner;
    private TaskCompletionSource _group = NewSignal();
    private TaskCompletionSource _progress = NewSignal();
    private TaskCompletionSource _arrived = NewSignal();
    private TaskCompletionSource _awaited = NewSignal();
    private long _appended;
    private long _booked;
    private bool _groupIsEmpty = true;
    private bool _closed;
    private volatile bool _failing;

    /// <summary>Starts the owner.</summary>
    public Journal(ILedgerStore store, GatewayLimits limits, TimeProvider time, ILogger<Journal> log)
    {
        _store = store;
        _time = time;
        _log = log;
        _bound = limits.UnbookedRecords;
        _take = Take;

        // On the scheduler that it is made on: a simulation of several instances runs them all on its own.
        _owner = Task.Factory.StartNew(WriteAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
    }

    /// <summary>False when so many entries wait that no new request may be started: none is ever dropped.</summary>
    public bool HasRoom => Unbooked + _decisions.Count < _bound;

    /// <summary>So much waits that new requests had better wait for their own entries: the pace of the store becomes theirs, long before there is no room.</summary>
    public bool IsBehind => Unbooked > Math.Max(FewEntries, _bound / 8);

    /// <summary>The last write failed and is being tried again.</summary>
    public bool Failing => _failing;

    /// <summary>Entries that were booked since the start.</summary>
    public long Booked => Interlocked.Read(ref _booked);

    /// <summary>Entries that wait to be booked.</summary>
    public long Unbooked => Interlocked.Read(ref _appended) - Interlocked.Read(ref _booked);

    /// <summary>
    /// Is shown what was booked, group by group and in order, on the owner's task: whoever follows the books costs a request nothing. Must be quick, must
    /// not throw, and must not keep the list.
    /// </summary>
    public Action<IReadOnlyList<JournalEntry>>? Follower { get; set; }

    /// <summary>Hands a usage record over that no grant is charged for. Never blocks, never fails.</summary>
    public void Enqueue(UsageRecord record) => _ = Append(new JournalEntry((LedgerEvent?)null) { Usage = record }, isAwaited: false);

    /// <inheritdoc/>
    public Task Append(JournalEntry entry, bool isAwaited)
    {
        ThrowIfOutOfTurn(entry);
        TaskCompletionSource? arrived;
        TaskCompletionSource? awaited = null;
        Task durable;
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            Interlocked.Increment(ref _appended);
            _groupIsEmpty = false;
            durable = _group.Task;
            arrived = _waiting.Count == 1 ? _arrived : null;
            if (isAwaited)
            {
                awaited = _awaited;
            }
        }

        arrived?.TrySetResult();
        awaited?.TrySetResult();
        if (_store.IsShared)
        {
            Wake();
        }

        return durable;
    }

    /// <summary>Waits until everything that was handed over before is booked.</summary>
    public Task FlushAsync(CancellationToken cancellation) => BookedAsync(Interlocked.Read(ref _appended) - 1, cancellation);

    /// <summary>Waits until more than so many entries were booked, as <see cref="Booked"/> counts them.</summary>
    public async Task BookedAsync(long after, CancellationToken cancellation)
    {
        while (Booked <= after)
        {
            Task progress = Volatile.Read(ref _progress).Task;
            if (Booked > after)
            {
                return;
            }

            await progress.WaitAsync(cancellation);
        }
    }

    /// <summary>Books what is left and ends. Gives up on a store that keeps failing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _arrived.TrySetResult();
        }

        await _stopping.CancelAsync();
        _joined.TrySetResult(); // Of a ledger that was never read nothing waits.
        Wake();
        await _owner;
        _stopping.Dispose();
        if (Unbooked is > 0 and long lost)
        {
            LogEvents.Unbooked(_log, (int)lost);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WriteAsync()
    {
        while (await SomethingWaitsAsync())
        {
            if (!await BookAsync())
            {
                return;
            }
        }
    }

    // False: nothing waits and nothing will.
    private async Task<bool> SomethingWaitsAsync()
    {
        Task arrived;
        Task awaited;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _decisions.Count == 0)
            {
                if (_closed)
                {
                    return false;
                }

                if (_arrived.Task.IsCompleted)
                {
                    _arrived = NewSignal();
                }
            }

            arrived = _waiting.Count + _decisions.Count > 0 ? Task.CompletedTask : _arrived.Task;
            awaited = _awaited.Task;
        }

        if (_store.IsShared)
        {
            await NextTurnAsync();
            return true;
        }

        await arrived;
        if (!awaited.IsCompleted && !_stopping.IsCancellationRequested)
        {
            using var early = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            await Task.WhenAny(awaited, Task.Delay(Gather, _time, early.Token));
            await early.CancelAsync();
        }

        return true;
    }

    // False: the process is ending and the store does not take them.
    private async Task<bool> BookAsync()
    {
        TimeSpan backoff = TimeSpan.FromMilliseconds(50);
        int triesWhenStopping = 3;
        while (true)
        {
            try
            {
                await _store.AppendAsync(_take, CancellationToken.None);
                Complete();
                return true;
            }
#pragma warning disable CA1031 // Whatever the store's trouble is, the entries stay and are tried again: losing them is the only wrong answer.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(failure);
                LogEvents.NotBooked(_log, _taken.Count, (long)backoff.TotalMilliseconds, failure);
                if (_store.IsShared && await RecoverAsync())
                {
                    return true;
                }

                if (_stopping.IsCancellationRequested && --triesWhenStopping == 0)
                {
                    return false;
                }
            }

            await Task.Delay(backoff, _time, CancellationToken.None);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, s_maxBackoff.Ticks));
        }
    }

    // On the store's own thread when it begins to write: what waits by then goes with it. Called again it returns at least the same.
    private List<JournalEntry> Take(LedgerNews news)
    {
        if (_store.IsShared)
        {
            Decide(news);
        }

        lock (_gate)
        {
            while ((_taken.Count < MaxGroup || _store.IsShared) && _waiting.TryDequeue(out JournalEntry? entry))
            {
                _taken.Add(entry);
            }

            CloseGroup();
            if (_waiting.Count + _decisions.Count == 0 && _awaited.Task.IsCompleted)
            {
                _awaited = NewSignal();
            }

            return _taken;
        }
    }

    private void CloseGroup()
    {
        if (!_groupIsEmpty)
        {
            _groups.Enqueue((_group, _appended));
            (_group, _groupIsEmpty) = (NewSignal(), true);
        }
    }

    private void Complete()
    {
        _failing = false;
        Decided();
        Follower?.Invoke(_taken);
        lock (_gate)
        {
            long booked = Interlocked.Add(ref _booked, _taken.Count);
            _taken.Clear();
            while (_groups.TryPeek(out (TaskCompletionSource Durable, long Last) group) && group.Last <= booked)
            {
                _groups.Dequeue();
                group.Durable.TrySetResult();
            }
        }

        Interlocked.Exchange(ref _progress, NewSignal()).SetResult();
    }

    // Who waits is told at once; what they handed over stays in its place and is written when the store takes it.
    private void Failed(Exception failure)
    {
        _failing = true;
        lock (_gate)
        {
            CloseGroup();
            while (_groups.TryDequeue(out (TaskCompletionSource Durable, long) group))
            {
                group.Durable.TrySetException(failure);
                _ = group.Durable.Task.Exception; // Most groups have nobody who waits.
            }
        }
    }
}
