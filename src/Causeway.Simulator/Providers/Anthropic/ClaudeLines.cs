namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>The lines that the vendor documents. An id of none of them takes everything.</summary>
internal static class ClaudeLines
{
    private static readonly ClaudeLine s_fourFive = new("")
    {
        TakesSampling = true,
        TakesAdaptive = false,
        TakesForcedToolThinking = false,
        TakesPrefill = true,
        TakesInferenceGeo = false,
    };

    private static readonly ClaudeLine s_fourSix = new("") { TakesSampling = true, TakesForcedToolThinking = false };

    private static readonly ClaudeLine s_bound = new("")
    {
        Disabling = Disabling.Never,
        TakesBudget = false,
        TakesForcedTool = false,
        TakesSystemTurns = true,
        Binding = Binding.Conversation,
    };

    private static readonly ClaudeLine[] s_all =
    [
        s_fourFive with { Id = "claude-haiku-4-5" },
        s_fourFive with { Id = "claude-sonnet-4-5" },
        s_fourFive with { Id = "claude-opus-4-5" },
        s_fourSix with { Id = "claude-sonnet-4-6" },
        s_fourSix with { Id = "claude-opus-4-6" },
        new("claude-opus-4-7"),
        new("claude-opus-4-8") { TakesSystemTurns = true },
        new("claude-sonnet-5"),
        new("claude-opus-5") { Disabling = Disabling.UpToHighEffort, TakesSystemTurns = true },
        new("claude-haiku-5-5") { Disabling = Disabling.UpToHighEffort, TakesBudget = false, TakesSystemTurns = true, Binding = Binding.Account },
        new("claude-fable-5") { Disabling = Disabling.Never, TakesBudget = false, TakesForcedTool = false, TakesSystemTurns = true },
        new("claude-mythos-5") { Disabling = Disabling.Never, TakesBudget = false, TakesForcedTool = false, TakesSystemTurns = true },
        s_bound with { Id = "claude-sonnet-5-5", TakesBetweenTools = true },
        s_bound with { Id = "claude-opus-5-5" },
        s_bound with { Id = "claude-fable-5-1" },
        s_bound with { Id = "claude-fable-5-2" },
    ];

    /// <param name="model">As the vendor, Vertex (<c>…@date</c>) or Bedrock (<c>eu.anthropic.…-v1:0</c>) spells it.</param>
    public static ClaudeLine? Find(string model)
    {
        string bare = Bare(model);
        return s_all.Where(line => bare.StartsWith(line.Id, StringComparison.Ordinal) && (bare.Length == line.Id.Length || bare[line.Id.Length] is '-' or '@'))
            .MaxBy(line => line.Id.Length);
    }

    /// <summary>Without the platform's part in front.</summary>
    public static string Bare(string model) => model[(model.LastIndexOf("anthropic.", StringComparison.Ordinal) is >= 0 and int at ? at + "anthropic.".Length : 0)..];
}
