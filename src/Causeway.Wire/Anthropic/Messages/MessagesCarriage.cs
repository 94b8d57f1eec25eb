using System.Buffers;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>What a request of another protocol keeps on its way to this one.</summary>
internal static class MessagesCarriage
{
    private const int MaxToolName = 128;
    private const string SamplingModels = "models up to Opus 4.6, Sonnet 4.6 and Haiku 4.5; denied to later ones, which take their own sampling only";
    private const string ForcingModels = "denied to Sonnet 5.5, Opus 5.5 and Fable 5.1 on, which cannot be made to call";

    private static readonly SearchValues<byte> ToolNameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);

    private static readonly Carriage Carried = new(Verdict.Carried);

    public static CarriageTable Table { get; } = new CarriageTable()
        .Carries(
            Concept.Text, Concept.SystemText, Concept.ImageBytes, Concept.ImageUrl, Concept.DocumentBytes, Concept.DocumentUrl,
            Concept.DocumentText, Concept.ReasoningState, Concept.FunctionTool, Concept.ToolCall, Concept.ToolResult,
            Concept.ToolResultImage, Concept.ToolResultDocument, Concept.ToolError, Concept.ToolChoiceAuto, Concept.ToolChoiceNone,
            Concept.SingleToolCall, Concept.MaxOutputTokens, Concept.StopSequences, Concept.ReasoningSummary, Concept.CacheMark, Concept.EndUser, Concept.Stream, Concept.StreamOptions)
        .CarriesWhere(Concept.JsonSchema, AnswerShape.Note)
        .CarriesWhere(Concept.StrictTool, ToolForms.Note)
        .CarriesWhere(Concept.Temperature, SamplingModels)
        .CarriesWhere(Concept.TopP, SamplingModels)
        .CarriesWhere(Concept.TopK, SamplingModels)
        .CarriesWhere(Concept.ToolChoiceRequired, ForcingModels)
        .CarriesWhere(Concept.ToolChoiceNamed, ForcingModels)
        .CarriesWhere(Concept.ReasoningEffort, "as thinking and effort, or as a budget, whichever the model takes")
        .CarriesWhere(Concept.ReasoningBudget, "as thinking and effort, or as a budget, whichever the model takes")
        .Emulates(Concept.SystemBetweenTurns, "models that take system messages between turns get them there; for others they join the system text")
        .Emulates(Concept.DocumentContext, "a document's name becomes its title")
        .Emulates(Concept.Refusal, "as text of the assistant")
        .Emulates(Concept.ToolChoiceSubset, "the other tools are not offered")
        .Emulates(Concept.JsonObject, "by an instruction")
        .Emulates(Concept.Verbosity, "by an instruction")
        .Emulates(Concept.ServiceTier, "\"auto\" stays, \"default\" becomes \"standard_only\"; other tiers are dropped")
        .Denies(Concept.AssistantPrefill, "models from 4.6 on do not go on from an assistant message")
        .Denies(Concept.ImageFile, "the file lives at another provider")
        .Denies(Concept.DocumentFile, "the file lives at another provider");

    public static Carriage Judge(in Use use, NeutralRequest request, Target target)
    {
        AnthropicModelRules rules = AnthropicModelRules.Of(target.Model);
        return use.Concept switch
        {
            Concept.Temperature => MessagesSampling.Temperature(request, rules),
            Concept.TopP => MessagesSampling.TopP(request, rules),
            Concept.TopK => MessagesSampling.TopK(request, rules),
            Concept.FrequencyPenalty when MessagesSampling.IsZero(request.FrequencyPenalty) => Carried,
            Concept.PresencePenalty when MessagesSampling.IsZero(request.PresencePenalty) => Carried,
            Concept.Choices when request.Choices == 1 => Carried,
            Concept.StopSequences => Unless(request.StopSequences.Exists(MessagesParts.IsBlank), "a stop sequence of white space alone is refused"),
            Concept.ReasoningEffort or Concept.ReasoningBudget => Reasoning(request, rules),
            Concept.AssistantPrefill => Prefill(request, rules),
            Concept.SystemBetweenTurns when rules.TakesSystemTurns => Carried,
            Concept.ServiceTier when MessagesTiers.Asked(request.Raw(Concept.ServiceTier)) is null => new Carriage(Verdict.Dropped),
            _ => JudgeTools(use, request, rules),
        };
    }

    /// <summary>Whether what tools take is described as an object, which Bedrock wants as well.</summary>
    public static Carriage Schemas(NeutralRequest request) =>
        Unless(request.Tools.Exists(tool => tool.Kind == ToolKind.Function && !MessagesSchemas.IsObject(tool.Schema)), "a tool's schema must describe an object");

    private static Carriage JudgeTools(in Use use, NeutralRequest request, AnthropicModelRules rules) => use.Concept switch
    {
        Concept.FunctionTool => Tools(request),
        Concept.StrictTool => Unless(!rules.TakesSchemas, "this model does not enforce a schema"),
        Concept.ToolChoiceRequired or Concept.ToolChoiceNamed => Unless(rules.ForcedTool == ForcedTool.Refused, "this model refuses a tool that it must call"),
        Concept.ToolChoiceSubset when IsForced(request) && rules.ForcedTool == ForcedTool.Refused =>
            new Carriage(Verdict.Denied, "this model refuses a tool that it must call"),
        Concept.ImageBytes => Unless(!MessagesMedia.TakesAll(request, MediaKind.Image), "images are JPEG, PNG, GIF or WebP there"),
        Concept.DocumentBytes => Unless(!MessagesMedia.TakesAll(request, MediaKind.Document), "documents are PDF there"),
        _ => Table[use.Concept],
    };

    private static Carriage Unless(bool denied, string note) => denied ? new Carriage(Verdict.Denied, note) : Carried;

    private static bool IsForced(NeutralRequest request) => request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;

    private static Carriage Reasoning(NeutralRequest request, AnthropicModelRules rules)
    {
        bool isOff = request.Reasoning is null or { Effort: Effort.None } or { Effort: null, BudgetTokens: 0 };
        return rules switch
        {
            { Thinks: false } => Unless(!isOff, "this model does not think"),
            { TakesAdaptive: false } => new Carriage(Verdict.Emulated, "as a budget"),
            { ThinkingOff: ThinkingOff.Never } when isOff => new Carriage(Verdict.Emulated, "this model always thinks: at its lowest effort"),
            _ => Carried,
        };
    }

    private static Carriage Prefill(NeutralRequest request, AnthropicModelRules rules) =>
        !rules.TakesPrefill ? new Carriage(Verdict.Denied, "this model does not go on from an assistant message")
        : MessagesThinking.IsAsked(request, rules) ? new Carriage(Verdict.Denied, "a model that thinks does not go on from an assistant message")
        : Unless(request.Format is { Kind: OutputKind.JsonSchema }, "an answer by a schema does not go on from an assistant message");

    private static Carriage Tools(NeutralRequest request) =>
        request.Tools.Exists(tool => tool.Kind == ToolKind.Function && !IsName(tool.Name.Escaped))
            ? new Carriage(Verdict.Denied, "a tool's name has letters, digits, _ and - only there, 128 at most")
            : Schemas(request);

    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= MaxToolName && !name.ContainsAnyExcept(ToolNameBytes);
}
