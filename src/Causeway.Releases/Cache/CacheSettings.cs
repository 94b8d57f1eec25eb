using Causeway.Releases.Releases;

namespace Causeway.Releases.Cache;

/// <summary>What is kept of a channel's response cache beside its pointer. A part of its routing, so that every instance goes by the same.</summary>
/// <param name="TtlSeconds">How long an answer may be given again, <see cref="MinTtlSeconds"/> to <see cref="MaxTtlSeconds"/>; 0: none is.</param>
/// <param name="Since">Answers made before it are not given again: when the cache was turned on, or purged last. UTC.</param>
public sealed record CacheSettings(int TtlSeconds, DateTimeOffset Since)
{
    /// <summary>The shortest time.</summary>
    public const int MinTtlSeconds = 1;

    /// <summary>The longest time: 30 days.</summary>
    public const int MaxTtlSeconds = 30 * 24 * 3600;

    /// <summary>Rollouts that are over and whose bases' time is remembered at most. What stood still longer ago counts as if it had gone on.</summary>
    public const int MaxFreezes = 32;

    /// <summary>When time stood still for the answers of a release, oldest first: rollouts of which it was the base, without the last one.</summary>
    public IReadOnlyList<CacheFreeze> Freezes { get; init; } = [];

    /// <summary>These settings with a rollout that is over remembered.</summary>
    public CacheSettings WithFreeze(CacheFreeze freeze) => this with { Freezes = [.. Freezes.Skip(Freezes.Count + 1 - MaxFreezes), freeze] };
}

/// <summary>A time that does not count: while a rollout is under way, the answers of its base keep what time they have left.</summary>
/// <param name="Release">Whose answers.</param>
/// <param name="From">When it began, UTC.</param>
/// <param name="To">When it ended, UTC.</param>
public sealed record CacheFreeze(ReleaseId Release, DateTimeOffset From, DateTimeOffset To);
