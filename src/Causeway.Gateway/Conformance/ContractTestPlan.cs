using Causeway.Gateway.Policy;
using Causeway.Releases.Pins;

namespace Causeway.Gateway.Conformance;

/// <summary>Which contract is tried on which pins of a channel, with what, and what that may cost.</summary>
/// <param name="Contract">The contract; it need not be that of the channel's release.</param>
/// <param name="Channel">The channel, whose prompt and parameters are sent along.</param>
/// <param name="Pins">Pins of its release, in the order in which they are tried.</param>
/// <param name="Prompts">What the models are asked; each is a request of its own.</param>
/// <param name="MaxNanoUsd">No prompt is begun once this is spent, nano-USD; 0: nothing is sent.</param>
public sealed record ContractTestPlan(
    ServedContract Contract, ServedChannel Channel, IReadOnlyList<Pin> Pins, IReadOnlyList<string> Prompts, long MaxNanoUsd)
{
    /// <summary>The most prompts of one test.</summary>
    public const int MaxPrompts = 8;

    /// <summary>The longest prompt, bytes of UTF-8.</summary>
    public const int MaxPromptBytes = 4 * 1024;

    /// <summary>Tokens of an answer. A release that allows fewer stands.</summary>
    public const int MaxOutputTokens = 4096;

    /// <summary>What may be spent where nothing else is said: 0.50 USD.</summary>
    public const long DefaultMaxNanoUsd = ProbePlan.DefaultMaxNanoUsd;

    /// <summary>The prompts where none are given: they fit any schema. One is not English, for texts beyond ASCII.</summary>
    public static IReadOnlyList<string> DefaultPrompts { get; } =
    [
        "Fill in an example. Invent values that could be real.",
        "Give the smallest document that makes sense.",
        "Erfinde ein ausführliches Beispiel; alle Texte darin auf Deutsch, mit Umlauten.",
    ];
}
