using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Requests to every instance, until they are stopped: of a few callers, each with its next when it has its answer, or so many a second whatever becomes of them.</summary>
internal sealed class RolloutLoad : IDisposable
{
    /// <summary>A model, for who asks of no channel.</summary>
    public const string Plain = "gpt-5.4-mini";

    private const int PerInstance = 2;
    private const int FewUnits = 500;
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(10);
    private readonly IReadOnlyList<RunningGateway> _all;
    private readonly string _key;
    private readonly string _channel;
    private readonly int _units;
    private readonly ConcurrentQueue<Sent> _sent = new();
    private readonly ConcurrentDictionary<(RunningGateway Gateway, string? Release), DateTimeOffset> _lastAt = new(); // What was asked last of those that were answered so.
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _patience;
    private readonly Task[] _callers;
    private long _newest;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="all">Who is asked.</param>
    /// <param name="key">By whose key.</param>
    /// <param name="channel">What for; or a model.</param>
    /// <param name="perSecond">Requests a second, however long they take; 0: each caller waits for its answer.</param>
    /// <param name="lasts">How long it is meant to last beyond a minute.</param>
    /// <param name="units">How many different users there are.</param>
    public RolloutLoad(IReadOnlyList<RunningGateway> all, string key, string channel, int perSecond = 0, TimeSpan lasts = default, int units = FewUnits)
    {
        (_all, _key, _channel, _units, _patience) = ([.. all], key, channel, units, new CancellationTokenSource(TimeSpan.FromMinutes(1) + lasts));
        _callers = perSecond > 0
            ? [Task.Run(() => PaceAsync(perSecond))]
            : [.. _all.SelectMany(one => Enumerable.Range(0, PerInstance).Select(i => Task.Run(() => CallAsync(one, i))))];
    }

    public Task UntilAllServeAsync(string release, DateTimeOffset after = default) =>
        UntilAsync(() => _all.All(one => _lastAt.TryGetValue((one, release), out DateTimeOffset last) && last > after));

    /// <summary>Until an answer names a later routing revision than one that was met.</summary>
    public Task UntilAfterAsync(long revision) => UntilAsync(() => Interlocked.Read(ref _newest) > revision);

    /// <summary>The newest routing revision that answers have named; 0: none has.</summary>
    public long Newest => Interlocked.Read(ref _newest);

    /// <summary>Until one is answered that was sent after a moment.</summary>
    public Task UntilAsync(DateTimeOffset at) => UntilAsync(() => _lastAt.Values.Any(last => last > at));

    /// <summary>Until each instance has answered one that was sent after a moment.</summary>
    public Task UntilEachAnsweredAsync(DateTimeOffset after = default) => UntilAsync(() => _all.All(one => _lastAt.Any(answered => answered.Key.Gateway == one && answered.Value > after)));

    public async Task<Sent[]> StopAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_callers);
        return [.. _sent];
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
        _patience.Dispose();
    }

    private async Task CallAsync(RunningGateway one, int first)
    {
        for (int unit = first; !_over.IsCancellationRequested; unit += PerInstance)
        {
            await AskAsync(one, unit % _units);
        }
    }

    private async Task PaceAsync(int perSecond)
    {
        using PeriodicTimer ticks = new(s_between);
        List<Task> open = [];
        long asked = 0;
        long began = Stopwatch.GetTimestamp();
        while (!_over.IsCancellationRequested && await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            open.RemoveAll(one => one.IsCompletedSuccessfully);
            for (long due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond); asked < due; asked++)
            {
                open.Add(AskAsync(_all[(int)(asked % _all.Count)], (int)(asked % _units)));
            }
        }

        await Task.WhenAll(open);
    }

    private async Task AskAsync(RunningGateway one, int unit)
    {
        DateTimeOffset at = DateTimeOffset.UtcNow;
        long began = Stopwatch.GetTimestamp();
        (int status, string? release, long revision, string? error) = await FleetRollout.ServedAsync(one, _key, _channel, unit);
        _sent.Enqueue(new Sent(at, Stopwatch.GetElapsedTime(began), one, status, release, revision, error));
        for (long newest = Newest; revision > newest; newest = Newest)
        {
            Interlocked.CompareExchange(ref _newest, revision, newest);
        }

        _lastAt.AddOrUpdate((one, release), at, (_, before) => at > before ? at : before);
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Volatile.Read(ref _next).Task.WaitAsync(_patience.Token);
        }
    }
}

/// <summary>A request, and what answered it.</summary>
/// <param name="At">When it was sent, UTC.</param>
/// <param name="Took">Until its answer was there.</param>
/// <param name="Gateway">Who was asked.</param>
/// <param name="Status">The status.</param>
/// <param name="Release">What answered; null: nobody said.</param>
/// <param name="Revision">In which routing revision; 0: nobody said.</param>
/// <param name="Error">The code of what went wrong; null: nothing did.</param>
internal sealed record Sent(DateTimeOffset At, TimeSpan Took, RunningGateway Gateway, int Status, string? Release, long Revision, string? Error)
{
    /// <summary>What says that the store is away.</summary>
    public static IReadOnlyList<string> AwayCodes { get; } = ["journal_failed", "store_unavailable", "books_unavailable"];

    /// <summary>It was answered, or refused since the store was away.</summary>
    public bool IsAnsweredOrAway => Status == 200 || (Status == 503 && AwayCodes.Contains(Error));

    public override string ToString() => $"{Status} {Error} of {Gateway.Process.Id} at {At:O} after {Took.TotalMilliseconds:0} ms";

    /// <summary>What 99 of 100 of these took at most.</summary>
    public static TimeSpan Latency99(IEnumerable<Sent> sent)
    {
        TimeSpan[] took = [.. sent.Select(one => one.Took).Order()];
        return took[(int)((took.Length - 1) * 0.99)];
    }

    /// <summary>A request that was sent after another one's answer was there, to the same instance, and met an older revision; null: there is none.</summary>
    public static Sent? Fallen(IEnumerable<Sent> sent)
    {
        foreach (IGrouping<RunningGateway, Sent> instance in sent.GroupBy(one => one.Gateway))
        {
            Queue<Sent> ended = new(instance.OrderBy(one => one.At + one.Took));
            long highest = 0;
            foreach (Sent one in instance.OrderBy(one => one.At))
            {
                while (ended.TryPeek(out Sent? before) && before.At + before.Took < one.At)
                {
                    highest = Math.Max(highest, ended.Dequeue().Revision);
                }

                if (one.Revision > 0 && one.Revision < highest)
                {
                    return one;
                }
            }
        }

        return null;
    }
}
