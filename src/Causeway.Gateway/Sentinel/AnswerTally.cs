using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Releases.Sentinel;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Sentinel;

/// <summary>Counts how a pin's answers to one release look, from all threads, until somebody takes the counts. Nothing is allocated for an answer.</summary>
internal sealed class AnswerTally
{
    private readonly int[] _endings = new int[AnswerShape.WaysToEnd];
    private readonly int[] _lengths = new int[Histogram.Steps];
    private readonly int[] _firstBytes = new int[Histogram.Steps];
    private readonly int[] _durations = new int[Histogram.Steps];

    /// <summary>Counts an answer.</summary>
    public void Add(Call call, ResponseMeter meter, Settlement settled)
    {
        Interlocked.Increment(ref _endings[(int)StopReasons.EndingOf(meter)]);
        if (settled.Source == UsageSource.Provider)
        {
            Interlocked.Increment(ref _lengths[Histogram.StepOf(settled.Tokens.Output)]);
        }

        (int[] times, TimeSpan time) = meter.IsStream ? (_firstBytes, call.TimeToFirstByte ?? call.Elapsed) : (_durations, call.Elapsed);
        Interlocked.Increment(ref times[Histogram.StepOf((long)time.TotalMilliseconds)]);
    }

    /// <summary>What was counted since this was asked last.</summary>
    public AnswerShape Take()
    {
        return new AnswerShape { Lengths = Sizes(_lengths), FirstBytes = Sizes(_firstBytes), Durations = Sizes(_durations), Endings = Taken(_endings) };

        static Histogram Sizes(int[] counts) => Histogram.Of(Taken(counts));
    }

    private static int[] Taken(int[] counts)
    {
        int[] taken = new int[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            taken[i] = Interlocked.Exchange(ref counts[i], 0);
        }

        return taken;
    }
}
