using Causeway.Budgets.Grants;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Flow;

namespace Causeway.Gateway.Runaway;

/// <summary>What the watch says of one call. Given back to <see cref="RunWatch.After"/> when the call was let through and has ended.</summary>
/// <param name="Key">The run.</param>
/// <param name="Request">The request's fingerprint; null: it may be repeated freely.</param>
internal sealed record RunCheck(RunKey Key, RunFingerprint? Request)
{
    /// <summary>What is held for it of the run's money, nano-USD.</summary>
    public long HeldNanoUsd { get; init; }

    /// <summary>Why the call is refused; null: it is let through.</summary>
    public GatewayError? Error { get; init; }

    /// <summary>What <see cref="RunWatch.WarningHeader"/> says, visible ASCII and blanks; null: nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>What the audit keeps; null: nothing was seen.</summary>
    public RunAction? Action { get; init; }
}

/// <summary>One thing that was done about a run, for the audit: every warning, and every refusal.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Grant">Whose.</param>
/// <param name="Code"><c>loop_warning</c>, <c>loop_throttled</c>, <c>loop_suspended</c> or <c>run_limit</c>.</param>
/// <param name="Stage">Where on the ladder the run stands now.</param>
/// <param name="Signal">By what the loop is known; none where a limit decided.</param>
/// <param name="Limit">The limit that decided; null: none did.</param>
/// <param name="Explanation">What was seen, in plain words and numbers; nothing that the run said.</param>
/// <param name="At">When.</param>
internal sealed record RunAction(string Run, GrantId Grant, string Code, RunStage Stage, RunSignal Signal, RunLimit? Limit, string Explanation, DateTimeOffset At);
