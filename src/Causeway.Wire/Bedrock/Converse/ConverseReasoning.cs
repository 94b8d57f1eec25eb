using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>How models other than Claude are told to think: an effort, the one word that the protocol itself has.</summary>
internal static class ConverseReasoning
{
    public static bool IsOff(ReasoningAsk? ask) => ask is { Effort: Effort.None } or { Effort: null, BudgetTokens: 0 };

    /// <summary>The word of <c>outputConfig.effort</c>; null where the model is to decide.</summary>
    public static string? WordOf(ReasoningAsk? ask) => ask switch
    {
        null or { Effort: null, BudgetTokens: null or < 0 } => null,
        _ when IsOff(ask) => null,
        { Effort: Effort.Minimal } => "low",
        { Effort: { } effort } => Efforts.Word(effort),
        { BudgetTokens: { } tokens } => Efforts.Word(Efforts.OfBudget(tokens)),
    };
}
