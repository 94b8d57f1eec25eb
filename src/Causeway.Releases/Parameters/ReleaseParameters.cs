using System.Collections.Immutable;

namespace Causeway.Releases.Parameters;

/// <summary>
/// The parameters that a release sets; each overrides what the caller sent. The list is closed: a name that is not known here could not be
/// translated for every provider, so it would be lost for some.
/// </summary>
/// <param name="values">By name. Each was read by its rule.</param>
public sealed class ReleaseParameters(ImmutableSortedDictionary<string, ParameterValue> values)
{
    // ECMAScript's safe integers: a larger whole number has no canonical text of its own.
    private const double MaxWhole = 9_007_199_254_740_991;

    /// <summary>No parameter.</summary>
    public static ReleaseParameters None { get; } = new(ImmutableSortedDictionary.Create<string, ParameterValue>(StringComparer.Ordinal));

    /// <summary>Every parameter that there is, by name.</summary>
    public static ImmutableSortedDictionary<string, ParameterRule> Rules { get; } = new ParameterRule[]
    {
        new NumberRule("temperature", 0, 2, whole: false),
        new NumberRule("top_p", 0, 1, whole: false),
        new NumberRule("top_k", 1, 10_000, whole: true),
        new NumberRule("max_output_tokens", 1, 10_000_000, whole: true),
        new TextsRule("stop", maxCount: 16, maxLength: 256),
        new NumberRule("seed", -MaxWhole, MaxWhole, whole: true),
        new WordRule("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh", "max"),
        new NumberRule("frequency_penalty", -2, 2, whole: false),
        new NumberRule("presence_penalty", -2, 2, whole: false),
        new WordRule("verbosity", "low", "medium", "high"),
    }.ToImmutableSortedDictionary(rule => rule.Name, rule => rule, StringComparer.Ordinal);

    /// <summary>What is set, sorted by name.</summary>
    public ImmutableSortedDictionary<string, ParameterValue> Values { get; } = values;

    /// <summary>0 to 2.</summary>
    public double? Temperature => Number("temperature");

    /// <summary>0 to 1.</summary>
    public double? TopP => Number("top_p");

    /// <summary>1 to 10,000.</summary>
    public long? TopK => (long?)Number("top_k");

    /// <summary>Tokens of the longest answer, reasoning included.</summary>
    public long? MaxOutputTokens => (long?)Number("max_output_tokens");

    /// <summary>1 to 16 texts that end an answer; null: not set.</summary>
    public IReadOnlyList<string>? Stop => Values.GetValueOrDefault("stop") is TextsValue value ? value.Texts : null;

    /// <summary>Within ±(2^53 − 1).</summary>
    public long? Seed => (long?)Number("seed");

    /// <summary><c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c>, <c>xhigh</c> or <c>max</c>.</summary>
    public string? ReasoningEffort => Word("reasoning_effort");

    /// <summary>−2 to 2.</summary>
    public double? FrequencyPenalty => Number("frequency_penalty");

    /// <summary>−2 to 2.</summary>
    public double? PresencePenalty => Number("presence_penalty");

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public string? Verbosity => Word("verbosity");

    private double? Number(string name) => (Values.GetValueOrDefault(name) as NumberValue)?.Number;

    private string? Word(string name) => (Values.GetValueOrDefault(name) as WordValue)?.Word;
}
