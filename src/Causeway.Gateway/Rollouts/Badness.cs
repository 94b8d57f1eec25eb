using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Releases.Guards;
using Causeway.Releases.Sentinel;

namespace Causeway.Gateway.Rollouts;

/// <summary>In which ways a request was bad, as far as it shows by itself.</summary>
internal static class Badness
{
    public static Bad Of(Course course, Ending ending, Settlement settled)
    {
        if (ending.Outcome != Outcome.Completed)
        {
            return ending.ErrorCode switch
            {
                "upstream_timeout" => Bad.Timeout,
                "contract_violated" or "answer_empty" => Bad.ContractInvalid,
                "release_revoked" or "grant_revoked" or "budget_ended" or "journal_failed" => Bad.None, // Not the release's doing.
                _ => Bad.Error,
            };
        }

        Bad bad = course.ContractOutcome switch
        {
            "violated" => Bad.ContractInvalid,
            "blank" => Bad.ContractInvalid | Bad.Empty,
            "refused" => Bad.Refusal,
            "truncated" => Bad.Truncated,
            _ => Bad.None,
        };
        bad |= StopReasons.EndingOf(course.Meter) switch
        {
            AnswerEnding.Refusal => Bad.Refusal,
            AnswerEnding.Length => Bad.Truncated,
            _ => Bad.None,
        };

        // What was thought reached nobody. A call of a tool is generated too.
        return settled.Source == UsageSource.Provider && settled.Tokens.Output <= settled.Tokens.Reasoning && course.Meter is { } meter && Compose.Generates(meter.Operation) ? bad | Bad.Empty : bad;
    }
}
