namespace Causeway.Releases.Sentinel;

/// <summary>
/// Whether border prompts are answered as they were: the pooled two-sample test. Each prompt's share of its most frequent answer is compared with the baseline's, in units of
/// what chance allows; the squares are summed. How often chance makes as much of it is counted exactly: draws of both samples are shuffled, prompt by prompt.
/// </summary>
public static class BorderTest
{
    /// <summary>An ordinary cycle raises an alarm at this chance and below.</summary>
    public const double AlarmAt = 0.01;

    /// <summary>The fresh sample behind an alarm confirms it at this chance and below.</summary>
    public const double ConfirmAt = 0.001;

    /// <summary>Draws of each prompt in a cycle.</summary>
    public const int CycleDraws = 8;

    /// <summary>Draws of each prompt in the sample that confirms.</summary>
    public const int ConfirmDraws = 3 * CycleDraws;

    // Where a prompt's part falls between two steps of the sum it is taken for the larger one: what is counted as chance is never too little.
    private const int StepsOfOne = 32;

    /// <summary>Compares.</summary>
    /// <param name="prompts">The baseline.</param>
    /// <param name="top">Of each prompt, how often its most frequent answer of the baseline came.</param>
    /// <param name="draws">Of each prompt, how often it was asked; 0: it says nothing.</param>
    /// <returns>The statistic, and how often chance makes as much of it.</returns>
    /// <exception cref="ArgumentException">The numbers are not those of the prompts.</exception>
    public static (double Statistic, double P) Compare(IReadOnlyList<BorderPrompt> prompts, ReadOnlySpan<int> top, ReadOnlySpan<int> draws)
    {
        if (top.Length != prompts.Count || draws.Length != prompts.Count)
        {
            throw new ArgumentException($"{prompts.Count} prompts have {top.Length} and {draws.Length} counts.", nameof(top));
        }

        double statistic = 0;
        for (int i = 0; i < top.Length; i++)
        {
            statistic += new Shuffle(prompts[i], top[i], draws[i]).Squared(top[i]);
        }

        return (statistic, Chance(prompts, top, draws, statistic));
    }

    // The part of all shuffles whose sum is as large: one prompt after another, by steps.
    private static double Chance(IReadOnlyList<BorderPrompt> prompts, ReadOnlySpan<int> top, ReadOnlySpan<int> draws, double statistic)
    {
        int reached = (int)Math.Floor(statistic * StepsOfOne);
        if (reached <= 0)
        {
            return 1;
        }

        double[] below = new double[reached];
        double[] next = new double[reached];
        below[0] = 1;
        double beyond = 0;
        for (int i = 0; i < top.Length; i++)
        {
            Shuffle shuffle = new(prompts[i], top[i], draws[i]);
            Array.Clear(next);
            for (int k = shuffle.Least; k <= shuffle.Most; k++)
            {
                double chance = shuffle.ChanceOf(k);
                int step = (int)Math.Ceiling(shuffle.Squared(k) * StepsOfOne);
                int fits = Math.Max(0, reached - step);
                for (int at = 0; at < fits; at++)
                {
                    next[at + step] += below[at] * chance;
                }

                for (int at = fits; at < reached; at++)
                {
                    beyond += below[at] * chance;
                }
            }

            (below, next) = (next, below);
        }

        return Math.Min(1, beyond);
    }

    // One prompt: of all its draws, which ones are the cycle's is chance (hypergeometric).
    private readonly struct Shuffle
    {
        private readonly int _all;
        private readonly int _tops;
        private readonly int _draws;
        private readonly double _mean;
        private readonly double _variance;

        public Shuffle(BorderPrompt prompt, int top, int draws)
        {
            (_all, _tops, _draws) = (prompt.Draws + draws, prompt.TopDraws + top, draws);
            double share = _all == 0 ? 0 : (double)_tops / _all;
            _mean = draws * share;
            _variance = _all < 2 ? 0 : draws * share * (1 - share) * (_all - draws) / (_all - 1);
        }

        public int Least => Math.Max(0, _draws - (_all - _tops));

        public int Most => Math.Min(_draws, _tops);

        public double Squared(int top) => _variance == 0 ? 0 : (top - _mean) * (top - _mean) / _variance;

        public double ChanceOf(int top) => Math.Exp(LogChoose(_tops, top) + LogChoose(_all - _tops, _draws - top) - LogChoose(_all, _draws));
    }

    private static double LogChoose(int of, int some)
    {
        double log = 0;
        for (int i = 1; i <= some; i++)
        {
            log += Math.Log((double)(of - some + i) / i);
        }

        return log;
    }
}
