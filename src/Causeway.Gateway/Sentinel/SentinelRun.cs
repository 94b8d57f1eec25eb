namespace Causeway.Gateway.Sentinel;

/// <summary>One run of questions to a pin, as far as it is. Safe to read from any thread.</summary>
public sealed class SentinelRun
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _problem;
    private volatile bool _isOver;
    private int _calls;
    private int _unanswered;
    private long _cost;

    internal SentinelRun(SentinelPlan plan, string by, string? reason, DateTimeOffset at) => (Plan, By, Reason, StartedAt) = (plan, by, reason, at);

    /// <summary>What was planned.</summary>
    public SentinelPlan Plan { get; }

    /// <summary>Who wanted it.</summary>
    public string By { get; }

    /// <summary>Why; null: nobody said.</summary>
    public string? Reason { get; }

    /// <summary>When it began, UTC.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>It is over, however.</summary>
    public bool IsOver => _isOver;

    /// <summary>Why it came to nothing; null: it did not, or runs.</summary>
    public string? Problem => _problem;

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Of those, how many were not answered.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>What they cost so far, nano-USD.</summary>
    public long CostNanoUsd => Interlocked.Read(ref _cost);

    /// <summary>Ends when the run has ended.</summary>
    public Task Over => _over.Task;

    internal void Called(bool isAnswered, long cost)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _cost, cost);
        if (!isAnswered)
        {
            Interlocked.Increment(ref _unanswered);
        }
    }

    internal void Fail(string problem) => _problem ??= problem;

    internal void End()
    {
        _isOver = true;
        _over.TrySetResult();
    }
}

/// <summary>What is to be asked of a pin, and what that takes at most.</summary>
/// <param name="Pin"><c>provider/model</c>.</param>
/// <param name="Kind">What for.</param>
/// <param name="Calls">Calls at most.</param>
/// <param name="CeilingNanoUsd">What they cost at most, nano-USD; null: the model is unpriced, and only the calls are bounded.</param>
/// <param name="MaxNanoUsd">No call is made that could go beyond, nano-USD.</param>
public sealed record SentinelPlan(string Pin, SentinelRunKind Kind, int Calls, long? CeilingNanoUsd, long MaxNanoUsd);

/// <summary>What a pin is asked for.</summary>
public enum SentinelRunKind
{
    /// <summary>Border prompts are looked for, and how they are answered is measured.</summary>
    Baseline,

    /// <summary>They are asked again, and compared.</summary>
    Cycle,

    /// <summary>A cycle raised an alarm: they are asked anew, three times as often.</summary>
    Confirmation,
}
