using System.Collections.Immutable;
using Causeway.Releases.Channels;
using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Routing;

/// <summary>
/// A channel's routing, compiled for reading. Immutable; <see cref="Resolve"/> is a pure function, so that any decision can be made again from what is kept.
/// </summary>
public sealed class RoutingImage
{
    private readonly ImmutableArray<RolloutStage> _named;
    private readonly int _ppm;
    private readonly int _skip;
    private readonly DrillInForce? _drill;
    private readonly bool _isLocal;

    /// <summary>Compiles a channel's routing.</summary>
    /// <param name="channel">The channel as it points in this revision.</param>
    /// <param name="routing">What is kept beside it.</param>
    /// <param name="isRevoked">Whether a release must not be dispatched on this channel.</param>
    /// <param name="isLocal">The rollback in force is this instance's own (<see cref="Rollback.LocalRollback"/>).</param>
    /// <param name="isRevokedEverywhere">Whether a release must not be dispatched on any channel; null: none is.</param>
    public RoutingImage(ReleaseChannel channel, ChannelRouting routing, Func<ReleaseId, bool> isRevoked, bool isLocal = false, Func<ReleaseId, bool>? isRevokedEverywhere = null)
    {
        _isLocal = isLocal;
        Stable = channel.Release;
        Routing = routing;
        Override = routing.OverrideOf(channel);
        Continued = Override is null || isLocal || isRevokedEverywhere?.Invoke(Override.From) == true ? null : routing.Continued;
        if (routing.Active is { State: RolloutState.Running } rollout && rollout.Base == channel.Release && !isRevoked(rollout.Candidate))
        {
            Candidate = rollout.Candidate;
            (_named, _ppm) = rollout.Exposure;
            _skip = rollout.SkipBuckets;
            _drill = routing.Drill;
        }
        else
        {
            _named = [];
        }
    }

    /// <summary>What it was compiled from.</summary>
    public ChannelRouting Routing { get; }

    /// <summary>What the channel points at.</summary>
    public ReleaseId Stable { get; }

    /// <summary>The rollback in force; null: none.</summary>
    public ChannelOverride? Override { get; }

    /// <summary>What conversations that it answered last go on with although it was rolled back, and until when, UTC; null: nothing.</summary>
    public (ReleaseId Release, DateTimeOffset Until)? Continued { get; }

    /// <summary>What is being rolled out, if it may be served at all; null: nothing is.</summary>
    public ReleaseId? Candidate { get; }

    /// <summary>The share of units that gets the candidate, in millionths.</summary>
    public int Ppm => _ppm;

    /// <summary>Of the units that are counted for or against the candidate the share that gets it, 0 to 1. Those that a drill has taken meet base and are counted on neither side.</summary>
    public double Share
    {
        get
        {
            int taken = _drill?.TakenOf(_skip, _skip + _ppm) ?? 0;
            return taken == _ppm ? 0 : (_ppm - taken) / (double)(Bucket.Count - taken);
        }
    }

    /// <summary>The first rule that holds: override, pin, the conversation, named rules, percent, stable.</summary>
    /// <param name="subject">The request. A pin is one that the caller may use, of a release that this image serves.</param>
    /// <param name="hasLease">The lease for candidates is live; without one base answers.</param>
    public RoutingDecision Resolve(in RoutingSubject subject, bool hasLease)
    {
        if (Override is { } made)
        {
            if (Continued is { } gone && hasLease && subject.Held == gone.Release && subject.At < gone.Until)
            {
                return new RoutingDecision(gone.Release, RoutingRule.Continued, null);
            }

            return new RoutingDecision(made.Release, _isLocal ? RoutingRule.Local : RoutingRule.Override, null);
        }

        if (subject.Pin is { } pin && (pin == Stable || pin == Candidate))
        {
            return Leased(pin, RoutingRule.Pin, null, hasLease);
        }

        if (Candidate is not { } candidate)
        {
            return new RoutingDecision(Stable, RoutingRule.Stable, null);
        }

        if (subject.Held is { } held && (held == Stable || held == candidate))
        {
            return Leased(held, RoutingRule.Conversation, null, hasLease);
        }

        foreach (RolloutStage stage in _named)
        {
            if (stage.Matches(subject))
            {
                return Leased(candidate, RoutingRule.Named, null, hasLease);
            }
        }

        ulong? draw = subject.Unit is { } unit ? Bucket.Hash(Routing.Seed, unit) : null;
        RoutingDecision stable = new(Stable, RoutingRule.Stable, draw);
        return stable.Bucket is { } bucket && bucket >= _skip && bucket < _skip + _ppm ? Leased(candidate, RoutingRule.Percent, draw, hasLease) : stable;
    }

    /// <summary>True when a drill gives a request of the candidate's to base.</summary>
    /// <param name="bucket">Where its unit stands; null: it was not drawn.</param>
    public bool Drills(int? bucket) => _drill?.Takes(bucket) == true;

    private RoutingDecision Leased(ReleaseId release, RoutingRule rule, ulong? draw, bool hasLease)
    {
        RoutingDecision decision = new(release, rule, draw);
        return release == Stable ? decision
            : Drills(decision.Bucket) ? new RoutingDecision(Stable, RoutingRule.Drilled, draw)
            : hasLease ? decision
            : new RoutingDecision(Stable, RoutingRule.Lapsed, draw);
    }
}
