using System.Runtime.InteropServices;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Guards;

/// <summary>
/// What one rollout has shown so far: who met the candidate, and the evidence of each guard. Safe from any thread; an observation allocates nothing. Units are told
/// apart by their buckets, which makes of a few two one: less is counted then, never more.
/// </summary>
public sealed class RolloutTally
{
    /// <summary>The probability of a false alarm of a whole rollout, all guards together.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>With fewer units than this the statistics of a guard say little.</summary>
    public const int EnoughUnits = 1000;

    private readonly Lock _turn = new();
    private readonly GuardState?[] _guards = new GuardState?[GuardKinds.All.Count];
    private readonly UnitMap _candidates = new();
    private readonly UnitMap _units = new();
    private readonly ShareTest _share = new();
    private readonly Tripwires _tripwires = new();
    private readonly FrozenBaseline _latency = new();
    private readonly FrozenBaseline _length = new();
    private readonly FrozenBaseline _cost = new();
    private readonly double _threshold;
    private long _candidateRequests;
    private long _baseRequests;
    private bool _isCrossed;
    private bool _isHeld;

    /// <summary>A tally of nothing yet.</summary>
    /// <param name="off">The guards that are off, by their words.</param>
    public RolloutTally(IReadOnlyCollection<string> off)
    {
        foreach (GuardKind kind in GuardKinds.All)
        {
            _guards[(int)kind] = off.Contains(kind.Word()) ? null : new GuardState(kind);
        }

        int on = _guards.Count(guard => guard is not null);
        _threshold = on / FalseAlarms; // Each guard has the same part of it.
    }

    /// <summary>Takes a request in.</summary>
    /// <returns>What has just crossed; null: nothing. Each rollout is rolled back, and held, by it once at most.</returns>
    public GuardCrossing? Observe(in Observation seen)
    {
        lock (_turn)
        {
            _ = seen.IsCandidate ? _candidateRequests++ : _baseRequests++;
            Bad bad = Judge(seen);
            string? tripped = _tripwires.Add(seen.IsCandidate, (bad & Bad.Wrong) != Bad.None, seen.IsInvalid, seen.NanoUsd);
            if (seen.Bucket is { } bucket && seen.Share is > 0 and < 1)
            {
                _ = seen.IsCandidate && _candidates.Add(bucket);
                if (_units.Add(bucket))
                {
                    _share.Add(seen.IsCandidate, seen.Share);
                }

                Count(seen, bucket, bad);
            }

            return Crossed(tripped);
        }
    }

    /// <summary>Takes a word in that came later, of a request that was taken in when it ended.</summary>
    public GuardCrossing? Feedback(bool isCandidate, int bucket, double share, Guid request)
    {
        lock (_turn)
        {
            _guards[(int)GuardKind.Feedback]?.Add(isCandidate, bucket, share, request);
            return Crossed(null);
        }
    }

    /// <summary>What stands for and against going on.</summary>
    public RolloutEvidence Evidence(bool isDrilled)
    {
        lock (_turn)
        {
            return new RolloutEvidence(_candidates.Count, isDrilled, [.. _guards.OfType<GuardState>().Select(guard => guard.Doubt()).OfType<string>()]) { Requests = _candidateRequests };
        }
    }

    /// <summary>Everything that is known, for people.</summary>
    public GuardReport Report()
    {
        lock (_turn)
        {
            return new GuardReport(
                _candidateRequests,
                _baseRequests,
                _candidates.Count,
                _units.Count,
                _units.Count < EnoughUnits,
                _threshold,
                _share.E,
                [.. GuardKinds.All.Select(kind => _guards[(int)kind]?.Report(_threshold, BaselineOf(kind)) ?? new GuardStanding(kind, IsOn: false, 0, 0, 0, 0, null, []))]);
        }
    }

    private FrozenBaseline? BaselineOf(GuardKind kind) => kind switch
    {
        GuardKind.Latency => _latency,
        GuardKind.Length => _length,
        GuardKind.Cost => _cost,
        _ => null,
    };

