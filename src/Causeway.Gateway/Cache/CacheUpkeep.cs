using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Cache;

/// <summary>
/// The chores of the cache, every minute, of the instance that leads: answers whose time is over are forgotten, and the oldest where all together are too large. What a release left that was rolled
/// back is kept for <see cref="Fenced"/>: nobody is given it, and whoever looks into the incident finds it.
/// </summary>
public sealed class CacheUpkeep(IAnswerStore store, PolicyPublisher policies, CacheLimits limits, Leadership leadership, TimeProvider time, ILogger<CacheUpkeep> log) : Chore(Between, leadership, time)
{
    /// <summary>Between two turns.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    /// <summary>How long answers are kept of a release that was rolled back.</summary>
    public static readonly TimeSpan Fenced = TimeSpan.FromDays(30);

    private const int Slices = 16; // Of the time between an oldest and a newest answer, by which what is too much is cut off.

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        DateTimeOffset now = Time.GetUtcNow();
        foreach (AnswerSpace space in await store.ListAsync(cancellation))
        {
            DateTimeOffset until = IsFenced(policy, space.Channel, space.Release) ? now - Fenced
                : policy.FindChannel(space.Channel)?.Cache is { } rule ? rule.Cutoff(space.Release, now)
                : now;
            if (space.Oldest <= until)
            {
                await store.DropAsync(space.Channel, space.Release, until, cancellation);
            }
        }

        await ShrinkAsync(policy, cancellation);
    }

    private static bool IsFenced(PolicyRevision policy, string channel, ReleaseId release) => policy.Routing.IsRevoked(channel, release);

    // From the space that has the oldest answer, a sixteenth of its time at once; what is of a base during a rollout goes last.
    private async Task ShrinkAsync(PolicyRevision policy, CancellationToken cancellation)
    {
        while (true)
        {
            IReadOnlyList<AnswerSpace> spaces = await store.ListAsync(cancellation);
            if (spaces.Sum(space => space.Bytes) <= limits.StoreBytes)
            {
                return;
            }

            DateTimeOffset now = Time.GetUtcNow();
            AnswerSpace first = spaces.OrderBy(space => policy.FindChannel(space.Channel)?.Cache?.IsFrozen(space.Release, now) is true).ThenBy(space => space.Oldest).First();
            await store.DropAsync(first.Channel, first.Release, first.Oldest + ((first.Newest - first.Oldest) / Slices), cancellation);
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.CacheUpkeepFailed(log, failure);
}
