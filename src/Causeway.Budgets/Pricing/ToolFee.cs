namespace Causeway.Budgets.Pricing;

/// <summary>What a provider asks for a use of a tool that it runs itself, beside the tokens.</summary>
public sealed record ToolFee
{
    /// <summary>Fees are written for so many uses.</summary>
    public const long Uses = 1_000;

    /// <summary>The tool's word: <c>web_search</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Nano-USD for one use, or for one request that used it.</summary>
    public required long NanoUsd { get; init; }

    /// <summary>A request is billed once, however often it used the tool.</summary>
    public bool IsPerRequest { get; init; }

    /// <summary>The models use it in every answer, whether or not the request names it.</summary>
    public bool IsAlways { get; init; }

    /// <summary>Whose calls: names of models, a <c>*</c> at the end stands for any end. Empty: of all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The first day on which it holds; null: as long as anybody knows.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day on which it holds; null: no end is known.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How many of so many uses are billed.</summary>
    public int BilledOf(int uses) => IsPerRequest ? Math.Min(uses, 1) : uses;

    /// <summary>Whether it is that tool's, with that model on that day.</summary>
    public bool Holds(string tool, string model, DateOnly day) =>
        Tool == tool && (From is not { } from || day >= from) && (Until is not { } until || day <= until) && (Models.Count == 0 || CoversAny(model));

    private bool CoversAny(string model)
    {
        for (int i = 0; i < Models.Count; i++)
        {
            if (Covers(Models[i], model))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(string pattern, string model) =>
        pattern.EndsWith('*') ? model.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : model == pattern;
}

/// <summary>The fees of a platform, or of one provider. Of those that fit a call the first holds.</summary>
public sealed class ToolFees(IReadOnlyList<ToolFee> fees)
{
    private readonly ToolFee[] _always = [.. fees.Where(fee => fee.IsAlways)];

    /// <summary>No tool has a price.</summary>
    public static ToolFees None { get; } = new([]);

    /// <summary>All of them, in their order.</summary>
    public IReadOnlyList<ToolFee> All { get; } = fees;

    /// <summary>The fee of the tool that a model uses in every answer; null: it uses none, as nearly all.</summary>
    public ToolFee? FindAlways(string model, DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        foreach (ToolFee fee in _always)
        {
            if (fee.Holds(fee.Tool, model, day))
            {
                return fee;
            }
        }

        return null;
    }

    /// <summary>The fee of a tool; null: none is known, which is not free.</summary>
    public ToolFee? Find(string tool, string model, DateTimeOffset at)
    {
        DateOnly day = DateOnly.FromDateTime(at.UtcDateTime);
        foreach (ToolFee fee in All)
        {
            if (fee.Holds(tool, model, day))
            {
                return fee;
            }
        }

        return null;
    }
}
