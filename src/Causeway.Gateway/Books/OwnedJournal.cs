using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// The journal of a process that alone writes its ledger: one owner writes in groups. What somebody waits
/// for is written at once, with all that stands before it; the rest waits at most <see cref="Journal.Gather"/> for company, so a kill loses no more than
/// that. A graceful stop loses nothing.
/// </summary>
/// <remarks>
/// One order for both, because a reservation may have been admitted on what an earlier settlement released: durable without it, a start would find
/// more held than there is. Per entry a lock that nobody holds for long. The owner is a thread, and the requests of a group go on on it one after
/// another, while the next group is written: by way of the pool each group woke workers that spin, and every second request switched threads. As on
/// the sockets' threads, nothing that goes on there may block.
/// </remarks>
public sealed class OwnedJournal : Journal
{
    private const int TriesWhenStopping = 3;
    private readonly Lock _gate = new();
    private readonly Queue<JournalEntry> _waiting = [];
    private readonly Queue<(JournalGroup Group, long Last)> _groups = [];
    private readonly List<JournalEntry> _taken = [];
    private readonly List<JournalGroup> _ready = []; // Of the owner's thread alone.
    private readonly AutoResetEvent _some = new(initialState: false);
    private readonly Action _wake;
    private readonly TaskCompletionSource _ended = NewSignal();
    private JournalGroup _group = new();
    private TimeSpan _backoff = FirstBackoff;
    private int _triesLeft = TriesWhenStopping;
    private long? _watchedSince; // These two are of the owner's thread alone.
    private long? _restsSince;
    private bool _isWanted; // What waits is to be written now.
    private bool _isWriting;
    private bool _isWatched; // The owner looks by itself before long.
    private bool _isClosed;

    /// <summary>Starts the owner.</summary>
    public OwnedJournal(ILedgerStore store, GatewayLimits limits, TimeProvider time, ILogger<Journal> log)
        : base(store, limits, time, log)
    {
        _wake = () => _some.Set();
        new Thread(Run) { IsBackground = true, Name = "causeway journal" }.Start();
    }

    /// <inheritdoc/>
    public override Task Append(JournalEntry entry, bool isAwaited)
    {
        Task durable;
        bool wakes;
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            CountAppended();
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

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _some.Set();
        await _ended.Task;
        LogUnbooked();
    }

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
            wait = _backoff - Time.GetElapsedTime(since);
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            _restsSince = null;
            _backoff = TimeSpan.FromTicks(Math.Min(_backoff.Ticks * 2, MaxBackoff.Ticks));
        }

        lock (_gate)
        {
            if (_isWatched)
            {
                wait = Gather - Time.GetElapsedTime(_watchedSince ??= Time.GetTimestamp());
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
            write = Store.AppendAsync(Take, CancellationToken.None);
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
    private List<JournalEntry> Take(LedgerNews news)
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
            _groups.Enqueue((_group, Appended));
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
        Failing = false;
        _backoff = FirstBackoff;
        Show(_taken);
        lock (_gate)
        {
            long booked = CountBooked(_taken.Count);
            _taken.Clear();
            while (_groups.TryPeek(out (JournalGroup Group, long Last) first) && first.Last <= booked)
            {
                _ready.Add(_groups.Dequeue().Group);
            }
        }

        SignalProgress();
    }

    // Who waits is told at once; what they handed over stays in its place and is written when the store takes it.
    private void Failed(Exception failure)
    {
        Failing = true;
        LogEvents.NotBooked(Log, _taken.Count, (long)_backoff.TotalMilliseconds, failure);
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

        _restsSince = Time.GetTimestamp();
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
