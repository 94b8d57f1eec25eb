namespace Causeway.Budgets.Runaway;

/// <summary>How far a run is up the ladder. Each further sign of a loop takes it one up; five calls without any take it one down.</summary>
public enum RunStage
{
    /// <summary>Nothing was seen.</summary>
    Watching,

    /// <summary>A loop shows. The call is let through, with a warning.</summary>
    Warned,

    /// <summary>The call is refused, and every other of the run until the wait is over.</summary>
    Throttled,

    /// <summary>Calls that go on with the loop are refused; others are let through. A person can lift it.</summary>
    NeedsApproval,

    /// <summary>Every call of the run is refused until a person lifts it.</summary>
    Suspended,
}

/// <summary>By what a loop is known.</summary>
public enum RunSignal
{
    /// <summary>No loop is seen.</summary>
    None,

    /// <summary>The same normalised request again and again.</summary>
    SameRequest,

    /// <summary>The same tool calls in the same order with the same results.</summary>
    ToolCycle,

    /// <summary>The context grows, and neither a tool nor a person said anything new.</summary>
    ContextGrowth,

    /// <summary>The same kind of error again and again.</summary>
    SameError,

    /// <summary>Money goes far faster than is usual for the feature.</summary>
    BurnRate,

    /// <summary>The run mints child grants or tokens by the dozen.</summary>
    Minting,
}

/// <summary>What becomes of a call of a run.</summary>
/// <param name="Allowed">The call may be made.</param>
/// <param name="Stage">Where on the ladder the run stands after it.</param>
/// <param name="Signal">Why it stands there; <see cref="RunSignal.None"/>: no loop was seen, or a limit decided.</param>
/// <param name="Code"><c>loop_warning</c>, <c>loop_throttled</c>, <c>loop_suspended</c> or <c>run_limit</c>; null: there is nothing to say.</param>
/// <param name="Explanation">What was seen, in plain words and numbers; holds nothing that the run said. Empty where there is nothing to say.</param>
public sealed record RunVerdict(bool Allowed, RunStage Stage, RunSignal Signal, string? Code, string Explanation)
{
    /// <summary>The code of a call that is let through with a warning.</summary>
    public const string LoopWarning = "loop_warning";

    /// <summary>The code of a call that has to wait: 429.</summary>
    public const string LoopThrottled = "loop_throttled";

    /// <summary>The code of a call that waits for a person: 403.</summary>
    public const string LoopSuspended = "loop_suspended";

    /// <summary>The code of a call beyond a limit of its run: 403.</summary>
    public const string RunLimitReached = "run_limit";

    /// <summary>The limit that decided; null: none did.</summary>
    public RunLimit? Limit { get; init; }

    /// <summary>When to come back; null: time does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The call may be made and nothing was seen.</summary>
    internal static RunVerdict Pass(RunStage stage) => s_passes[(int)stage];

    private static readonly RunVerdict[] s_passes = [.. Enum.GetValues<RunStage>().Select(stage => new RunVerdict(true, stage, RunSignal.None, null, ""))];
}

/// <summary>A run as an operator sees it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Feature">Whose.</param>
/// <param name="Stage">Where on the ladder it stands.</param>
/// <param name="Signal">What took it there last; <see cref="RunSignal.None"/>: nothing.</param>
/// <param name="Limit">The limit that refused its last call; null: none did.</param>
/// <param name="Explanation">What was seen, in plain words and numbers; empty: nothing.</param>
/// <param name="Calls">Calls let through since it began or was last lifted.</param>
/// <param name="Refused">Calls refused since then.</param>
/// <param name="CostNanoUsd">What its calls cost since then, nano-USD.</param>
/// <param name="Since">When it began, or was last lifted.</param>
/// <param name="LastCall">When it last asked for something.</param>
public sealed record RunView(
    RunKey Key,
    string Feature,
    RunStage Stage,
    RunSignal Signal,
    RunLimit? Limit,
    string Explanation,
    long Calls,
    long Refused,
    long CostNanoUsd,
    DateTimeOffset Since,
    DateTimeOffset LastCall);
