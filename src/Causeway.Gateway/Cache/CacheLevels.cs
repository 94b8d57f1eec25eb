using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Internals;
using ZiggyCreatures.Caching.Fusion.Internals.Distributed;
using ZiggyCreatures.Caching.Fusion.Serialization;

namespace Causeway.Gateway.Cache;

/// <summary>The library's two levels, and how answers are put into each.</summary>
internal sealed class CacheLevels : IDisposable
{
    /// <param name="store">The level that is kept.</param>
    /// <param name="limits">How much is kept.</param>
    public CacheLevels(IDistributedCache store, CacheLimits limits)
    {
        Memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = limits.MemoryBytes });
        FusionCacheOptions options = new()
        {
            DisableTagging = true, // Tags are looked up beside each answer; a space is forgotten by what routing says.
            EnableAutoRecovery = false,
            DistributedCacheKeyModifierMode = CacheKeyModifierMode.None,
        };
        Cache = new FusionCache(options, Memory);
        Cache.SetupDistributedCache(store, new AnswerForm());
    }

    /// <summary>In memory and in the store. How long the library keeps what it has: whether it may be given again is decided when it is asked for.</summary>
    public static FusionCacheEntryOptions Both { get; } =
        new() { Duration = TimeSpan.FromDays(1), DistributedCacheDuration = TimeSpan.FromDays(365), DistributedCacheHardTimeout = TimeSpan.FromMilliseconds(500), Size = 1 };

    /// <summary>In memory alone.</summary>
    public static FusionCacheEntryOptions Here { get; } = Both.Duplicate().SetSkipDistributedCache(skip: true, skipBackplaneNotifications: null);

    /// <summary>In the store alone.</summary>
    public static FusionCacheEntryOptions There { get; } = Both.Duplicate().SetSkipMemoryCache(skip: true);

    /// <summary>The library.</summary>
    public FusionCache Cache { get; }

    /// <summary>Its first level.</summary>
    public MemoryCache Memory { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cache.Dispose();
        Memory.Dispose();
    }
}

/// <summary>How an answer is written: it alone, without what the library knows of it.</summary>
internal sealed class AnswerForm : IFusionCacheSerializer
{
    public byte[] Serialize<T>(T? obj)
    {
        var output = new ArrayBufferWriter<byte>();
        ((FusionCacheDistributedEntry<CachedAnswer>)(object)obj!).Value.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public T? Deserialize<T>(byte[] data)
    {
        var answer = CachedAnswer.Read(data);
        FusionCacheEntryMetadata size = new(isStale: false, eagerExpirationTimestamp: null, etag: null, lastModifiedTimestamp: null, size: data.Length, priority: null);
        return (T)(object)new FusionCacheDistributedEntry<CachedAnswer>(answer, answer.MadeAt.UtcTicks, DateTimeOffset.MaxValue.UtcTicks, null, size);
    }

    public ValueTask<byte[]> SerializeAsync<T>(T? obj, CancellationToken token = default) => ValueTask.FromResult(Serialize(obj));

    public ValueTask<T?> DeserializeAsync<T>(byte[] data, CancellationToken token = default) => ValueTask.FromResult(Deserialize<T>(data));
}
