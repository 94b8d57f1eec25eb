using Causeway.Wire.Anthropic;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// What each family of models takes through Converse: the service's documentation of structured output, prompt caching and modalities, 2026.
/// </summary>
/// <remarks>
/// A model is known by a part of its id, which stands in ids, inference profiles and ARNs alike. Of a profile whose ARN names no model nothing
/// is known, and it gets what every model takes.
/// </remarks>
internal sealed record ConverseModelRules
{
    private static readonly ConverseModelRules Other = new();

    private static readonly ConverseModelRules Schemas = new() { TakesSchemas = true };

    private static readonly ConverseModelRules Quiet = new() { ThinksOnlyIfAsked = true };

    private static readonly ConverseModelRules Nova = Quiet with { TopKGroup = "inferenceConfig", TopKMember = "topK", TakesCachePoints = true };

    private static readonly ConverseModelRules SeeingNova = Nova with { TakesVideo = true };

    private static readonly ConverseModelRules Claude = new() { IsClaude = true, TopKMember = "top_k", TakesCachePoints = true, TakesCacheHour = true, TakesToolCachePoints = true };

    private static readonly ConverseModelRules SchemaClaude = Claude with { TakesSchemas = true };

    // The first part that the id contains decides.
    private static readonly (string Part, ConverseModelRules Rules)[] Known =
    [
        ("claude-haiku-4-5", SchemaClaude),
        ("claude-sonnet-4-5", SchemaClaude),
        ("claude-opus-4-5", SchemaClaude),
        ("claude-sonnet-4-6", SchemaClaude),
        ("claude-opus-4-6", SchemaClaude),
        ("claude-", Claude),
        ("amazon.nova-micro", Nova),
        ("amazon.nova-2-omni", SeeingNova with { TakesAudio = true }),
        ("amazon.nova", SeeingNova),
        ("mistral.voxtral", Schemas with { TakesAudio = true }),
        ("mistral.magistral", Schemas),
        ("mistral.", Schemas with { ThinksOnlyIfAsked = true }),
        ("qwen.", Schemas),
        ("deepseek.", Schemas),
        ("google.gemma", Schemas with { ThinksOnlyIfAsked = true }),
        ("nvidia.nemotron", Schemas),
        ("minimax.", Schemas),
        ("moonshot.kimi", Schemas),
        ("moonshotai.kimi", Schemas),
        ("zai.glm", Schemas),
        ("meta.llama", Quiet),
        ("cohere.", Quiet),
        ("ai21.", Quiet),
    ];

    private bool IsClaude { get; init; }

    /// <summary>Takes <c>outputConfig.textFormat</c> and strict tools.</summary>
    public bool TakesSchemas { get; private init; }

    public bool TakesAudio { get; private init; }

    public bool TakesVideo { get; private init; }

    public bool TakesCachePoints { get; private init; }

    /// <summary>Takes a length of life of a cache point, and then also an hour.</summary>
    public bool TakesCacheHour { get; private init; }

    /// <summary>Takes cache points after tools, and not only in the system text and messages.</summary>
    public bool TakesToolCachePoints { get; private init; }

    /// <summary>Does not think unless it is told to, so that nothing need be said to turn it off.</summary>
    public bool ThinksOnlyIfAsked { get; private init; }

    /// <summary>The member of <c>additionalModelRequestFields</c> for top-k; null: none is known.</summary>
    public string? TopKMember { get; private init; }

    /// <summary>The object in which that member stands; null: at the top of the fields.</summary>
    public string? TopKGroup { get; private init; }

    /// <summary>The rules of a model's vendor, where it is Claude's; null otherwise.</summary>
    public AnthropicModelRules? Anthropic { get; private init; }

    /// <summary>The rules of a model, by its id, its inference profile's or its ARN.</summary>
    public static ConverseModelRules Of(string model)
    {
        ConverseModelRules rules = Array.Find(Known, known => model.Contains(known.Part, StringComparison.Ordinal)).Rules ?? Other;
        return rules.IsClaude ? rules with { Anthropic = AnthropicModelRules.Of(model) } : rules;
    }
}
