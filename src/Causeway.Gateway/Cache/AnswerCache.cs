using System.Collections.Concurrent;
using System.Threading.Channels;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Cache;
using Microsoft.Extensions.Logging;
using ZiggyCreatures.Caching.Fusion;

namespace Causeway.Gateway.Cache;

/// <summary>
/// Answers that may be given again: in memory, and behind it in the store, which other instances share. Every answer is kept under the release that made it, so that one that was rolled back
/// is not looked for any more, and what it left behind is found by nobody.
/// </summary>
public sealed class AnswerCache : IAsyncDisposable
{
    private const int MaxWaiting = 256; // Answers that wait to be kept: beyond it they are let go, since nobody waits for the cache.

    private readonly PolicyPublisher _policies;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lazy<CacheLevels> _levels; // Until a channel opts in nobody needs the library.
    private readonly ConcurrentDictionary<string, CacheCounts> _counts = new(StringComparer.Ordinal);
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task _keeping;

    /// <summary>Puts the levels together.</summary>
    /// <param name="store">The level that is kept.</param>
    /// <param name="policies">What is in force.</param>
    /// <param name="limits">How much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is said that the store is away.</param>
    public AnswerCache(IAnswerStore store, PolicyPublisher policies, CacheLimits limits, TimeProvider time, ILogger<AnswerCache> log)
    {
        (_policies, Limits, _time, _log) = (policies, limits, time, log);
        _levels = new Lazy<CacheLevels>(() => new CacheLevels(new StoredAnswers(store, policies, time, log), limits));
        _keeping = KeepAllAsync();
    }

    internal CacheLimits Limits { get; }

    /// <summary>What requests of a channel met here since the process started.</summary>
    public CacheCounts CountsOf(string channel) => _counts.GetOrAdd(channel, static _ => new CacheCounts());

    /// <summary>An answer that may be given again; null: there is none.</summary>
    internal async ValueTask<CachedAnswer?> FindAsync(AnswerKey key, CacheRule rule, CancellationToken cancellation)
    {
        string text = StoredAnswers.TextOf(key);
        CachedAnswer? found = await LookAsync(text, cancellation);
        if (found is not null && !rule.IsFresh(key.Release, found.MadeAt, _time.GetUtcNow()))
        {
            // Of this process's memory; another instance may have kept a newer one.
            await _levels.Value.Cache.RemoveAsync(text, CacheLevels.Here, cancellation);
            found = await LookAsync(text, cancellation);
        }

        // It may have been looked for before a rollback and found after it.
        return found is not null && rule.IsFresh(key.Release, found.MadeAt, _time.GetUtcNow()) && !_policies.Current.Routing.IsRevoked(key.Channel, key.Release) ? found : null;
    }

    private async ValueTask<CachedAnswer?> LookAsync(string key, CancellationToken cancellation) =>
        (await _levels.Value.Cache.TryGetAsync<CachedAnswer>(key, CacheLevels.Both, cancellation)).GetValueOrDefault();

    /// <summary>Empties the memory; the store keeps what it has.</summary>
    internal void LetGo()
    {
        if (_levels.IsValueCreated)
        {
            _levels.Value.Memory.Clear();
        }
    }

    /// <summary>Keeps an answer in memory, and soon in the store: nobody waits for that.</summary>
    internal async ValueTask KeepAsync(AnswerKey key, CachedAnswer answer)
    {
        if (!await SetAsync(key, answer, CacheLevels.Here.Duplicate().SetSize(answer.Body.Length)) || !_waiting.Writer.TryWrite(new Waiting(key, answer, null)))
        {
            CountsOf(key.Channel).Drop();
            return;
        }

        CountsOf(key.Channel).Keep();
    }

    /// <summary>Returns when all is kept that was to be kept until now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Waiting(null, null, done), cancellation);
        await done.Task.WaitAsync(cancellation);
    }

    /// <summary>Keeps what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _keeping;
        if (_levels.IsValueCreated)
        {
            _levels.Value.Dispose();
        }
    }

    private async Task KeepAllAsync()
    {
        await foreach (Waiting waiting in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (waiting is { Key: { } key, Answer: { } answer })
            {
                await SetAsync(key, answer, CacheLevels.There);
            }

            waiting.Done?.TrySetResult();
        }
    }

    private async ValueTask<bool> SetAsync(AnswerKey key, CachedAnswer answer, FusionCacheEntryOptions where)
    {
        // The last word before it is kept: what was dispatched before a rollback comes late.
        if (_policies.Current.Routing.IsRevoked(key.Channel, key.Release))
        {
            return false;
        }

        try
        {
            await _levels.Value.Cache.SetAsync(StoredAnswers.TextOf(key), answer, where, CancellationToken.None);
            return true;
        }
#pragma warning disable CA1031 // An answer less that can be given again; it was given once.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.NotCached(_log, key.Channel, failure.Message);
            return false;
        }
    }

    private sealed record Waiting(AnswerKey? Key, CachedAnswer? Answer, TaskCompletionSource? Done);
}

/// <summary>What requests of a channel met. Safe to count from many threads.</summary>
public sealed class CacheCounts
{
    private long _hits;
    private long _misses;
    private long _bypasses;
    private long _kept;
    private long _dropped;

    /// <summary>Requests that were given an answer again.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Requests for which there was none.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Requests that wanted none, or whose answers are not kept.</summary>
    public long Bypasses => Interlocked.Read(ref _bypasses);

    /// <summary>Answers that were kept.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>Answers that were to be kept and were not: their release was rolled back meanwhile, or too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    internal void Hit() => Interlocked.Increment(ref _hits);

    internal void Miss() => Interlocked.Increment(ref _misses);

    internal void Bypass() => Interlocked.Increment(ref _bypasses);

    internal void Keep() => Interlocked.Increment(ref _kept);

    internal void Drop() => Interlocked.Increment(ref _dropped);
}
