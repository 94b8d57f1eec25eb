using System.Collections.Frozen;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Releases.Guards;

namespace Causeway.Gateway.Rollouts;

/// <summary>In which ways a request was bad, as far as it shows by itself.</summary>
internal static class Badness
{
    // As each protocol says it: OpenAI's finish_reason and incomplete_details, Anthropic's and Bedrock's stop_reason, Gemini's finishReason.
    private static readonly FrozenSet<string> s_refusals = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "refusal", "content_filter", "content_filtered", "guardrail_intervened", "safety", "prohibited_content", "blocklist", "spii", "image_safety", "recitation", "language");

    private static readonly FrozenSet<string> s_caps = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "length", "max_tokens", "max_output_tokens", "model_context_window_exceeded");

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
        if (course.Meter?.StopReason is { } stop)
        {
            bad |= s_refusals.Contains(stop) ? Bad.Refusal : s_caps.Contains(stop) ? Bad.Truncated : Bad.None;
        }

        return settled is { Source: UsageSource.Provider, Tokens.Output: 0 } && course.Meter?.StopReason is not null ? bad | Bad.Empty : bad;
    }
}
