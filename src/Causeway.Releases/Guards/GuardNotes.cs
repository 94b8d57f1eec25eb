namespace Causeway.Releases.Guards;

/// <summary>
/// What this instance has seen of a rollout and not written yet. Each unit is noted once for each guard and each arm, as it is counted, so that what is written grows with units and not with requests. Not safe
/// by itself: its tally's turn is its own.
/// </summary>
internal sealed class GuardNotes
{
    /// <summary>Notes that wait to be written. Beyond it nothing is noted: less is counted then, never more.</summary>
    public const int MaxWaiting = 65_536;

    private readonly List<GuardNote> _waiting = [];
    private readonly UnitMap?[] _bad = new UnitMap?[GuardKinds.All.Count];
    private UnitMap? _met;
    private UnitMap? _metCandidate;
    private long _candidateRequests;
    private long _baseRequests;

    /// <summary>A request ended.</summary>
    public void Count(bool isCandidate) => _ = isCandidate ? _candidateRequests++ : _baseRequests++;

    /// <summary>A unit that was drawn was met, and was bad or not.</summary>
    public void Add(bool isCandidate, int bucket, double share, int bad, Guid request)
    {
        int ppm = (int)Math.Round(share * Routing.Bucket.Count);
        if (_waiting.Count >= MaxWaiting || ppm is <= 0 or >= Routing.Bucket.Count)
        {
            return;
        }

        int news = 0;
        for (int i = 0; i < _bad.Length && bad >> i != 0; i++)
        {
            if ((bad >> i & 1) != 0 && (_bad[i] ??= new UnitMap()).Add(bucket))
            {
                news |= 1 << i;
            }
        }

        bool isMet = (_met ??= new UnitMap()).Add(bucket);
        isMet |= isCandidate && (_metCandidate ??= new UnitMap()).Add(bucket);
        if (isMet || news != 0)
        {
            _waiting.Add(new GuardNote(bucket, ppm, isCandidate, news, isCandidate && news != 0 ? request : Guid.Empty));
        }
    }

    /// <summary>Takes what waits, at most <see cref="GuardEvidence.MaxNotes"/>; null: nothing does.</summary>
    public GuardEvidence? Take()
    {
        if (_waiting.Count == 0 && _candidateRequests + _baseRequests == 0)
        {
            return null;
        }

        int count = Math.Min(_waiting.Count, GuardEvidence.MaxNotes);
        GuardEvidence taken = new(_candidateRequests, _baseRequests, _waiting.GetRange(0, count));
        _waiting.RemoveRange(0, count);
        (_candidateRequests, _baseRequests) = (0, 0);
        return taken;
    }

    /// <summary>Puts back what could not be written.</summary>
    public void Return(GuardEvidence taken)
    {
        _waiting.InsertRange(0, taken.Notes);
        (_candidateRequests, _baseRequests) = (_candidateRequests + taken.CandidateRequests, _baseRequests + taken.BaseRequests);
    }
}
