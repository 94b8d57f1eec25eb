using System.Collections.Frozen;

namespace Causeway.Wire.Anthropic;

/// <summary>When a model can be told not to think.</summary>
internal enum ThinkingOff : byte
{
    Always,

    /// <summary>Not together with effort <c>xhigh</c> or <c>max</c>.</summary>
    UpToHighEffort,

    Never,
}

/// <summary>When a model can be told that it must call a tool.</summary>
internal enum ForcedTool : byte
{
    Taken,

    /// <summary>Only while it does not think.</summary>
    WithoutThinking,

    Refused,
}

/// <summary>Where a model's thinking blocks can go back to.</summary>
internal enum ThinkingBinding : byte
{
    /// <summary>To any platform that serves the model.</summary>
    Portable,

    /// <summary>To the account that got them.</summary>
    Account,

    /// <summary>To the same organisation, end user, model and beginning of the conversation.</summary>
    Conversation,
}

/// <summary>
/// What each Claude model takes and refuses, whoever serves it: vendor documentation and SDK notes of November 2026. Ids are read as the
/// vendor (<c>claude-haiku-4-5-20251001</c>), Vertex (<c>claude-haiku-4-5@20251001</c>) and Bedrock (<c>us.anthropic.claude-…-v1:0</c>,
/// ARNs) spell them.
/// </summary>
/// <remarks>
/// An unknown Claude id gets the rules that hold on every newer model, so that a new release is never sent what its predecessors stopped
/// taking. Any other id is a server that speaks the protocol, which takes what the protocol describes.
/// </remarks>
internal sealed record AnthropicModelRules
{
    private const long Cap = 128_000;

    private static readonly AnthropicModelRules Newest = new()
    {
        ThinkingOff = ThinkingOff.Never,
        TakesAdaptive = true,
        HighestEffort = Neutral.Effort.Max,
        TakesXHigh = true,
        ForcedTool = ForcedTool.Refused,
        TakesSchemas = true,
        HidesTextBetweenTools = true,
        ThinkingBinding = ThinkingBinding.Conversation,
        MaxOutputTokens = Cap,
    };

    private static readonly AnthropicModelRules Five = Newest with
    {
        ForcedTool = ForcedTool.Taken,
        HidesTextBetweenTools = false,
        ThinkingBinding = ThinkingBinding.Portable,
        TakesSystemTurns = true,
    };

    private static readonly AnthropicModelRules FourSeven = Five with { ThinkingOff = ThinkingOff.Always, TakesSystemTurns = false };

    private static readonly AnthropicModelRules FourSix = FourSeven with
    {
        TakesSampling = true,
        TakesBudget = true,
        TakesXHigh = false,
        ForcedTool = ForcedTool.WithoutThinking,
    };

    private static readonly AnthropicModelRules FourFive = FourSix with
    {
        TakesAdaptive = false,
        HighestEffort = null,
        TakesPrefill = true,
        MaxOutputTokens = 64_000,
    };

    private static readonly AnthropicModelRules Four = FourFive with { TakesSchemas = false };

    private static readonly AnthropicModelRules Three = Four with { TakesBudget = false, MaxOutputTokens = 8_192 };

    private static readonly AnthropicModelRules Other = FourFive with { MaxOutputTokens = null };

    private static readonly FrozenDictionary<string, AnthropicModelRules> Known = new Dictionary<string, AnthropicModelRules>
    {
        ["claude-3-opus"] = Three with { MaxOutputTokens = 4_096 },
        ["claude-3-sonnet"] = Three with { MaxOutputTokens = 4_096 },
        ["claude-3-haiku"] = Three with { MaxOutputTokens = 4_096 },
        ["claude-3-5-sonnet"] = Three,
        ["claude-3-5-haiku"] = Three,
        ["claude-3-7-sonnet"] = Four,
        ["claude-sonnet-4"] = Four,
        ["claude-sonnet-4-0"] = Four,
        ["claude-opus-4"] = Four with { MaxOutputTokens = 32_000 },
        ["claude-opus-4-0"] = Four with { MaxOutputTokens = 32_000 },
        ["claude-opus-4-1"] = FourFive with { MaxOutputTokens = 32_000 },
        ["claude-haiku-4-5"] = FourFive,
        ["claude-sonnet-4-5"] = FourFive,
        ["claude-opus-4-5"] = FourFive,
        ["claude-sonnet-4-6"] = FourSix with { MaxOutputTokens = 64_000 },
        ["claude-opus-4-6"] = FourSix,
        ["claude-opus-4-7"] = FourSeven,
        ["claude-opus-4-8"] = FourSeven with { TakesSystemTurns = true },
        ["claude-sonnet-5"] = FourSeven,
        ["claude-opus-5"] = Five with { ThinkingOff = ThinkingOff.UpToHighEffort },
        ["claude-fable-5"] = Five with { ForcedTool = ForcedTool.Refused },
        ["claude-haiku-5-5"] = Five with { ThinkingOff = ThinkingOff.UpToHighEffort, ThinkingBinding = ThinkingBinding.Account },
        ["claude-sonnet-5-5"] = Newest with { TakesBetweenTools = true, TakesSystemTurns = true },
        ["claude-opus-5-5"] = Newest with { TakesSystemTurns = true },
        ["claude-fable-5-1"] = Newest with { TakesSystemTurns = true },
        ["claude-fable-5-2"] = Newest with { TakesSystemTurns = true },
    }.ToFrozenDictionary();

