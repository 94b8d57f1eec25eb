using System.ComponentModel;
using Causeway.Budgets.Runaway;

namespace Causeway.Admin.Runs;

/// <summary>A run of an agent as it stands.</summary>
internal sealed record WatchedRun
{
    [Description("The run's id, as its calls name it.")]
    public required string Run { get; init; }

    [Description("The grant that pays for it.")]
    public required string Grant { get; init; }

    public required string Feature { get; init; }

    [Description("Where on the ladder it stands: watching, warned, throttled, needs_approval or suspended.")]
    public required string Stage { get; init; }

    [Description("By what the loop is known: same_request, tool_cycle, context_growth, same_error, burn_rate or minting; absent: none was seen.")]
    public string? Signal { get; init; }

    [Description("The limit that refused its last call: calls, depth, wall_time or money; absent: none did.")]
    public string? Limit { get; init; }

    [Description("What was seen, in words and numbers.")]
    public required string Explanation { get; init; }

    [Description("Calls that were let through since it began or was last lifted.")]
    public required long Calls { get; init; }

    [Description("Calls that were refused since then.")]
    public required long Refused { get; init; }

    [Description("What its calls cost since then, nano-USD.")]
    public required long CostNanoUsd { get; init; }

    [Description("The same in USD, exact.")]
    public required string CostUsd { get; init; }

    [Description("When it began or was last lifted.")]
    public required DateTimeOffset Since { get; init; }

    [Description("When it last asked for something.")]
    public required DateTimeOffset LastCall { get; init; }

    public static WatchedRun Of(RunView run) => new()
    {
        Run = run.Key.Run,
        Grant = run.Key.Grant.ToString(),
        Feature = run.Feature,
        Stage = RunWords.Of(run.Stage),
        Signal = RunWords.Of(run.Signal),
        Limit = run.Limit is { } limit ? RunWords.Of(limit) : null,
        Explanation = run.Explanation,
        Calls = run.Calls,
        Refused = run.Refused,
        CostNanoUsd = run.CostNanoUsd,
        CostUsd = Money.Usd(run.CostNanoUsd),
        Since = run.Since,
        LastCall = run.LastCall,
    };
}

/// <summary>Runs, the one that called last first.</summary>
internal sealed record WatchedRunList(
    [property: Description("The one that called last first.")] IReadOnlyList<WatchedRun> Runs);
