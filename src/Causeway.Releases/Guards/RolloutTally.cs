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
    private readonly GuardNotes? _notes;
    private readonly bool _isShared;
    private long _candidateRequests;
    private long _baseRequests;
    private Guid? _firstWrong;
    private bool _isCrossed;
    private bool _isHeld;

    /// <summary>A tally of nothing yet.</summary>
    /// <param name="off">The guards that are off, by their words.</param>
    /// <param name="mode">Whether what is seen is written too, and counted when it is read.</param>
    public RolloutTally(IReadOnlyCollection<string> off, EvidenceMode mode = EvidenceMode.Memory)
    {
        (_notes, _isShared) = (mode == EvidenceMode.Memory ? null : new GuardNotes(), mode == EvidenceMode.Shared);
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
            Bad bad = Judge(seen);
            Sum(seen.IsCandidate ? 1 : 0, seen.IsCandidate ? 0 : 1);
            _notes?.Count(seen.IsCandidate);
            bool isWrong = (bad & Bad.Wrong) != Bad.None;
            _firstWrong ??= seen.IsCandidate && isWrong ? seen.Request : null;
            string? tripped = _tripwires.Add(seen.IsCandidate, isWrong, seen.IsInvalid, seen.NanoUsd, seen.MayBeCallers ? seen.Bucket : null);
            if (seen.Bucket is { } bucket && seen.Share is > 0 and < 1)
            {
                Note(seen.IsCandidate, bucket, seen.Share, (int)bad, seen.Request);
            }

            return Crossed(tripped);
        }
    }

    /// <summary>Takes a word in that came later, of a request that was taken in when it ended.</summary>
    public GuardCrossing? Feedback(bool isCandidate, int bucket, double share, Guid request)
    {
        lock (_turn)
        {
            if (share is > 0 and < 1)
            {
                Note(isCandidate, bucket, share, 1 << (int)GuardKind.Feedback, request);
            }

            return Crossed(null);
        }
    }

    /// <summary>Takes in what instances have written, this one too where evidence is shared. Each once, in its order.</summary>
    /// <param name="written">What they have seen.</param>
    /// <param name="isReplay">It was written before this process was there: what it holds for was held for then, and a person may have gone on since.</param>
    public GuardCrossing? Take(IEnumerable<GuardEvidence> written, bool isReplay)
    {
        lock (_turn)
        {
            foreach (GuardEvidence one in written)
            {
                _candidateRequests += one.CandidateRequests;
                _baseRequests += one.BaseRequests;
                foreach (GuardNote note in one.Notes)
                {
                    Met(note.IsCandidate, note.Bucket, note.SharePpm / (double)Routing.Bucket.Count, note.Bad, note.Request);
                }
            }

            return Crossed(null) is { } crossing && !(isReplay && crossing.Action == GuardAction.Hold) ? crossing : null;
        }
    }

    /// <summary>What was seen here and is to be written; null: nothing.</summary>
    public GuardEvidence? TakeNotes()
    {
        lock (_turn)
        {
            return _notes?.Take();
        }
    }

    /// <summary>It could not be written: the next turn tries again.</summary>
    public void ReturnNotes(GuardEvidence taken)
    {
        lock (_turn)
        {
            _notes?.Return(taken);
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

    // Where evidence is shared it is counted when it is read: all instances count the same, in the same order.
    private void Sum(long candidate, long @base)
    {
        if (!_isShared)
        {
            _candidateRequests += candidate;
            _baseRequests += @base;
        }
    }

    private void Note(bool isCandidate, int bucket, double share, int bad, Guid request)
    {
        _notes?.Add(isCandidate, bucket, share, bad, request);
        if (!_isShared)
        {
            Met(isCandidate, bucket, share, bad, request);
        }
    }

    private void Met(bool isCandidate, int bucket, double share, int bad, Guid request)
    {
        _ = isCandidate && _candidates.Add(bucket);
        if (_units.Add(bucket))
        {
            _share.Add(isCandidate, share);
        }

        for (int i = 0; bad != 0 && i < _guards.Length; i++)
        {
            if ((bad & (1 << i)) != 0)
            {
                _guards[i]?.Add(isCandidate, bucket, share, request);
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
            return new GuardCrossing(null, GuardAction.Rollback, tripped, []) { FirstBad = _firstWrong };
        }

        foreach (GuardState? guard in _guards)
        {
            if (guard is null || guard.Test.E < _threshold || (_isHeld && guard.Kind.Action() == GuardAction.Hold))
            {
                continue;
            }

            GuardAction action = guard.Kind.Action();
            (_isCrossed, _isHeld) = (action == GuardAction.Rollback, true);
            return new GuardCrossing(guard.Kind, action, guard.Words(_threshold), guard.Requests) { FirstBad = guard.First };
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
