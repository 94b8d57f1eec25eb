namespace Causeway.Budgets.Runaway;

/// <summary>How stages, signals and limits are spelled in the API, the audit and the docs.</summary>
public static class RunWords
{
    /// <summary><c>watching</c>, <c>warned</c>, <c>throttled</c>, <c>needs_approval</c> or <c>suspended</c>.</summary>
    public static string Of(RunStage stage) => stage switch
    {
        RunStage.Watching => "watching",
        RunStage.Warned => "warned",
        RunStage.Throttled => "throttled",
        RunStage.NeedsApproval => "needs_approval",
        _ => "suspended",
    };

    /// <summary><c>same_request</c>, <c>tool_cycle</c>, <c>context_growth</c>, <c>same_error</c>, <c>burn_rate</c> or <c>minting</c>; null: no loop was seen.</summary>
    public static string? Of(RunSignal signal) => signal switch
    {
        RunSignal.SameRequest => "same_request",
        RunSignal.ToolCycle => "tool_cycle",
        RunSignal.ContextGrowth => "context_growth",
        RunSignal.SameError => "same_error",
        RunSignal.BurnRate => "burn_rate",
        RunSignal.Minting => "minting",
        _ => null,
    };

    /// <summary><c>calls</c>, <c>depth</c>, <c>wall_time</c> or <c>money</c>.</summary>
    public static string Of(RunLimit limit) => limit switch
    {
        RunLimit.Calls => "calls",
        RunLimit.Depth => "depth",
        RunLimit.WallTime => "wall_time",
        _ => "money",
    };
}