    /// <summary>Takes <c>temperature</c>, <c>top_p</c> and <c>top_k</c>; else no value but their defaults (temperature 1, top_p 0.99 and more).</summary>
    public bool TakesSampling { get; private init; }

    public ThinkingOff ThinkingOff { get; private init; }

    /// <summary>Thinks as much as it finds right, steered by an effort.</summary>
    public bool TakesAdaptive { get; private init; }

    /// <summary>Takes <c>budget_tokens</c>, as the only form or as an older one; where it is merely tolerated, this is false.</summary>
    public bool TakesBudget { get; private init; }

    /// <summary>Takes thinking between calls of tools only.</summary>
    public bool TakesBetweenTools { get; private init; }

    /// <summary>The highest <c>output_config.effort</c>; null: takes none.</summary>
    public Neutral.Effort? HighestEffort { get; private init; }

    /// <summary>Knows <c>xhigh</c> between <c>high</c> and <c>max</c>.</summary>
    public bool TakesXHigh { get; private init; }

    public ForcedTool ForcedTool { get; private init; }

    /// <summary>Takes <c>output_config.format</c> and strict tools.</summary>
    public bool TakesSchemas { get; private init; }

    /// <summary>Takes messages of the role <c>system</c> between turns.</summary>
    public bool TakesSystemTurns { get; private init; }

    /// <summary>Goes on from an assistant message at the end of the conversation.</summary>
    public bool TakesPrefill { get; private init; }

    /// <summary>Text between calls comes inside thinking blocks, which are empty unless summaries are asked for.</summary>
    public bool HidesTextBetweenTools { get; private init; }

    public ThinkingBinding ThinkingBinding { get; private init; }

    /// <summary>Tokens of the longest answer; null: not known.</summary>
    public long? MaxOutputTokens { get; private init; }

    /// <summary>Thinks at all.</summary>
    public bool Thinks => TakesAdaptive || TakesBudget;

    /// <summary>The rules of a model, by its id on any platform.</summary>
    public static AnthropicModelRules Of(string model)
    {
        ReadOnlySpan<char> name = NameOf(model, out _);
        return Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out AnthropicModelRules? rules) ? rules : name.IsEmpty ? Other : Newest;
    }

    /// <summary>Whether two ids name the same model, on whatever platforms; an id without a date is every date's.</summary>
    public static bool AreSame(string one, string other)
    {
        ReadOnlySpan<char> name = NameOf(one, out ReadOnlySpan<char> date);
        ReadOnlySpan<char> otherName = NameOf(other, out ReadOnlySpan<char> otherDate);
        return string.Equals(one, other, StringComparison.Ordinal)
            || (!name.IsEmpty && name.SequenceEqual(otherName) && (date.IsEmpty || otherDate.IsEmpty || date.SequenceEqual(otherDate)));
    }

    /// <summary>The id without platform, date and version; empty when it is none of Claude's.</summary>
    private static ReadOnlySpan<char> NameOf(string model, out ReadOnlySpan<char> date)
    {
        date = default;
        int at = model.LastIndexOf("claude-", StringComparison.Ordinal);
        if (at < 0)
        {
            return default;
        }

        ReadOnlySpan<char> name = model.AsSpan(at);
        int end = name.IndexOfAny("@:[");
        if (end >= 0 && name[end] == '@')
        {
            date = name[(end + 1)..] is { Length: 8 } digits && IsNumber(digits) ? digits : default;
        }

        name = end < 0 ? name : name[..end];
        int dash = name.LastIndexOf('-');
        if (name[dash..] is ['-', 'v', .. { Length: > 0 } version] && IsNumber(version))
        {
            name = name[..dash];
            dash = name.LastIndexOf('-');
        }

        if (name[(dash + 1)..] is { Length: 8 } day && IsNumber(day))
        {
            date = day;
            name = name[..dash];
        }

        return name.EndsWith("-latest") ? name[..^"-latest".Length] : name;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
