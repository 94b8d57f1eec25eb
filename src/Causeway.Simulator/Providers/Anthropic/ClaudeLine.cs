namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>What one line of Claude models takes and refuses, whoever serves it. Vendor documentation and SDK notes of November 2026.</summary>
/// <param name="Id">The id without date, version or platform.</param>
internal sealed record ClaudeLine(string Id)
{
    /// <summary>Takes <c>temperature</c>, <c>top_p</c> and <c>top_k</c>; else only their defaults.</summary>
    public bool TakesSampling { get; init; }

    public Disabling Disabling { get; init; } = Disabling.Always;

    /// <summary>Takes <c>thinking.type: enabled</c> with <c>budget_tokens</c>.</summary>
    public bool TakesBudget { get; init; } = true;

    /// <summary>Takes <c>thinking.type: adaptive</c>.</summary>
    public bool TakesAdaptive { get; init; } = true;

    public bool TakesBetweenTools { get; init; }

    public bool TakesForcedTool { get; init; } = true;

    /// <summary>Takes a forced tool while it thinks.</summary>
    public bool TakesForcedToolThinking { get; init; } = true;

    /// <summary>Takes <c>system</c> messages between turns.</summary>
    public bool TakesSystemTurns { get; init; }

    /// <summary>Goes on from an assistant message at the end.</summary>
    public bool TakesPrefill { get; init; }

    public bool TakesInferenceGeo { get; init; } = true;

    public Binding Binding { get; init; } = Binding.None;

    /// <summary>Thinks unless told not to, which cannot be said.</summary>
    public bool AlwaysThinks => Disabling == Disabling.Never;

    /// <summary>Shows no thinking text unless <c>display</c> asks for it; the signature then holds everything.</summary>
    public bool OmitsThinking => Binding == Binding.Conversation;
}

/// <summary>When <c>thinking.type: disabled</c> is taken.</summary>
internal enum Disabling
{
    Always,

    /// <summary>Not at <c>xhigh</c> and <c>max</c>.</summary>
    UpToHighEffort,

    Never,
}

/// <summary>What a thinking block may not be taken away from.</summary>
internal enum Binding
{
    None,

    Account,

    /// <summary>Account, end user, model and the conversation before it.</summary>
    Conversation,
}
