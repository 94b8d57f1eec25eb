using System.Globalization;

namespace Causeway.Releases.Guards;

/// <summary>One guard of one rollout.</summary>
internal sealed class GuardState(GuardKind kind)
{
    private const int MaxRequests = 20;

    // The evidence for going on: against a candidate that is bad twice as often.
    private const double MirrorRatio = 2;
    private const double MirrorEnough = 20;

    private UnitMap? _met; // Made with the first bad request: most guards never see one.
    private readonly AlwaysValidTest _mirror = new(MirrorRatio, mirrored: true);
    private readonly Guid[] _requests = new Guid[MaxRequests];
    private long _candidate;
    private long _base;

    public GuardKind Kind { get; } = kind;

    public AlwaysValidTest Test { get; } = new(AlwaysValidTest.Tolerated);

    /// <summary>The candidate's last bad requests, the newest first.</summary>
    public IReadOnlyList<Guid> Requests => [.. Enumerable.Range(0, (int)Math.Min(_candidate, MaxRequests)).Select(i => _requests[(_candidate - 1 - i) % MaxRequests])];

    /// <summary>The candidate's first bad request; null: there was none.</summary>
    public Guid? First { get; private set; }

    /// <summary>A bad request. Counted once for each unit: the requests of one are alike, and counting them all would break the promise of the test.</summary>
    public void Add(bool isCandidate, int bucket, double share, Guid request)
    {
        if (share is <= 0 or >= 1 || !(_met ??= new UnitMap()).Add(bucket))
        {
            return;
        }

        Test.Add(isCandidate, share);
        _mirror.Add(isCandidate, share);
        if (isCandidate)
        {
            First ??= request;
            _requests[_candidate++ % MaxRequests] = request;
        }
        else
        {
            _base++;
        }
    }

    /// <summary>What speaks against more of the candidate; null: nothing does.</summary>
    public string? Doubt() => Kind.Action() == GuardAction.Rollback && Test.E > 1 && _mirror.E < MirrorEnough
        ? string.Create(CultureInfo.InvariantCulture, $"{Kind.Word()}: {Units(_candidate)} of the candidate's and {Units(_base)} of base's had {Kind.Meaning()}, and the evidence says neither (E {Test.E:0.##})")
        : null;

    public string Words(double threshold) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind.Word()}: {Units(_candidate)} of the candidate's and {Units(_base)} of base's had {Kind.Meaning()}; evidence E {Test.E:0} is beyond {threshold:0}");

    public GuardStanding Report(double threshold, FrozenBaseline? baseline) => new(
        Kind,
        IsOn: true,
        Test.E,
        _mirror.E,
        _candidate,
        _base,
        baseline is { IsFrozen: false } ? $"waits for {baseline.Missing} more of base's answers to know what is usual" : Test.E >= threshold ? Words(threshold) : Doubt(),
        Requests);

    private static string Units(long count) => count == 1 ? "1 unit" : string.Create(CultureInfo.InvariantCulture, $"{count} units");
}
