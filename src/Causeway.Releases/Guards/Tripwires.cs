using System.Globalization;

namespace Causeway.Releases.Guards;

/// <summary>What is so plainly wrong that no statistics are waited for. Counts requests, not units.</summary>
public sealed class Tripwires
{
    /// <summary>The candidate's last requests that are looked at.</summary>
    public const int Window = 50;

    /// <summary>Bad ones among them that are too many.</summary>
    public const int MaxBad = 20;

    /// <summary>Answers in a row that broke their contract.</summary>
    public const int MaxInvalid = 5;

    /// <summary>Times that a request may cost base's.</summary>
    public const int MaxCostRatio = 3;

    // One caller that sends what no model takes says nothing of the release; several whose requests it does not take do.
    private const int MaxRefusedOfUnit = 5;
    private const int BaseWindow = 200;
    private const double MaxBaseBad = 0.05;
    private readonly Ring _candidate = new(Window);
    private readonly Ring _base = new(BaseWindow);
    private int _invalid;
    private (long Count, long NanoUsd) _candidateCost;
    private (long Count, long NanoUsd) _baseCost;

    /// <summary>A request.</summary>
    /// <param name="isCandidate">Of the candidate.</param>
    /// <param name="isBad">A guard of correctness calls it bad.</param>
    /// <param name="isInvalid">It broke its contract; null: it has none.</param>
    /// <param name="nanoUsd">What it cost; null: not known.</param>
    /// <param name="refused">The unit whose request its provider did not take; null: it took it, or no unit was drawn.</param>
    /// <returns>What was tripped, in words; null: nothing.</returns>
    public string? Add(bool isCandidate, bool isBad, bool? isInvalid, long? nanoUsd, int? refused = null)
    {
        if (!isCandidate)
        {
            _base.Add(isBad, refused);
            Cost(ref _baseCost, nanoUsd);
            return null;
        }

        _candidate.Add(isBad, refused);
        Cost(ref _candidateCost, nanoUsd);
        _invalid = isInvalid switch { true => _invalid + 1, false => 0, null => _invalid };
        return _invalid >= MaxInvalid ? $"{MaxInvalid} answers in a row broke their contract"
            : _candidate.Bad >= MaxBad && _base.Share < MaxBaseBad ? string.Create(CultureInfo.InvariantCulture, $"{_candidate.Bad} of the candidate's last {_candidate.Count} requests were bad, and {_base.Share:P1} of base's")
            : null;
    }

    /// <summary>The candidate costs too much by the request, in words; null: it does not, or not enough is known.</summary>
    public string? TooDear =>
        _candidateCost.Count >= Window && _baseCost.Count >= Window && (double)_candidateCost.NanoUsd / _candidateCost.Count > MaxCostRatio * ((double)_baseCost.NanoUsd / _baseCost.Count)
            ? string.Create(CultureInfo.InvariantCulture, $"a request costs {(double)_candidateCost.NanoUsd / _candidateCost.Count / ((double)_baseCost.NanoUsd / _baseCost.Count):0.0} times base's")
            : null;

    private static void Cost(ref (long Count, long NanoUsd) sum, long? nanoUsd)
    {
        if (nanoUsd is { } cost and >= 0)
        {
            sum = (sum.Count + 1, sum.NanoUsd + cost);
        }
    }

    private sealed class Ring(int size)
    {
        private readonly bool[] _bad = new bool[size];
        private readonly int?[] _refused = new int?[size];
        private int _next;

        public int Count { get; private set; }

        public int Bad { get; private set; }

        public double Share => Count == 0 ? 0 : (double)Bad / Count;

        public void Add(bool isBad, int? refused)
        {
            isBad &= refused is not { } unit || _refused.AsSpan(0, Count).Count(unit) < MaxRefusedOfUnit;
            Bad += (isBad ? 1 : 0) - (Count == size && _bad[_next] ? 1 : 0);
            Count = Math.Min(size, Count + 1);
            _bad[_next] = isBad;
            _refused[_next] = isBad ? refused : null;
            _next = (_next + 1) % size;
        }
    }
}
