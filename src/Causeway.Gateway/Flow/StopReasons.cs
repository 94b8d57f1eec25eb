using System.Collections.Frozen;
using Causeway.Releases.Sentinel;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>What a protocol's word for the end of an answer means: OpenAI's finish_reason and incomplete_details, Anthropic's and Bedrock's stop_reason, Gemini's finishReason.</summary>
internal static class StopReasons
{
    private static readonly FrozenDictionary<string, AnswerEnding> s_endings = new (AnswerEnding Ending, string[] Words)[]
    {
        (AnswerEnding.Stop, ["stop", "end_turn", "stop_sequence", "completed", "complete"]),
        (AnswerEnding.ToolUse, ["tool_calls", "tool_use", "function_call"]),
        (AnswerEnding.Length, ["length", "max_tokens", "max_output_tokens", "model_context_window_exceeded"]),
        (AnswerEnding.Refusal, ["refusal", "content_filter", "content_filtered", "guardrail_intervened", "safety", "prohibited_content", "blocklist", "spii", "image_safety", "recitation", "language"]),
    }.SelectMany(entry => entry.Words.Select(word => KeyValuePair.Create(word, entry.Ending))).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>How an answer ended. OpenAI's models say in a field of its own that they refuse, and stop as ever.</summary>
    /// <param name="meter">What has read it; null: nothing has.</param>
    public static AnswerEnding EndingOf(ResponseMeter? meter) => meter is { Refuses: true } ? AnswerEnding.Refusal : EndingOf(meter?.StopReason);

    /// <summary>How an answer ended.</summary>
    /// <param name="stop">The protocol's word; null: it said none.</param>
    public static AnswerEnding EndingOf(string? stop) => stop is not null && s_endings.TryGetValue(stop, out AnswerEnding ending) ? ending : AnswerEnding.Other;
}
