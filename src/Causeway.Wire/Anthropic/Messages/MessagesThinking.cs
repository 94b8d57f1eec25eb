using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

internal enum ThinkingMode : byte
{
    /// <summary>Nothing is said; the model does as it does.</summary>
    Unsaid,
    Adaptive,

    /// <summary>Up to a budget of tokens.</summary>
    Budget,
    BetweenTools,
    Disabled,
}

/// <summary>How a model is told to think.</summary>
/// <param name="Mode">The form of <c>thinking</c>.</param>
/// <param name="BudgetTokens">1024 or more, less than the cap of the answer; 0 without a budget.</param>
/// <param name="Effort">The word of <c>output_config.effort</c>; null: none.</param>
/// <param name="Display">The word of <c>display</c>; null: none.</param>
/// <param name="Left">The ask cannot be met: thinking stays off.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessagesThinking(ThinkingMode Mode, long BudgetTokens = 0, string? Effort = null, string? Display = null, bool Left = false)
{
    /// <summary>The least budget that the vendor takes.</summary>
    private const long MinBudget = 1024;

    public bool IsOn => Mode is ThinkingMode.Adaptive or ThinkingMode.Budget;

    /// <summary>Reads what a request of this protocol asks for.</summary>
    /// <param name="thinking">The raw <c>thinking</c>, or absent.</param>
    /// <param name="outputConfig">The raw <c>output_config</c>, or absent.</param>
    public static ReasoningAsk? Read(JsonSlice thinking, JsonSlice outputConfig)
    {
        Effort? effort = null;
        if (outputConfig.IsObject)
        {
            using JsonBody config = new(outputConfig.Raw);
            effort = Efforts.Parse(config.Root.Text("effort"));
        }

        if (!thinking.IsObject)
        {
            return effort is null ? null : new ReasoningAsk(effort);
        }

        using JsonBody body = new(thinking.Raw);
        JsonElement root = body.Root;
        bool? show = root.Text("display") switch { "omitted" => false, null => null, _ => true };
        return root.Text("type") switch
        {
            "disabled" => new ReasoningAsk(Neutral.Effort.None),
            "between_tools" => new ReasoningAsk(effort ?? Neutral.Effort.Low),
            "enabled" => new ReasoningAsk(effort, root.Required("budget_tokens", "thinking").GetInt64(), show),

            // Adaptive without an effort asks the model to decide, which is what a budget of -1 says elsewhere.
            _ => new ReasoningAsk(effort, effort is null ? -1 : null, show),
        };
    }

    /// <summary>Whether a request asks a model that can think to think.</summary>
    public static bool IsAsked(NeutralRequest request, AnthropicModelRules rules) =>
        rules.Thinks && request.Reasoning is { } ask && !IsOff(ask) && ask is not { Effort: null, BudgetTokens: null, Show: not true };

    /// <summary>Whether thought is asked of a model that cannot be told to call a tool while it thinks.</summary>
    public static bool RulesOutForcing(NeutralRequest request, AnthropicModelRules? rules) =>
        rules?.ForcedTool == ForcedTool.WithoutThinking && IsAsked(request, rules);

    /// <summary>Decides for a model.</summary>
    /// <param name="ask">What the caller asks for; null: nothing.</param>
    /// <param name="rules">What the model takes.</param>
    /// <param name="cap">The cap of the answer, which a budget has to stay below.</param>
    /// <param name="hasTools">The request defines tools.</param>
    public static MessagesThinking Of(ReasoningAsk? ask, AnthropicModelRules rules, long cap, bool hasTools)
    {
        string? display = ask?.Show switch { true => "summarized", false => "omitted", null => rules.HidesTextBetweenTools ? "summarized" : null };
        if (ask is null or { Effort: null, BudgetTokens: null })
        {
            return Unsaid(ask?.Show == true, rules, hasTools, display);
        }

        if (IsOff(ask))
        {
            return Off(rules, display);
        }

        return rules switch
        {
            { Thinks: false } => new MessagesThinking(ThinkingMode.Unsaid, Left: true),
            { TakesBudget: true } when ask.BudgetTokens > 0 || !rules.TakesAdaptive => Budgeted(ask, cap, display),
            _ => new MessagesThinking(ThinkingMode.Adaptive, Effort: Word(ask.Effort ?? Estimate(ask.BudgetTokens), rules), Display: display),
        };
    }

    /// <summary>Decides for a request of another protocol, and says where thinking has to stay off although it is asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="plan">What of it is kept.</param>
    /// <param name="rules">What the model takes.</param>
    /// <param name="cap">The cap of the answer.</param>
    /// <param name="conversation">What is sent of the turns.</param>
    /// <param name="isForced">The model is told that it must call a tool.</param>
    public static MessagesThinking Of(
        NeutralRequest request, TranslationPlan plan, AnthropicModelRules rules, long cap, MessagesConversation conversation, bool isForced)
    {
        ReasoningAsk? ask = plan.Keeps(Concept.ReasoningEffort) && plan.Keeps(Concept.ReasoningBudget) ? request.Reasoning : null;
        MessagesThinking thinking = Of(ask, rules, cap, request.Tools.Count > 0);
        bool impossible = thinking.Mode == ThinkingMode.Budget && conversation.LoopLacksThoughts;
        bool forced = thinking.IsOn && rules.ForcedTool == ForcedTool.WithoutThinking && isForced;
        if (impossible || forced)
        {
            thinking = thinking.WithoutThinking();
        }

        if (thinking.Left && ask is not null)
        {
            plan.Say(request.Uses.Find(use => use.Concept is Concept.ReasoningEffort or Concept.ReasoningBudget or Concept.ReasoningSummary).Path ?? "reasoning");
        }

        return thinking;
    }

    /// <summary>The same without thinking, for requests in which it cannot be on.</summary>
    public MessagesThinking WithoutThinking() => new(ThinkingMode.Unsaid, Effort: Effort, Left: true);

    /// <summary>No effort and no budget is asked for; thoughts may be wanted all the same, or the model may need to show them.</summary>
    private static MessagesThinking Unsaid(bool show, AnthropicModelRules rules, bool hasTools, string? display)
    {
        // Such a model says between its calls what only a summary shows.
        bool hides = rules.HidesTextBetweenTools && hasTools;
        return rules.TakesAdaptive && (show || hides)
            ? new MessagesThinking(ThinkingMode.Adaptive, Display: display)
            : new MessagesThinking(ThinkingMode.Unsaid, Left: show);
    }

    private static bool IsOff(ReasoningAsk ask) => ask.Effort == Neutral.Effort.None || (ask.Effort is null && ask.BudgetTokens == 0);

    private static Effort? Estimate(long? budget) => budget is > 0 ? Efforts.OfBudget(budget.Value) : null;

    private static MessagesThinking Off(AnthropicModelRules rules, string? display) => rules switch
    {
        { TakesAdaptive: false } => default,
        { TakesBetweenTools: true } => new MessagesThinking(ThinkingMode.BetweenTools),
        { ThinkingOff: ThinkingOff.Never } => new MessagesThinking(ThinkingMode.Adaptive, Effort: "low", Display: display),
        _ => new MessagesThinking(ThinkingMode.Disabled),
    };

    private static MessagesThinking Budgeted(ReasoningAsk ask, long cap, string? display)
    {
        long budget = ask.BudgetTokens is > 0 ? Math.Max(MinBudget, ask.BudgetTokens.Value) : Efforts.Budget(ask.Effort ?? Neutral.Effort.Medium, cap);
        budget = Math.Min(budget, cap - 1);
        return budget < MinBudget
            ? new MessagesThinking(ThinkingMode.Unsaid, Left: true)
            : new MessagesThinking(ThinkingMode.Budget, budget, Display: display);
    }

    private static string? Word(Effort? effort, AnthropicModelRules rules) => effort switch
    {
        null => null,
        _ when rules.HighestEffort is null => null,
        Neutral.Effort.Minimal => "low",
        Neutral.Effort.XHigh when !rules.TakesXHigh => Efforts.Word(rules.HighestEffort.Value),
        _ => Efforts.Word(effort > rules.HighestEffort ? rules.HighestEffort.Value : effort.Value),
    };
}
