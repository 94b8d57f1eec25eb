namespace Causeway.Budgets.Runaway;

/// <summary>How much a guard remembers, and for how long.</summary>
public sealed record RunGuardOptions
{
    /// <summary>Runs that are remembered, 1 or more, default 50,000 (some 100 MB if every one is long). Beyond them the one that was idle longest is forgotten.</summary>
    public int MaxRuns { get; init; } = 50_000;

    /// <summary>How long a run may be idle before it is forgotten, default one hour.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The same for a run that a person has to lift, default one day.</summary>
    public TimeSpan StoppedIdle { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>
/// Watches runs of agents for loops and limits, and stops them in steps: warning, wait, approval, suspension. Thread-safe. All is in memory,
/// bounded, and gone with the process; what was said is kept as keyed fingerprints only.
/// </summary>
/// <remarks>The signs and the ladder: docs/runaway.md.</remarks>
/// <param name="time">The clock.</param>
/// <param name="options">Bounds; null: the defaults.</param>
public sealed class RunGuard(TimeProvider time, RunGuardOptions? options = null)
{
    private readonly RunGuardOptions _options = options ?? new RunGuardOptions();
    private readonly BurnRates _rates = new();
    private readonly Lock _turn = new();
    private readonly Dictionary<RunKey, LinkedListNode<TrackedRun>> _runs = [];
    private readonly LinkedList<TrackedRun> _idleFirst = new();

    /// <summary>Runs that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>Decides about a call before it is made. Every call of a run is asked for, exactly once.</summary>
    /// <param name="key">The run; begun if it is not known.</param>
    /// <param name="step">What the call shows.</param>
    /// <param name="limits">What the run may come to.</param>
    public RunVerdict Before(RunKey key, RunStep step, RunLimits limits)
    {
        TrackedRun run = Open(key, step.Feature);
        lock (run)
        {
            return run.Before(step, limits);
        }
    }

    /// <summary>Holds what a call may cost at most of what the run may, after <see cref="Before"/> let it through. What is held is given back by <see cref="After"/>.</summary>
    /// <param name="key">The run; one that was forgotten meanwhile holds nothing.</param>
    /// <param name="nanoUsd">The most that the call may cost, nano-USD.</param>
    /// <param name="limits">What the run may come to.</param>
    /// <returns>Why there is no room; null: it is held.</returns>
    public RunVerdict? Hold(RunKey key, long nanoUsd, RunLimits limits)
    {
        if (limits.NanoUsd is not { } most || Find(key) is not { } run)
        {
            return null;
        }

        lock (run)
        {
            return run.Hold(nanoUsd, most);
        }
    }

    /// <summary>Tells how a call ended that <see cref="Before"/> let through. A run that was forgotten meanwhile stays so.</summary>
    public void After(RunKey key, RunOutcome outcome)
    {
        if (Find(key) is { } run)
        {
            lock (run)
            {
                run.After(outcome);
            }
        }
    }

    /// <summary>Decides about a child grant or token before it is minted. Every one is asked for, exactly once.</summary>
    /// <param name="key">The run that mints; begun if it is not known.</param>
    /// <param name="feature">Its feature.</param>
    public RunVerdict Minted(RunKey key, string feature)
    {
        TrackedRun run = Open(key, feature);
        lock (run)
        {
            return run.Minted(feature);
        }
    }

    /// <summary>Lets a run go on: nothing that was seen of it counts any longer, and its limits begin anew.</summary>
    /// <returns>The run as it is now; null: it is not known, so nothing holds it.</returns>
    public RunView? Lift(RunKey key)
    {
        if (Find(key) is not { } run)
        {
            return null;
        }

        lock (run)
        {
            run.Lift();
            return run.View();
        }
    }

    /// <summary>The run as it is now; null: it is not known.</summary>
    public RunView? Show(RunKey key)
    {
        if (Find(key) is not { } run)
        {
            return null;
        }

        lock (run)
        {
            return run.View();
        }
    }

    /// <summary>The runs that are known, the one that called last first.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="atLeast">Only those that stand there or higher on the ladder, and those that a limit refuses.</param>
    public IReadOnlyList<RunView> List(int most = 1000, RunStage atLeast = RunStage.Watching)
    {
        TrackedRun[] runs;
        lock (_turn)
        {
            runs = [.. _idleFirst];
        }

        List<RunView> views = [];
        foreach (TrackedRun run in runs)
        {
            lock (run)
            {
                RunView view = run.View();
                if (!IsOver(run) && (view.Stage >= atLeast || view.Limit is not null))
                {
                    views.Add(view);
                }
            }
        }

        views.Sort((one, other) => other.LastCall.CompareTo(one.LastCall));
        return views.Count <= most ? views : views[..most];
    }

    private bool IsOver(TrackedRun run) => run.Idle >= (run.IsStopped ? _options.StoppedIdle : _options.Idle);

    private TrackedRun? Find(RunKey key)
    {
        lock (_turn)
        {
            return _runs.TryGetValue(key, out LinkedListNode<TrackedRun>? known) && !IsOver(known.Value) ? known.Value : null;
        }
    }

    private TrackedRun Open(RunKey key, string feature)
    {
        lock (_turn)
        {
            if (_runs.TryGetValue(key, out LinkedListNode<TrackedRun>? known))
            {
                if (!IsOver(known.Value))
                {
                    _idleFirst.Remove(known);
                    _idleFirst.AddLast(known);
                    return known.Value;
                }

                Forget(known);
            }

            Sweep();
            LinkedListNode<TrackedRun> begun = new(new TrackedRun(key, feature, time, _rates));
            _runs.Add(key, begun);
            _idleFirst.AddLast(begun);
            return begun.Value;
        }
    }

    // A new run pays for two old ones, so that idle runs go without a timer and no call pays for many.
    private void Sweep()
    {
        for (int i = 0; i < 2 && _idleFirst.First is { } first; i++)
        {
            if (IsOver(first.Value) || _runs.Count >= _options.MaxRuns)
            {
                Forget(first);
            }
            else if (first.Value.IsStopped && first.Value.Idle >= _options.Idle)
            {
                _idleFirst.Remove(first); // It waits for a person; others behind it may be over.
                _idleFirst.AddLast(first);
            }
        }
    }

    private void Forget(LinkedListNode<TrackedRun> node)
    {
        _runs.Remove(node.Value.Key);
        _idleFirst.Remove(node);
        lock (node.Value)
        {
            node.Value.CloseMinute();
        }
    }
}
