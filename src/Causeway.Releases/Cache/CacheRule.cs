using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Cache;

/// <summary>Which answers of a channel may be given again. Pure and immutable, so that every instance says the same of the same revision.</summary>
public sealed class CacheRule
{
    private readonly CacheSettings _settings;
    private readonly CacheFreeze[] _frozen; // Newest first.

    private CacheRule(CacheSettings settings, Rollout? rollout)
    {
        _settings = settings;
        IEnumerable<CacheFreeze> last = rollout is null ? [] : [new CacheFreeze(rollout.Base, rollout.StartedAt, rollout.EndedAt ?? DateTimeOffset.MaxValue)];
        _frozen = [.. last, .. settings.Freezes.Reverse()];
    }

    /// <summary>How long an answer may be given again, the time while its release is the base of a rollout not counted.</summary>
    public TimeSpan Ttl => TimeSpan.FromSeconds(_settings.TtlSeconds);

    /// <summary>The rule of a channel; null: its answers are not kept.</summary>
    public static CacheRule? Of(ChannelRouting routing) => routing.Cache is { TtlSeconds: > 0 } settings ? new CacheRule(settings, routing.Rollout) : null;

    /// <summary>Whether an answer may be given again.</summary>
    /// <param name="release">What made it.</param>
    /// <param name="madeAt">When.</param>
    /// <param name="now">Now.</param>
    public bool IsFresh(ReleaseId release, DateTimeOffset madeAt, DateTimeOffset now) => madeAt >= _settings.Since && madeAt > Cutoff(release, now);

    /// <summary>True while time stands still for a release's answers.</summary>
    public bool IsFrozen(ReleaseId release, DateTimeOffset now) => _frozen.Any(freeze => freeze.Release == release && freeze.From <= now && now < freeze.To);

    /// <summary>Answers that a release made at this moment or before it have used up their time.</summary>
    public DateTimeOffset Cutoff(ReleaseId release, DateTimeOffset now)
    {
        // Back from now, over the times that do not count.
        TimeSpan left = Ttl;
        DateTimeOffset at = now;
        foreach (CacheFreeze freeze in _frozen)
        {
            if (freeze.Release != release || freeze.From >= at)
            {
                continue;
            }

            if (freeze.To < at)
            {
                TimeSpan counted = at - freeze.To;
                if (left <= counted)
                {
                    break;
                }

                left -= counted;
            }

            at = freeze.From;
        }

        return at - left;
    }
}