    private Bad Judge(in Observation seen)
    {
        Bad bad = seen.Bad;
        if (!seen.IsCandidate)
        {
            Learn(_latency, seen.LatencyMicroseconds);
            Learn(_length, seen.OutputTokens);
            Learn(_cost, seen.NanoUsd);
        }

        bad |= _latency.IsFrozen && seen.LatencyMicroseconds > _latency.High ? Bad.Latency : Bad.None;
        bad |= _length.IsFrozen && (seen.OutputTokens < _length.Low || seen.OutputTokens > _length.Highest) ? Bad.Length : Bad.None;
        bad |= _cost.IsFrozen && seen.NanoUsd > _cost.High ? Bad.Cost : Bad.None;
        return bad;
    }

    private static void Learn(FrozenBaseline baseline, long? value)
    {
        if (value is { } known)
        {
            baseline.Add(known);
        }
    }

    private void Count(in Observation seen, int bucket, Bad bad)
    {
        for (int i = 0; bad != Bad.None && i < _guards.Length; i++)
        {
            if (((int)bad & (1 << i)) != 0)
            {
                _guards[i]?.Add(seen.IsCandidate, bucket, seen.Share, seen.Request);
            }
        }
    }

    private GuardCrossing? Crossed(string? tripped)
    {
        if (_isCrossed)
        {
            return null;
        }

        if (tripped is not null)
        {
            _isCrossed = true;
            return new GuardCrossing(null, GuardAction.Rollback, tripped, []);
        }

        foreach (GuardState? guard in _guards)
        {
            if (guard is null || guard.Test.E < _threshold || (_isHeld && guard.Kind.Action() == GuardAction.Hold))
            {
                continue;
            }

            GuardAction action = guard.Kind.Action();
            (_isCrossed, _isHeld) = (action == GuardAction.Rollback, true);
            return new GuardCrossing(guard.Kind, action, guard.Words(_threshold), guard.Requests);
        }

        string? held = _isHeld ? null : _share.E >= ShareTest.Threshold ? "the share of units that meets the candidate is not the one that the stage states" : _tripwires.TooDear;
        if (held is not null)
        {
            _isHeld = true;
            return new GuardCrossing(null, GuardAction.Hold, held, []);
        }

        return null;
    }
}

/// <summary>Bad in which ways: one bit for each guard, in their order.</summary>
[Flags]
public enum Bad
{
    /// <summary>In none.</summary>
    None = 0,

    /// <summary>See <see cref="GuardKind.Error"/>.</summary>
    Error = 1 << GuardKind.Error,

    /// <summary>See <see cref="GuardKind.Timeout"/>.</summary>
    Timeout = 1 << GuardKind.Timeout,

    /// <summary>See <see cref="GuardKind.ContractInvalid"/>.</summary>
    ContractInvalid = 1 << GuardKind.ContractInvalid,

    /// <summary>See <see cref="GuardKind.Refusal"/>.</summary>
    Refusal = 1 << GuardKind.Refusal,

    /// <summary>See <see cref="GuardKind.Empty"/>.</summary>
    Empty = 1 << GuardKind.Empty,

    /// <summary>See <see cref="GuardKind.Truncated"/>.</summary>
    Truncated = 1 << GuardKind.Truncated,

    /// <summary>See <see cref="GuardKind.Latency"/>.</summary>
    Latency = 1 << GuardKind.Latency,

    /// <summary>See <see cref="GuardKind.Length"/>.</summary>
    Length = 1 << GuardKind.Length,

    /// <summary>See <see cref="GuardKind.Cost"/>.</summary>
    Cost = 1 << GuardKind.Cost,

    /// <summary>In a way that rolls back.</summary>
    Wrong = Error | Timeout | ContractInvalid | Refusal | Empty | Truncated,
}

/// <summary>One request that ended, as guards see it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Observation
{
    /// <summary>The request.</summary>
    public required Guid Request { get; init; }

    /// <summary>The candidate answered it; false: base did.</summary>
    public required bool IsCandidate { get; init; }

    /// <summary>Where its unit stands; null: it was not drawn, and only tripwires count it.</summary>
    public int? Bucket { get; init; }

    /// <summary>The probability with which units were assigned to the candidate then, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>In which ways it was bad, as far as that is known without base's.</summary>
    public Bad Bad { get; init; }

    /// <summary>It broke its contract; null: it has none.</summary>
    public bool? IsInvalid { get; init; }

    /// <summary>To its first byte where it is a stream, to its end where it is not; null: it was not answered.</summary>
    public long? LatencyMicroseconds { get; init; }

    /// <summary>Tokens that were generated; null: not known.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>What it cost; null: not known.</summary>
    public long? NanoUsd { get; init; }
}
