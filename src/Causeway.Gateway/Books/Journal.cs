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
/// more held than there is. Per entry a lock that nobody holds for long. The owner is a thread, and the requests of a group go on on it one after
/// another, while the next group is written: by way of the pool each group woke workers that spin, and every second request switched threads. As on
/// the sockets' threads, nothing that goes on there may block.
/// </remarks>
public sealed class Journal : ILedgerJournal, IAsyncDisposable
{
    /// <summary>How long the first entry of a group waits for company when nobody waits for it.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private const int MaxGroup = 1024;

    // What one moment may leave waiting, however small the bound is.
    private const int FewEntries = 1024;
    private const int TriesWhenStopping = 3;
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromSeconds(2);
    private readonly ILedgerStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<Journal> _log;
    private readonly int _bound;
    private readonly Lock _gate = new();
    private readonly Queue<JournalEntry> _waiting = [];
    private readonly Queue<(JournalGroup Group, long Last)> _groups = [];
    private readonly List<JournalEntry> _taken = [];
    private readonly List<JournalGroup> _ready = []; // Of the owner's thread alone.
    private readonly AutoResetEvent _some = new(initialState: false);
    private readonly Action _wake;
    private readonly TaskCompletionSource _ended = NewSignal();
    private JournalGroup _group = new();
    private TaskCompletionSource _progress = NewSignal();
    private TimeSpan _backoff = s_firstBackoff;
    private long _appended;
    private long _booked;
    private int _triesLeft = TriesWhenStopping;
    private long? _watchedSince; // These two are of the owner's thread alone.
    private long? _restsSince;
    private bool _isWanted; // What waits is to be written now.
    private bool _isWriting;
    private bool _isWatched; // The owner looks by itself before long.
    private bool _isClosed;
    private volatile bool _failing;

    /// <summary>Starts the owner.</summary>
    public Journal(ILedgerStore store, GatewayLimits limits, TimeProvider time, ILogger<Journal> log)
    {
        _store = store;
        _time = time;
        _log = log;
        _bound = limits.UnbookedRecords;
        _wake = () => _some.Set();
        new Thread(Run) { IsBackground = true, Name = "causeway journal" }.Start();
    }

    /// <summary>False when so many entries wait that no new request may be started: none is ever dropped.</summary>
    public bool HasRoom => Unbooked < _bound;

    /// <summary>So much waits that new requests had better wait for their own entries: the pace of the store becomes theirs, long before there is no room.</summary>
    public bool IsBehind => Unbooked > Math.Max(FewEntries, _bound / 8);

    /// <summary>The last write failed and is being tried again.</summary>
    public bool Failing => _failing;

    /// <summary>Entries that were booked since the start.</summary>
    public long Booked => Interlocked.Read(ref _booked);

    /// <summary>Entries that wait to be booked.</summary>
    public long Unbooked => Interlocked.Read(ref _appended) - Interlocked.Read(ref _booked);

    /// <summary>
    /// Is shown what was booked, group by group and in order, on the owner's thread: whoever follows the books costs a request nothing. Must be quick, and
    /// must not keep the list.
    /// </summary>
    public Action<IReadOnlyList<JournalEntry>>? Follower { get; set; }

    /// <summary>Hands a usage record over that no grant is charged for. Never blocks, never fails.</summary>
    public void Enqueue(UsageRecord record) => _ = Append(new JournalEntry((LedgerEvent?)null) { Usage = record }, isAwaited: false);

    /// <inheritdoc/>
    public Task Append(JournalEntry entry, bool isAwaited)
    {
        Task durable;
        bool wakes;
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            Interlocked.Increment(ref _appended);
            durable = _group.Add(entry, isAwaited);
            wakes = !_isWriting && !_isWanted && (isAwaited || !_isWatched); // After a write the owner looks for itself.
            _isWanted |= isAwaited;
            _isWatched |= wakes;
        }

        if (wakes)
        {
            _some.Set();
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
            _isClosed = true;
        }

