using System.Collections.Concurrent;
using System.IO.Enumeration;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI;

/// <summary>What one family of OpenAI's models refuses.</summary>
internal sealed record OpenAIModelRule
{
    private static readonly Concept[] Sampling =
        [Concept.Temperature, Concept.TopP, Concept.FrequencyPenalty, Concept.PresencePenalty, Concept.LogProbs, Concept.LogitBias];

    /// <summary>Ids, with <c>*</c> for any text.</summary>
    public required string Pattern { get; init; }

    /// <summary>The efforts it takes, from the least; empty: it does not reason.</summary>
    public Effort[] Efforts { get; init; } = [];

    /// <summary>An effort that only Responses takes.</summary>
    public Effort? ResponsesOnlyEffort { get; init; }

    /// <summary>Answers on Responses only.</summary>
    public bool ResponsesOnly { get; init; }

    /// <summary>Chat refuses function tools unless the effort is <c>none</c>.</summary>
    public bool ReasonsWithToolsOnResponsesOnly { get; init; }

    /// <summary>Refuses stop sequences.</summary>
    public bool RefusesStop { get; init; }

    /// <summary>Takes marks of prompt caching.</summary>
    public bool CacheBreakpoints { get; init; }

    public bool Reasons => Efforts.Length > 0;

    public bool TakesNone => Efforts is [Effort.None, ..];

    /// <summary>Whether it refuses a concept when it thinks this much.</summary>
    /// <param name="concept">What is asked for.</param>
    /// <param name="effort">The effort that the request states; null: none, and then the model thinks by default.</param>
    public bool Refuses(Concept concept, Effort? effort) =>
        (concept == Concept.StopSequences && RefusesStop)
        || (Reasons && Sampling.Contains(concept) && !(effort == Effort.None && TakesNone));
}

/// <summary>The rules of OpenAI's models by id; the first pattern that matches counts. State of 2026-11.</summary>
/// <remarks>
/// Source: the vendor's model pages and its errors ("Function tools with reasoning_effort are not supported…", "Unsupported parameter").
/// An id that matches nothing (an Azure deployment has any name) refuses nothing.
/// </remarks>
internal static class OpenAIModelRules
{
    private static readonly Effort[] Thirds = [Effort.Low, Effort.Medium, Effort.High];

    private static readonly OpenAIModelRule Unknown = new() { Pattern = "*" };

    private static readonly OpenAIModelRule[] Rules =
    [
        // Run by many servers, by none of these rules.
        new() { Pattern = "gpt-oss*" },

        // Variants that were never on chat completions.
        OnResponsesOnly("gpt-*-pro", [.. Thirds, Effort.XHigh]),
        OnResponsesOnly("gpt-*-pro-20*", [.. Thirds, Effort.XHigh]),
        OnResponsesOnly("o?-pro*", Thirds),
        OnResponsesOnly("gpt-*codex*", [.. Thirds, Effort.XHigh]),
        OnResponsesOnly("codex-*", Thirds),
        OnResponsesOnly("o?-*deep-research*", Thirds),
        OnResponsesOnly("computer-use-*", Thirds),

        // The chat variants of the fifth generation take the members of gpt-4o.
        new() { Pattern = "gpt-5*-chat*" },
        Newest("gpt-6-astra*", [.. Thirds, Effort.XHigh, Effort.Max]),
        Newest("gpt-6.1-sol*", [.. Thirds, Effort.XHigh, Effort.Max]) with { ResponsesOnlyEffort = Effort.Max },
        Newest("gpt-6*", [Effort.None, .. Thirds, Effort.XHigh, Effort.Max]),
        Newest("gpt-5.6*", [Effort.None, .. Thirds, Effort.XHigh, Effort.Max]),
        Newest("gpt-5.5*", [Effort.None, .. Thirds, Effort.XHigh]) with { CacheBreakpoints = false },
        Newest("gpt-5.4*", [Effort.None, .. Thirds, Effort.XHigh]) with { CacheBreakpoints = false },
        new() { Pattern = "gpt-5.3*", Efforts = [Effort.None, .. Thirds, Effort.XHigh], RefusesStop = true },
        new() { Pattern = "gpt-5.2*", Efforts = [Effort.None, .. Thirds, Effort.XHigh], RefusesStop = true },
        new() { Pattern = "gpt-5.1*", Efforts = [Effort.None, .. Thirds], RefusesStop = true },
        new() { Pattern = "gpt-5*", Efforts = [Effort.Minimal, .. Thirds], RefusesStop = true },
        new() { Pattern = "o1*", Efforts = Thirds },
        new() { Pattern = "o3-mini*", Efforts = Thirds },
        new() { Pattern = "o3*", Efforts = Thirds, RefusesStop = true },
        new() { Pattern = "o4*", Efforts = Thirds, RefusesStop = true },
        new() { Pattern = "gpt-3.5*" },
        new() { Pattern = "gpt-4*" },
        new() { Pattern = "chatgpt-*" },

        // A generation after these is expected to be like the last one.
        Newest("gpt-*", [Effort.None, .. Thirds, Effort.XHigh, Effort.Max]),
    ];

    /// <summary>The rule of an id, with or without its vendor before it (<c>openai/gpt-…</c>, <c>openai.gpt-…</c>).</summary>
    public static OpenAIModelRule Of(string model)
    {
        if (s_found.TryGetValue(model, out OpenAIModelRule? found))
        {
            return found;
        }

        found = Find(model);
        return s_found.Count < MaxFound ? s_found.GetOrAdd(model, found) : found;
    }

    // Asked for every request; ids are the callers', so there is a bound.
    private const int MaxFound = 512;
    private static readonly ConcurrentDictionary<string, OpenAIModelRule> s_found = new(StringComparer.Ordinal);

    private static OpenAIModelRule Find(string model)
    {
        string id = model[(model.LastIndexOf('/') + 1)..];
        id = id.StartsWith("openai.", StringComparison.Ordinal) ? id["openai.".Length..] : id;
        return Array.Find(Rules, rule => FileSystemName.MatchesSimpleExpression(rule.Pattern, id)) ?? Unknown;
    }

    /// <summary>
    /// Whether a model surely takes <c>parallel_tool_calls</c> beside its tools. The models named o and a digit refuse the member, and an id that
    /// matches nothing (an Azure deployment) may be one of them.
    /// </summary>
    public static bool TakesSingleCall(Target target) =>
        ServerList.Of(target.Server).HasOpenAIModels && Of(target.Model).Pattern is not ("*" or ['o', ..]);

    private static OpenAIModelRule OnResponsesOnly(string pattern, Effort[] efforts) => new()
    {
        Pattern = pattern,
        Efforts = efforts,
        ResponsesOnly = true,
        RefusesStop = true,
    };

    private static OpenAIModelRule Newest(string pattern, Effort[] efforts) => new()
    {
        Pattern = pattern,
        Efforts = efforts,
        ReasonsWithToolsOnResponsesOnly = true,
        RefusesStop = true,
        CacheBreakpoints = true,
    };
}
