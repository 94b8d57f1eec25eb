using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini;

/// <summary>How a model is told how much to think.</summary>
internal enum ThinkingControl : byte
{
    /// <summary>It does not think, or cannot be told.</summary>
    None,

    /// <summary><c>thinkingBudget</c> in tokens (the 2.5 family).</summary>
    Budget,

    /// <summary><c>thinkingLevel</c> (Gemini 3 and later).</summary>
    Level,
}

/// <summary>What a model takes, by the beginning of its id. Data: a new model is a line here.</summary>
/// <param name="Prefix">The id's beginning; empty: every other id.</param>
internal sealed record GeminiModelRules(string Prefix)
{
    /// <summary>The first line that fits stands.</summary>
    private static readonly GeminiModelRules[] Lines =
    [
        new("gemma-") { Generation = 2, Thinking = ThinkingControl.None },
        new("gemini-1") { Generation = 1, Thinking = ThinkingControl.None },
        new("gemini-2.0") { Generation = 2, Thinking = ThinkingControl.None },
        new("gemini-2.5-flash-image") { Generation = 2, Thinking = ThinkingControl.None },
        new("gemini-2.5-pro") { Generation = 2, Thinking = ThinkingControl.Budget, MinBudget = 128, MaxBudget = 32_768 },
        new("gemini-2.5-flash-lite") { Generation = 2, Thinking = ThinkingControl.Budget, MinBudget = 512, CanTurnOff = true },
        new("gemini-2.5") { Generation = 2, Thinking = ThinkingControl.Budget, CanTurnOff = true },
        new("gemini-3-pro") { Levels = [Effort.Low, Effort.High], TakesBudget = true },
        new("gemini-3.1-pro") { Levels = [Effort.Low, Effort.Medium, Effort.High], TakesBudget = true },
        new("gemini-3") { Levels = [Effort.Minimal, Effort.Low, Effort.Medium, Effort.High], TakesBudget = true },
        new("gemini-flash") { Levels = [Effort.Minimal, Effort.Low, Effort.Medium, Effort.High] },
        new(""), // Gemini 4, what comes after it, and names that tell nothing.
    ];

    public ThinkingControl Thinking { get; private init; } = ThinkingControl.Level;

    /// <summary>The levels that it takes, from the least.</summary>
    public Effort[] Levels { get; private init; } = [Effort.Low, Effort.Medium, Effort.High];

    /// <summary>A model of levels that still takes a budget in place of one.</summary>
    public bool TakesBudget { get; private init; }

    /// <summary>The least budget other than 0, in tokens.</summary>
    public long MinBudget { get; private init; } = 1;

    /// <summary>In tokens.</summary>
    public long MaxBudget { get; private init; } = 24_576;

    /// <summary>A budget of 0 turns thinking off.</summary>
    public bool CanTurnOff { get; private init; }

    /// <summary>3 stands for Gemini 3 and whatever came after it.</summary>
    public int Generation { get; private init; } = 3;

    /// <summary>Refuses a step of the current turn whose first call has no <c>thoughtSignature</c>.</summary>
    public bool NeedsSignatures => Generation >= 3;

    /// <summary>Takes images and documents inside a <c>functionResponse</c>.</summary>
    public bool TakesMediaInResults => Generation >= 3;

    /// <summary>Takes a <c>mediaResolution</c> for each image.</summary>
    public bool TakesResolutions => Generation >= 3;

    /// <summary>Takes a JSON answer format together with tools.</summary>
    public bool FormatsWithTools => Generation >= 3;

    /// <param name="model">The provider's name of the model, with or without <c>models/</c>.</param>
    public static GeminiModelRules Of(string model)
    {
        string id = model[(model.LastIndexOf('/') + 1)..];
        return Array.Find(Lines, line => id.StartsWith(line.Prefix, StringComparison.OrdinalIgnoreCase))!;
    }

    /// <summary>The least level that is no less than the effort, or the highest.</summary>
    public Effort LevelOf(Effort effort)
    {
        Effort wanted = effort == Effort.None ? Effort.Minimal : effort;
        foreach (Effort level in Levels)
        {
            if (level >= wanted)
            {
                return level;
            }
        }

        return Levels[^1];
    }

    /// <summary>The budget for an effort, in tokens.</summary>
    /// <param name="effort">The effort.</param>
    /// <param name="cap">The most tokens of the whole answer; null: not set.</param>
    public long BudgetOf(Effort effort, long? cap) => effort >= Effort.XHigh ? Within(Math.Min(MaxBudget, Math.Max(0, (cap ?? long.MaxValue) - 1))) : Within(Efforts.Budget(effort, cap));

    /// <summary>The nearest budget that the model takes; -1, which lets it decide, stays.</summary>
    public long Within(long tokens) => tokens switch
    {
        -1 => -1,
        <= 0 when CanTurnOff => 0,
        _ => Math.Clamp(tokens, MinBudget, MaxBudget),
    };
}