        _some.Set();
        await _ended.Task;
        if (Unbooked is > 0 and long lost)
        {
            LogEvents.Unbooked(_log, (int)lost);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Run()
    {
        Task? write = null;
        while (write is not null || !IsOver())
        {
            TimeSpan wait = Timeout.InfiniteTimeSpan;
            if (write is null && MayWrite(out wait))
            {
                write = Begin();
            }

            Resume();
            if (write is { IsCompleted: true })
            {
                End(write);
                write = null;
            }
            else
            {
                // No timer: each one that ends wakes a worker of the pool, which spins for company before it sleeps.
                _some.WaitOne(wait);
            }
        }

        Resume();
        _ended.SetResult(); // The event is left to the collector: who hands over late may still set it.
    }

    private bool IsOver()
    {
        lock (_gate)
        {
            return _isClosed && (_triesLeft == 0 || (_waiting.Count == 0 && _taken.Count == 0));
        }
    }

    // Otherwise for how long to wait for more: without end where nothing waits and nothing came lately.
    private bool MayWrite(out TimeSpan wait)
    {
        wait = Timeout.InfiniteTimeSpan;
        if (_restsSince is { } since)
        {
            wait = _backoff - _time.GetElapsedTime(since);
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            _restsSince = null;
            _backoff = TimeSpan.FromTicks(Math.Min(_backoff.Ticks * 2, s_maxBackoff.Ticks));
        }

        lock (_gate)
        {
            if (_isWatched)
            {
                wait = Gather - _time.GetElapsedTime(_watchedSince ??= _time.GetTimestamp());
                if (wait <= TimeSpan.Zero)
                {
                    wait = Timeout.InfiniteTimeSpan;
                    _watchedSince = null;
                    _isWatched = false;
                    _isWanted |= _waiting.Count > 0;
                }
            }

            return _isWriting = _taken.Count > 0 || (_waiting.Count > 0 && (_isWanted || _isClosed));
        }
    }

    private Task Begin()
    {
        Task write;
        try
        {
            write = _store.AppendAsync(Take, CancellationToken.None);
        }
#pragma warning disable CA1031 // The store's trouble, whatever it is, is the write's: see End.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            write = Task.FromException(failure);
        }

        if (!write.IsCompleted)
        {
            write.ConfigureAwait(ConfigureAwaitOptions.None).GetAwaiter().UnsafeOnCompleted(_wake);
        }

        return write;
    }

    // On the store's own thread when it begins to write: what waits by then goes with it. Called again it returns at least the same.
    private List<JournalEntry> Take()
    {
        lock (_gate)
        {
            while (_taken.Count < MaxGroup && _waiting.TryDequeue(out JournalEntry? entry))
            {
                _taken.Add(entry);
            }

            CloseGroup();
            _isWanted &= _waiting.Count > 0;
            return _taken;
        }
    }

    private void CloseGroup()
    {
        if (!_group.IsEmpty)
        {
            _groups.Enqueue((_group, _appended));
            _group = new JournalGroup();
        }
    }

    // Whatever the store's trouble is, the entries stay and are tried again: losing them is the only wrong answer.
    private void End(Task write)
    {
        Exception? failure = write.Exception?.InnerException ?? (write.IsCanceled ? new TaskCanceledException(write) : null);
        if (failure is null)
        {
            Complete();
        }
        else
        {
            Failed(failure);
        }

        lock (_gate)
        {
            _isWriting = false;
            _isWatched = true;
            _watchedSince = null;
        }
    }

    private void Complete()
    {
        _failing = false;
        _backoff = s_firstBackoff;
        Show();
        lock (_gate)
        {
            long booked = Interlocked.Add(ref _booked, _taken.Count);
            _taken.Clear();
            while (_groups.TryPeek(out (JournalGroup Group, long Last) first) && first.Last <= booked)
            {
                _ready.Add(_groups.Dequeue().Group);
            }
        }

        Interlocked.Exchange(ref _progress, NewSignal()).SetResult();
    }

    // What is booked is booked, whatever becomes of those who look on.
    private void Show()
    {
        try
        {
            Follower?.Invoke(_taken);
        }
#pragma warning disable CA1031 // On the owner's thread, where an exception would end the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.FollowerFailed(_log, failure);
        }
    }

    // Who waits is told at once; what they handed over stays in its place and is written when the store takes it.
    private void Failed(Exception failure)
    {
        _failing = true;
        LogEvents.NotBooked(_log, _taken.Count, (long)_backoff.TotalMilliseconds, failure);
        lock (_gate)
        {
            _triesLeft -= _isClosed ? 1 : 0;
            CloseGroup();
            while (_groups.TryDequeue(out (JournalGroup Group, long) first))
            {
                first.Group.Failure = failure;
                _ready.Add(first.Group);
            }
        }

        _restsSince = _time.GetTimestamp();
    }

    private void Resume()
    {
        foreach (JournalGroup group in _ready)
        {
            group.Complete();
        }

        _ready.Clear();
    }
}
