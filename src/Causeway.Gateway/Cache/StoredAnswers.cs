using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Cache;

/// <summary>
/// The level of the cache that is in the store: it survives the process, and every instance that shares the store shares it. A store that is slow or away is no reason to wait: what
/// it holds is taken as missing.
/// </summary>
internal sealed class StoredAnswers(IAnswerStore store, PolicyPublisher policies, TimeProvider time, ILogger log) : IDistributedCache
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private long _awayUntil = long.MinValue;

    /// <summary>The key's text.</summary>
    public static string TextOf(AnswerKey key) => $"{key.Channel}/{key.Release}/{key.Request}";

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        if (KeyOf(key) is not { } answer || time.GetTimestamp() < Volatile.Read(ref _awayUntil))
        {
            return null;
        }

        using CancellationTokenSource patience = new(s_patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token, patience.Token);
        try
        {
            return await store.FindAsync(answer, limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // Whatever it is, the answer is asked for anew; the store's own parts say what is wrong with it.
        catch (Exception failure) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _awayUntil, time.GetTimestamp() + (long)(s_pause.TotalSeconds * time.TimestampFrequency));
            LogEvents.CacheAway(log, failure.Message);
            return null;
        }
    }

    // Where routing has changed meanwhile it is not kept, and nobody has to know.
    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (KeyOf(key) is { } answer)
        {
            await store.PutAsync(answer, value, time.GetUtcNow(), policies.Current.Routing.Revision, token);
        }
    }

    // Answers are forgotten by their age and by whole channels, in the store itself.
    public Task RemoveAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public byte[]? Get(string key) => throw new NotSupportedException("Nothing on the data path may block.");

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException("Nothing on the data path may block.");

    public void Remove(string key) => throw new NotSupportedException("Nothing on the data path may block.");

    public void Refresh(string key) => throw new NotSupportedException("Nothing on the data path may block.");

    // Null: a key of the library's own, for its tags, which are not used.
    private static AnswerKey? KeyOf(string key) => key.Split('/') is [var channel, var release, { Length: 64 } request] && ReleaseId.TryParse(release, out ReleaseId id)
        ? new AnswerKey(channel, id, request)
        : null;
}
