namespace Causeway.Releases.Guards;

/// <summary>
/// Whether the share of units that met the candidate is the one that the stage states, at any time: where it is not, something else than the draw assigns them, and
/// no comparison of the arms means anything.
/// </summary>
public sealed class ShareTest
{
    /// <summary>It is wrongly called off in one rollout of a thousand at most.</summary>
    public const double Threshold = 1000;

    private static readonly double[] s_factors = [0.5, 0.8, 1.25, 2];
    private readonly double[] _log = new double[s_factors.Length];

    /// <summary>The evidence against the stated share: 1 at the beginning.</summary>
    public double E
    {
        get
        {
            double sum = 0;
            foreach (double log in _log)
            {
                sum += Math.Exp(log);
            }

            return sum / _log.Length;
        }
    }

    /// <summary>A unit that was seen for the first time.</summary>
    /// <param name="isCandidate">It met the candidate.</param>
    /// <param name="share">The stated share then, above 0 and below 1; others say nothing.</param>
    public void Add(bool isCandidate, double share)
    {
        if (share is <= 0 or >= 1)
        {
            return;
        }

        for (int i = 0; i < s_factors.Length; i++)
        {
            double other = Math.Min(share * s_factors[i], 1 - ((1 - share) / 2));
            _log[i] += Math.Log(isCandidate ? other / share : (1 - other) / (1 - share));
        }
    }
}
