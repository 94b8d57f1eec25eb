using Causeway.Gateway.Conformance;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Sentinel;

namespace Causeway.Gateway.Sentinel;

/// <summary>Asks a pin its border prompts and keeps what they show. What a run has used is booked with the pin, also where it is cut short.</summary>
internal sealed class SentinelRunner(BorderCall call, SentinelBook book, CandidateLease lease, TimeProvider time)
{
    private const int Together = 8;
    private const int Chunk = 40; // Prompts of the search that are asked before it is looked at what they show.

    /// <summary>Does what the run's plan says.</summary>
    /// <returns>The pin before and after; null: nothing could be said of it.</returns>
    public async Task<(WatchedPin Before, WatchedPin After)?> RunAsync(SentinelRun run, UsedPin used, CancellationToken cancellation)
    {
        Asking asking = new(run, used, new ProbePurse(run.Plan.MaxNanoUsd));
        try
        {
            return run.Plan.Kind == SentinelRunKind.Baseline ? await BaselineAsync(asking, cancellation) : await CompareAsync(asking, cancellation);
        }
        finally
        {
            // What a person has measured does not count against the calls that the pin may take by itself; its cost does.
            await book.ChangeAsync(used.Pin.Provider, used.Pin.Model, pin => pin.Spent(SentinelRules.DayOf(time.GetUtcNow()), run.Plan.Kind == SentinelRunKind.Baseline ? 0 : run.Calls, run.CostNanoUsd), CancellationToken.None);
        }
    }

    private async Task<(WatchedPin Before, WatchedPin After)?> BaselineAsync(Asking asking, CancellationToken cancellation)
    {
        Dictionary<string, List<string>> answers = new(StringComparer.Ordinal);
        foreach (string[] some in BorderSearch.Prompts.Chunk(Chunk))
        {
            await DrawAsync(asking, some, SentinelRules.FirstDraws, answers, cancellation);
            if (asking.Run.Problem is not null || asking.IsDown)
            {
                return await WithoutAsync(asking);
            }

            if (answers.Values.Count(BorderSearch.Splits) >= SentinelRules.Closer)
            {
                break;
            }
        }

        string[] closer = [.. answers.Where(one => BorderSearch.Splits(one.Value)).Select(one => one.Key).Take(SentinelRules.Closer)];
        await DrawAsync(asking, closer, SentinelRules.CloserDraws, answers, cancellation);
        IReadOnlyList<string> ties = BorderSearch.Nearest(closer.Select(prompt => (prompt, (IReadOnlyCollection<string>)answers[prompt])));
        if (asking.Run.Problem is null && ties.Count < SentinelRules.LeastKept)
        {
            asking.Run.Fail($"of {answers.Count} prompts {ties.Count} were nearly a tie, and {SentinelRules.LeastKept} are needed: it answers them always alike, or not with a word. What its answers say of themselves is looked at all the same");
        }

        Dictionary<string, List<string>> kept = new(StringComparer.Ordinal);
        if (asking.Run.Problem is null)
        {
            await DrawAsync(asking, ties, SentinelRules.BaselineDraws, kept, cancellation);
        }

        BorderPrompt[] prompts = [.. kept.Select(one => BorderSearch.Baseline(one.Key, one.Value)).OfType<BorderPrompt>().Where(prompt => prompt.Draws >= SentinelRules.BaselineDraws / 2)];
        if (asking.Run.Problem is not null || asking.IsDown || prompts.Length < SentinelRules.LeastKept)
        {
            return await WithoutAsync(asking);
        }

        return await book.ChangeAsync(
            asking.Used.Pin.Provider,
            asking.Used.Pin.Model,
            pin => pin with { Baseline = new PinBaseline(time.GetUtcNow(), asking.Run.By, asking.Run.Reason, prompts), NoBaseline = null, LastCycle = null, Cycles = 0, AlarmAt = null },
            CancellationToken.None);
    }

