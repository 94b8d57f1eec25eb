using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Books what the ledger decided and what requests used, in the order in which it was handed over. Nothing is ever dropped: when too much waits, nothing new is
/// admitted. Either this process alone writes the ledger (<see cref="OwnedJournal"/>), or it is one of several (<see cref="SharedJournal"/>).
/// </summary>
public abstract class Journal : ILedgerJournal, IAsyncDisposable
{
    /// <summary>How long the first entry of a group waits for company when nobody waits for it.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private protected const int MaxGroup = 1024;
    private protected static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(50);
    private protected static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(2);

    // What one moment may leave waiting, however small the bound is.
    private const int FewEntries = 1024;
    private readonly int _bound;
    private TaskCompletionSource _progress = NewSignal();
    private long _appended;
    private long _booked;
    private volatile bool _failing;

    private protected Journal(ILedgerStore store, GatewayLimits limits, TimeProvider time, ILogger<Journal> log)
    {
        Store = store;
        Time = time;
        Log = log;
        _bound = limits.UnbookedRecords;
    }

    /// <summary>False when so many entries wait that no new request may be started: none is ever dropped.</summary>
    public bool HasRoom => Unbooked < _bound;

    /// <summary>So much waits that new requests had better wait for their own entries: the pace of the store becomes theirs, long before there is no room.</summary>
    public bool IsBehind => Unbooked > Math.Max(FewEntries, _bound / 8);

    /// <summary>The last write failed and is being tried again.</summary>
    public bool Failing
    {
        get => _failing;
        private protected set => _failing = value;
    }

    /// <summary>Entries that were booked since the start.</summary>
    public long Booked => Interlocked.Read(ref _booked);

    /// <summary>Entries that were booked since the start, by whatever instance.</summary>
    public virtual long BookedByAll => Booked;

    /// <summary>Entries that wait to be booked.</summary>
    public virtual long Unbooked => Appended - Booked;

    /// <summary>How many of them are kept on this process's own disk, since the store is away.</summary>
    public virtual long KeptLocally => 0;

    /// <summary>Why what happens now, while the store is away, would end with this process; null: it would not, or the store is there.</summary>
    public virtual string? NotKept => null;

    /// <inheritdoc/>
    public virtual bool DecidesNow => true;

    /// <summary>
    /// Is shown what was booked, group by group and in order, by the owner: whoever follows the books costs a request nothing. Where several instances write, what
    /// the others booked is shown too, as events alone. Must be quick, and must not keep the list.
    /// </summary>
    public Action<IReadOnlyList<JournalEntry>>? Follower { get; set; }

    private protected ILedgerStore Store { get; }

    private protected TimeProvider Time { get; }

    private protected ILogger<Journal> Log { get; }

    private protected long Appended => Interlocked.Read(ref _appended);

    /// <summary>Hands a usage record over that no grant is charged for. Never blocks, never fails.</summary>
    public virtual void Enqueue(UsageRecord record) => _ = Append(new JournalEntry((LedgerEvent?)null) { Usage = record }, isAwaited: false);

    /// <inheritdoc/>
    public abstract Task Append(JournalEntry entry, bool isAwaited);

    /// <inheritdoc/>
    public virtual ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null) => ValueTask.FromResult(decision());

    /// <inheritdoc/>
    public virtual void Post(Action decision) => decision();

    /// <inheritdoc/>
    public virtual Task Post(LedgerFact fact)
    {
        fact.Decide();
        return Task.CompletedTask;
    }

    /// <summary>Waits until everything that was handed over before is booked.</summary>
    public virtual Task FlushAsync(CancellationToken cancellation) => BookedAsync(Appended - 1, cancellation);

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

    /// <summary>Waits until more than <paramref name="booked"/> is booked, by whomever, as <see cref="BookedByAll"/> counts. Of what others book nothing wakes up.</summary>
    /// <returns>False: the time is over, and nothing more was booked as far as is known here.</returns>
    public async Task<bool> BookedByAllAsync(long booked, TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        long own = Booked; // Before the look: what is booked in between ends the waiting.
        if (BookedByAll != booked)
        {
            return true;
        }

        try
        {
            await BookedAsync(own, cancellation).WaitAsync(atMost, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Books what is left and ends. Gives up on a store that keeps failing.</summary>
    public abstract ValueTask DisposeAsync();

    private protected static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private protected void CountAppended() => Interlocked.Increment(ref _appended);

    private protected long CountBooked(int entries) => Interlocked.Add(ref _booked, entries);

    private protected void SignalProgress() => Interlocked.Exchange(ref _progress, NewSignal()).SetResult();

    // What is booked is booked, whatever becomes of those who look on.
    private protected void Show(IReadOnlyList<JournalEntry> booked)
    {
        try
        {
            Follower?.Invoke(booked);
        }
#pragma warning disable CA1031 // On the owner's thread, where an exception would end the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.FollowerFailed(Log, failure);
        }
    }

    private protected void LogUnbooked()
    {
        if (Unbooked is > 0 and long lost)
        {
            LogEvents.Unbooked(Log, (int)lost);
        }
    }
}
