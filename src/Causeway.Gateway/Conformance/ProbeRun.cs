using System.Collections.Immutable;

namespace Causeway.Gateway.Conformance;

/// <summary>One run of probes, as far as it is. Safe to read from any thread.</summary>
public sealed class ProbeRun
{
    private readonly Lock _turn = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _bounded;

    internal ProbeRun(string id, ProbePlan plan, DateTimeOffset at) => (Id, Plan, StartedAt) = (id, plan, at);

    /// <summary><c>run_</c> and 32 hex digits.</summary>
    public string Id { get; }

    /// <summary>What is probed.</summary>
    public ProbePlan Plan { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>When it ended; null: it runs.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>How it stands.</summary>
    public ProbeRunState State { get; private set; } = ProbeRunState.Running;

    /// <summary>Probes that it has in all.</summary>
    public int Total => Plan.Pins.Count * Plan.Probes.Count;

    /// <summary>What came so far, in the order in which it came.</summary>
    public ImmutableList<ProbeResult> Results { get; private set; } = [];

    /// <summary>What it cost so far, nano-USD, unpriced models apart.</summary>
    public long SpentNanoUsd => Results.Sum(result => result.CostNanoUsd ?? 0);

    /// <summary>Ends when the run has ended, however.</summary>
    public Task Over => _over.Task;

    internal void Add(ProbeResult result)
    {
        lock (_turn)
        {
            Results = Results.Add(result);
        }
    }

    /// <summary>A probe was left out because it could have gone beyond the bound.</summary>
    internal void Bounded() => _bounded = true;

    internal void End(ProbeRunState state, DateTimeOffset at)
    {
        lock (_turn)
        {
            EndedAt = at;
            State = state == ProbeRunState.Completed && _bounded ? ProbeRunState.Bounded : state;
        }

        _over.TrySetResult();
    }
}

/// <summary>How a run of probes stands.</summary>
public enum ProbeRunState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>Every probe was sent.</summary>
    Completed,

    /// <summary>It ended at its bound in money.</summary>
    Bounded,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>It failed inside Causeway; the log says why.</summary>
    Failed,
}
