namespace Causeway.Simulator.Providers.Compatible;

internal static class GrokRules
{
    private static readonly string[] s_refusedWhenReasoning = ["presence_penalty", "frequency_penalty", "stop"];

    public static Rejection? Check(Incoming incoming, string model) =>
        Reasons(model) && s_refusedWhenReasoning.FirstOrDefault(name => incoming.Json.Member(name) is not null) is { } refused
            ? new(400, "invalid_request_error", $"Argument not supported on this model: {refused}") { Param = refused }
            : null;

    /// <summary>All since 4 reason, but for the variants that say they do not.</summary>
    public static bool Reasons(string model) =>
        model.StartsWith("grok-4", StringComparison.Ordinal) && !model.EndsWith("-non-reasoning", StringComparison.Ordinal);

    /// <summary>Before 4.5, reasoning is not counted as part of the completion.</summary>
    public static bool CountsReasoningApart(string model) =>
        model.StartsWith("grok-3", StringComparison.Ordinal) || model is "grok-4" or "grok-4.3"
        || model.StartsWith("grok-4-", StringComparison.Ordinal) || model.StartsWith("grok-4.20", StringComparison.Ordinal);
}
