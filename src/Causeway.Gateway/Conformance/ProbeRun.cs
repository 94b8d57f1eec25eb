using System.Collections.Immutable;

namespace Causeway.Gateway.Conformance;

/// <summary>One run of probes, as far as it is. Safe to read from any thread.</summary>
public sealed class ProbeRun
{
    private readonly Lock _turn = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _bounded;
    private volatile Standing _standing = new(ProbeRunState.Running, null, []);

    internal ProbeRun(string id, ProbePlan plan, DateTimeOffset at) => (Id, Plan, StartedAt) = (id, plan, at);

    /// <summary><c>run_</c> and 32 hex digits.</summary>
    public string Id { get; }

    /// <summary>What is probed.</summary>
    public ProbePlan Plan { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>When it ended; null: it runs.</summary>
    public DateTimeOffset? EndedAt => _standing.EndedAt;

    /// <summary>How it stands.</summary>
    public ProbeRunState State => _standing.State;

    /// <summary>Probes that it has in all.</summary>
    public int Total => Plan.Pins.Count * Plan.Probes.Count;

    /// <summary>What came so far, in the order in which it came.</summary>
    public ImmutableList<ProbeResult> Results => _standing.Results;

    /// <summary>Ends when the run has ended, however.</summary>
    public Task Over => _over.Task;

    internal void Add(ProbeResult result)
    {
        lock (_turn)
        {
            _standing = _standing with { Results = _standing.Results.Add(result) };
        }
    }

    /// <summary>A probe was left out because it could have gone beyond the bound.</summary>
    internal void Bounded() => _bounded = true;

    internal void End(ProbeRunState state, DateTimeOffset at)
    {
        lock (_turn)
        {
            _standing = _standing with { EndedAt = at, State = state == ProbeRunState.Completed && _bounded ? ProbeRunState.Bounded : state };
        }

        _over.TrySetResult();
    }

    // Swapped whole, so that a reader sees one moment.
    private sealed record Standing(ProbeRunState State, DateTimeOffset? EndedAt, ImmutableList<ProbeResult> Results);
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
