using Causeway.Gateway.Books;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Instances;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Instances;

/// <summary>
/// Keeps this instance in touch with the others that share its store. Word of a change comes by notification; besides, it says every 200 ms that it is there and
/// how far it is, and learns whether it has missed one, and whether the store still has the history that it followed. Whoever leads is settled once a second.
/// </summary>
public sealed class InstanceWatch : BackgroundService
{
    /// <summary>How long at most until a change is noticed whose notification was lost.</summary>
    public static readonly TimeSpan BetweenBeats = TimeSpan.FromMilliseconds(200);

    /// <summary>Not heard of for so long, an instance is gone: others take what it holds as in doubt.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_betweenElections = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(500);
    private readonly IInstanceStore _store;
    private readonly PolicySync _policy;
    private readonly SharedJournal _journal;
    private readonly Leadership _leadership;
    private readonly Func<long, InstanceBeat> _say;
    private readonly TimeProvider _time;
    private readonly ILogger<InstanceWatch> _log;
    private long _applied;
    private string _digest;
    private TaskCompletionSource _word = NewWord();

    /// <param name="store">Where instances meet.</param>
    /// <param name="policy">Applies what changed.</param>
    /// <param name="journal">Is told when others have written.</param>
    /// <param name="leadership">Is told whether this instance leads.</param>
    /// <param name="say">What this instance says of itself, given the change that it has applied.</param>
    /// <param name="loaded">The change that the policy was loaded at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where an outage is written, once.</param>
    public InstanceWatch(
        IInstanceStore store, PolicySync policy, SharedJournal journal, Leadership leadership, Func<long, InstanceBeat> say, PolicyHead loaded, TimeProvider time, ILogger<InstanceWatch> log)
    {
        (_store, _policy, _journal, _leadership, _say, _time, _log) = (store, policy, journal, leadership, say, time, log);
        (_applied, _digest) = loaded;
    }

    /// <summary>The last change of the policy that this instance has applied.</summary>
    public long Applied => Interlocked.Read(ref _applied);

    /// <summary>Says once that this instance is there, and takes over what it has missed.</summary>
    internal async Task BeatAsync(CancellationToken cancellation)
    {
        PolicyNews news = await _store.BeatAsync(_say(Applied), cancellation);
        if (news.Digest != _digest)
        {
            await LoadAnewAsync(news, cancellation);
        }
        else if (news.Newest > Applied)
        {
            IReadOnlyList<PolicyChange> changes = await _store.ChangesAsync(Applied, cancellation);
            await _policy.ApplyAsync(changes, cancellation);
            await TakenAsync(new PolicyHead(changes[^1].Revision, changes[^1].Digest), cancellation);
        }
    }

    // An older store was put in its place. Numbers alone would tell nothing: its next changes have those that this instance has seen already.
    private async Task LoadAnewAsync(PolicyNews news, CancellationToken cancellation)
    {
        PolicyHead head = await _store.NewestAsync(cancellation); // Before the policy is read: what changes meanwhile is read again.
        LogEvents.PolicyDiverged(_log, Applied, news.Newest);
        await _policy.LoadAsync(all: null, cancellation);
        await TakenAsync(head, cancellation);
    }

    private async Task TakenAsync(PolicyHead head, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _applied, head.Revision);
        _digest = head.Digest;
        await _store.BeatAsync(_say(Applied), cancellation); // Who changed it waits for this word.
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(BeatAndWaitAsync, "says that it is there", stoppingToken),
        RepeatAsync(leave => _store.ListenAsync(Hear, leave), "listens for changes", stoppingToken),
        RepeatAsync(ElectAsync, "asks whether it leads", stoppingToken));

    private static TaskCompletionSource NewWord() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Hear(StoreWord word)
    {
        if (word == StoreWord.Ledger)
        {
            _journal.Tell();
        }
        else
        {
            Volatile.Read(ref _word).TrySetResult();
        }
    }

    private async Task BeatAndWaitAsync(CancellationToken stopping)
    {
        TaskCompletionSource word = NewWord();
        Volatile.Write(ref _word, word); // Before the store is asked: a change that comes after that is heard.
        await BeatAsync(stopping);
        await word.Task.WaitAsync(BetweenBeats, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ElectAsync(CancellationToken stopping)
    {
        long asked = _time.GetTimestamp();
        bool leads = false;
        try
        {
            leads = await _store.LeadsAsync(stopping);
        }
        finally
        {
            if (leads)
            {
                _leadership.Lead(asked);
            }
            else
            {
                _leadership.Follow();
            }
        }

        await Task.Delay(s_betweenElections, _time, stopping);
    }

    // An outage is one line in the log, and one when it is over, however often it is tried.
    private async Task RepeatAsync(Func<CancellationToken, Task> act, string what, CancellationToken stopping)
    {
        bool isLost = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await act(stopping);
                if (isLost)
                {
                    isLost = false;
                    LogEvents.InTouchAgain(_log, what);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the store's trouble is, the watch goes on: it is what notices that the trouble is over.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!isLost)
                {
                    isLost = true;
                    LogEvents.OutOfTouch(_log, what, failure);
                }

                await Task.Delay(s_rest, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
