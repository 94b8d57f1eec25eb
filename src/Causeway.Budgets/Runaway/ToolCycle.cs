using System.Runtime.InteropServices;

namespace Causeway.Budgets.Runaway;

/// <summary>Rounds of tool calls that repeat at the end of a conversation: A-A, A-B-A-B, A-B-C-A-B-C and so on, with equal results.</summary>
/// <param name="Length">Rounds of one turn of the cycle.</param>
/// <param name="Times">How often in a row it was gone through.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ToolCycle(int Length, int Times)
{
    /// <summary>The shortest cycle at the end; null: there is none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="fromRound">Rounds before this one are not looked at.</param>
    public static ToolCycle? Find(RunStep step, int fromRound)
    {
        Span<RunFingerprint> rounds = stackalloc RunFingerprint[RunStep.MaxExchanges];
        rounds = rounds[..Fold(step, fromRound, rounds)];
        for (int length = 1; length <= RunThresholds.LongestCycle && length * 2 <= rounds.Length; length++)
        {
            int times = Repeats(rounds, length);
            if (times >= (length == 1 ? RunThresholds.SameRound : RunThresholds.SameCycle))
            {
                return new ToolCycle(length, times);
            }
        }

        return null;
    }

    /// <summary>Whether the latest round called exempt tools alone.</summary>
    public static bool EndsExempt(RunStep step)
    {
        if (step.Exchanges is not [.., var last] || step.Exempt.Count == 0)
        {
            return false;
        }

        for (int i = step.Exchanges.Count - 1; i >= 0 && step.Exchanges[i].Round == last.Round; i--)
        {
            if (!step.Exempt.Contains(step.Exchanges[i].Tool))
            {
                return false;
            }
        }

        return true;
    }

    // Parallel calls are one round, or two files read twice in parallel would look like a cycle at once. Exempt calls are not there at all.
    private static int Fold(RunStep step, int fromRound, Span<RunFingerprint> rounds)
    {
        int count = 0;
        int round = -1;
        foreach (ToolExchange exchange in step.Exchanges.Skip(Math.Max(0, step.Exchanges.Count - RunStep.MaxExchanges)))
        {
            if (exchange.Round < fromRound || step.Exempt.Contains(exchange.Tool))
            {
                continue;
            }

            if (exchange.Round != round)
            {
                round = exchange.Round;
                rounds[count++] = exchange.Said;
            }

            rounds[count - 1] = rounds[count - 1].Then(exchange.Call).Then(exchange.Result);
        }

        return count;
    }

    private static int Repeats(ReadOnlySpan<RunFingerprint> rounds, int length)
    {
        ReadOnlySpan<RunFingerprint> last = rounds[^length..];
        int times = 1;
        while ((times + 1) * length <= rounds.Length && rounds.Slice(rounds.Length - ((times + 1) * length), length).SequenceEqual(last))
        {
            times++;
        }

        return times;
    }
}
