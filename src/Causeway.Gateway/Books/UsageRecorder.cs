using System.Threading.Channels;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Books usage off the hot path: requests enqueue, one owner writes in groups. A record waits at most
/// <see cref="Gather"/> plus one commit, so a kill loses no more than that; a graceful stop loses nothing.
/// </summary>
public sealed class UsageRecorder : IAsyncDisposable
{
    /// <summary>How long the first record of a group waits for company.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private const int MaxGroup = 1024;
    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromSeconds(2);
    private readonly IUsageStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<UsageRecorder> _log;
    private readonly int _bound;
    private readonly Channel<UsageRecord> _queue = Channel.CreateUnbounded<UsageRecord>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _owner;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _enqueued;
    private long _booked;
    private volatile bool _failing;

    /// <summary>Starts the owner.</summary>
    public UsageRecorder(IUsageStore store, GatewayLimits limits, TimeProvider time, ILogger<UsageRecorder> log)
    {
        _store = store;
        _time = time;
        _log = log;
        _bound = limits.UnbookedRecords;
        _owner = Task.Run(WriteAsync);
    }

    /// <summary>False when so many records wait that no new request may be started: none is ever dropped.</summary>
    public bool HasRoom => Unbooked < _bound;

    /// <summary>The last write failed and is being tried again.</summary>
    public bool Failing => _failing;

    /// <summary>Records that wait to be booked.</summary>
    public long Unbooked => Interlocked.Read(ref _enqueued) - Interlocked.Read(ref _booked);

    /// <summary>Hands a record over. Never blocks, never fails.</summary>
    public void Enqueue(UsageRecord record)
    {
        Interlocked.Increment(ref _enqueued);
        _queue.Writer.TryWrite(record);
    }

    /// <summary>Waits until everything that was handed over before is booked.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        long target = Interlocked.Read(ref _enqueued);
        while (true)
        {
            Task progress = Volatile.Read(ref _progress).Task;
            if (Interlocked.Read(ref _booked) >= target)
            {
                return;
            }

            await progress.WaitAsync(cancellation);
        }
    }

    /// <summary>Books what is left and ends. Gives up on a store that keeps failing.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _owner;
        _stopping.Dispose();
        if (Unbooked is > 0 and long lost)
        {
            LogEvents.Unbooked(_log, (int)lost);
        }
    }

    private async Task WriteAsync()
    {
        List<UsageRecord> group = new(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            await GatherAsync(group);
            if (!await BookAsync(group))
            {
                return;
            }

            Interlocked.Add(ref _booked, group.Count);
            group.Clear();
            Interlocked.Exchange(ref _progress, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private async Task GatherAsync(List<UsageRecord> group)
    {
        Drain(group);
        if (group.Count < MaxGroup && !_stopping.IsCancellationRequested)
        {
            await Task.Delay(Gather, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Drain(group);
        }
    }

    private void Drain(List<UsageRecord> group)
    {
        while (group.Count < MaxGroup && _queue.Reader.TryRead(out UsageRecord? record))
        {
            group.Add(record);
        }
    }

    // False: the process is ending and the store does not take them.
    private async Task<bool> BookAsync(List<UsageRecord> group)
    {
        TimeSpan backoff = TimeSpan.FromMilliseconds(50);
        int triesWhenStopping = 3;
        while (true)
        {
            try
            {
                await _store.AppendAsync(group, CancellationToken.None);
                _failing = false;
                return true;
            }
#pragma warning disable CA1031 // Whatever the store's trouble is, the records stay and are tried again: losing them is the only wrong answer.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failing = true;
                LogEvents.NotBooked(_log, group.Count, (long)backoff.TotalMilliseconds, failure);
                if (_stopping.IsCancellationRequested && --triesWhenStopping == 0)
                {
                    return false;
                }
            }

            await Task.Delay(backoff, _time, CancellationToken.None);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, s_maxBackoff.Ticks));
        }
    }
}