    private async Task<(WatchedPin Before, WatchedPin After)?> CompareAsync(Asking asking, CancellationToken cancellation)
    {
        WatchedPin pin = book.Find(asking.Used.Pin.Provider, asking.Used.Pin.Model)!;
        IReadOnlyList<BorderPrompt> prompts = pin.Baseline!.Prompts;
        int each = asking.Run.Plan.Kind == SentinelRunKind.Confirmation ? BorderTest.ConfirmDraws : BorderTest.CycleDraws;
        Dictionary<string, List<string>> answers = new(StringComparer.Ordinal);
        await DrawAsync(asking, [.. prompts.Select(prompt => prompt.Text)], each, answers, cancellation);
        if (asking.Run.Problem is not null || prompts.Any(prompt => answers[prompt.Text].Count < each / 2))
        {
            return Failed(asking);
        }

        int[] top = [.. prompts.Select(prompt => answers[prompt.Text].Count(answer => answer == prompt.Top))];
        int[] draws = [.. prompts.Select(prompt => answers[prompt.Text].Count)];
        DateTimeOffset at = pin.Baseline.At;

        // Of a baseline that was made anew meanwhile these answers say nothing.
        return await book.ChangeAsync(
            pin.Provider, pin.Model, now => now.Baseline?.At == at && now.AlarmAt == pin.AlarmAt ? SentinelRules.After(now, top, draws, time.GetUtcNow()) : null, CancellationToken.None);
    }

    // A baseline that there is stays.
    private async Task<(WatchedPin Before, WatchedPin After)?> WithoutAsync(Asking asking)
    {
        (WatchedPin Before, WatchedPin After)? failed = Failed(asking);
        await book.ChangeAsync(asking.Used.Pin.Provider, asking.Used.Pin.Model, pin => pin with { NoBaseline = asking.Run.Problem }, CancellationToken.None);
        return failed;
    }

    private static (WatchedPin Before, WatchedPin After)? Failed(Asking asking)
    {
        asking.Run.Fail($"{asking.Run.Unanswered} of {asking.Run.Calls} calls were not answered: {asking.LastProblem}");
        return null;
    }

    private async Task DrawAsync(Asking asking, IReadOnlyList<string> prompts, int draws, Dictionary<string, List<string>> answers, CancellationToken cancellation)
    {
        foreach (string prompt in prompts)
        {
            answers.TryAdd(prompt, []);
        }

        // By turns: what changes within the run meets every prompt alike.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, draws).SelectMany(_ => prompts),
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellation },
            async (prompt, stop) =>
            {
                if (asking.Run.Problem is null && !asking.IsDown && await AskAsync(asking, prompt, stop) is { } answer)
                {
                    lock (answers)
                    {
                        answers[prompt].Add(answer);
                    }
                }
            });
    }

    private async Task<string?> AskAsync(Asking asking, string prompt, CancellationToken cancellation)
    {
        SentinelRun run = asking.Run;
        long ceiling = BorderCall.CeilingOf(asking.Used.Route, prompt, time.GetUtcNow()) ?? 0;
        if (!asking.Purse.TryHold(ceiling))
        {
            run.Fail("it ended at its bound in money");
            return null;
        }

        long cost = 0;
        try
        {
            (string? answer, cost, string? problem) = await call.AskAsync(asking.Used.Route, asking.Used.Served, lease, prompt, cancellation);
            run.Called(answer is not null, cost);
            asking.LastProblem = problem ?? asking.LastProblem;
            return answer;
        }
        finally
        {
            asking.Purse.Settle(ceiling, cost);
        }
    }

    private sealed class Asking(SentinelRun run, UsedPin used, ProbePurse purse)
    {
        private const int Enough = 16;
        private volatile string? _lastProblem;

        public SentinelRun Run => run;

        public UsedPin Used => used;

        public ProbePurse Purse => purse;

        // More than half of the calls fail: the rest would too.
        public bool IsDown => run.Unanswered >= Enough && run.Unanswered * 2 > run.Calls;

        public string? LastProblem
        {
            get => _lastProblem;
            set => _lastProblem = value;
        }
    }
}
