namespace Causeway.Wire.Neutral;

/// <summary>What a release sets on every request: its prompt before the caller's own system text, its parameters in place of the caller's.</summary>
/// <remarks>The release was tested with its values, so they stand above the caller's.</remarks>
public sealed record RequestChanges
{
    /// <summary>System text to begin with; null: none.</summary>
    public string? Prompt { get; init; }

    /// <summary>JSON numbers as text; null: not set.</summary>
    public string? Temperature { get; init; }

    /// <inheritdoc cref="Temperature"/>
    public string? TopP { get; init; }

    /// <inheritdoc cref="Temperature"/>
    public string? TopK { get; init; }

    /// <inheritdoc cref="Temperature"/>
    public string? FrequencyPenalty { get; init; }

    /// <inheritdoc cref="Temperature"/>
    public string? PresencePenalty { get; init; }

    /// <inheritdoc cref="Temperature"/>
    public string? Seed { get; init; }

    /// <summary>The cap of generated tokens; null: not set.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>One of <c>none, minimal, low, medium, high, xhigh, max</c>; null: not set.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Stop sequences; null: not set.</summary>
    public IReadOnlyList<string>? StopSequences { get; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>; null: not set.</summary>
    public string? Verbosity { get; init; }

    internal NeutralRequest Apply(NeutralRequest request)
    {
        NeutralRequest changed = request.Copy();
        if (Prompt is not null)
        {
            changed.Turns.Insert(0, new Turn(Role.System) { Parts = { new TextPart(JsonSlice.Of(Prompt)) } });
            changed.Mark(Concept.SystemText, "prompt");
        }

        changed.Temperature = Number(changed, Concept.Temperature, "parameters.temperature", Temperature, changed.Temperature);
        changed.TopP = Number(changed, Concept.TopP, "parameters.top_p", TopP, changed.TopP);
        changed.TopK = Number(changed, Concept.TopK, "parameters.top_k", TopK, changed.TopK);
        changed.FrequencyPenalty = Number(changed, Concept.FrequencyPenalty, "parameters.frequency_penalty", FrequencyPenalty, changed.FrequencyPenalty);
        changed.PresencePenalty = Number(changed, Concept.PresencePenalty, "parameters.presence_penalty", PresencePenalty, changed.PresencePenalty);
        changed.Seed = Number(changed, Concept.Seed, "parameters.seed", Seed, changed.Seed);
        if (MaxOutputTokens is { } cap)
        {
            changed.MaxOutputTokens = cap;
            changed.Set(Concept.MaxOutputTokens, "parameters.max_output_tokens");
        }

        if (ReasoningEffort is { } effort)
        {
            changed.Reasoning = new ReasoningAsk(Efforts.Parse(effort), Show: changed.Reasoning?.Show);
            changed.Replace(Concept.ReasoningBudget, null);
            changed.Set(Concept.ReasoningEffort, "parameters.reasoning_effort");
        }

        if (StopSequences is { } stops)
        {
            changed.StopSequences.Clear();
            changed.StopSequences.AddRange(stops.Select(JsonSlice.Of));
            changed.Set(Concept.StopSequences, "parameters.stop");
        }

        if (Verbosity is { } verbosity)
        {
            changed.Verbosity = verbosity;
            changed.Set(Concept.Verbosity, "parameters.verbosity");
        }

        return changed;
    }

    private static JsonSlice Number(NeutralRequest request, Concept concept, string path, string? set, JsonSlice before)
    {
        if (set is null)
        {
            return before;
        }

        request.Set(concept, path);
        return new JsonSlice(System.Text.Encoding.ASCII.GetBytes(set));
    }
}
