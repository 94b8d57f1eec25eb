namespace Causeway.Releases.Guards;

/// <summary>
/// Asks of each bad event which arm it came from. While the candidate is bad at most <see cref="Null"/> times as often as base, an event is the candidate's with a
/// probability of at most q = t·r0 / (t·r0 + 1 − t), whatever the rate is doing that day; the product of the ratios to that is a nonnegative supermartingale from 1, so it
/// ever reaches 1/a with a probability of at most a (Ville's inequality). It may be looked at after every event and stopped at any time. Method: anytime-valid
/// tests for counts (Lindon and Malek, 2022).
/// </summary>
/// <param name="nullRatio">The ratio of bad rates that is tolerated: 1.2 for guards, 2 for the mirrored test.</param>
/// <param name="mirrored">The other way round: it grows while the candidate is better than the ratio.</param>
public sealed class AlwaysValidTest(double nullRatio, bool mirrored = false)
{
    /// <summary>The tolerated ratio of a guard.</summary>
    public const double Tolerated = 1.2;

    /// <summary>More than this is told as this: nothing is decided by it any more.</summary>
    public const double Most = 1e9;

    // The alternatives, as multiples of the tolerated ratio.
    private static readonly double[] s_alternatives = [1.5, 2, 3, 5, 10, 30];

    // Logarithms: a product over a long rollout has no double.
    private readonly double[] _log = new double[s_alternatives.Length];

    /// <summary>The ratio that holds while nothing is wrong.</summary>
    public double Null { get; } = nullRatio;

    /// <summary>The evidence: 1 at the beginning, the mean over the alternatives; at most <see cref="Most"/>.</summary>
    public double E
    {
        get
        {
            double sum = 0;
            foreach (double log in _log)
            {
                sum += Math.Exp(log);
            }

            return Math.Min(sum / _log.Length, Most);
        }
    }

    /// <summary>A bad event.</summary>
    /// <param name="isCandidate">It was the candidate's.</param>
    /// <param name="share">The probability with which units were assigned to the candidate then, above 0 and below 1. Others say nothing, and are left out.</param>
    public void Add(bool isCandidate, double share)
    {
        if (share is <= 0 or >= 1)
        {
            return;
        }

        double q0 = Share(share, Null);
        for (int i = 0; i < _log.Length; i++)
        {
            double q = Share(share, mirrored ? Null / s_alternatives[i] : Null * s_alternatives[i]);
            _log[i] += Math.Log(isCandidate ? q / q0 : (1 - q) / (1 - q0));
        }
    }

    // The probability that a bad event is the candidate's where it is bad so many times as often.
    private static double Share(double t, double ratio) => t * ratio / ((t * ratio) + 1 - t);
}
