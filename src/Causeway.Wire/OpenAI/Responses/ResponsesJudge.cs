using System.Buffers.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>What becomes of a request's concepts when this operation is the target of another one's request.</summary>
internal static class ResponsesJudge
{
    /// <summary>The least cap of an answer that the operation takes: "Expected a value &gt;= 16".</summary>
    public const long LeastOutputTokens = 16;

    private const string AtOneProvider = "it lives at the provider that the request was written for";

    private static readonly string[] Tiers = ["auto", "default", "flex", "scale", "priority", "fast"];

    public static CarriageTable Table { get; } = new CarriageTable()
        .Carries(
            Concept.Text, Concept.SystemText, Concept.SystemBetweenTurns, Concept.ImageBytes, Concept.ImageUrl, Concept.ImageDetail, Concept.DocumentBytes,
            Concept.DocumentUrl, Concept.Refusal, Concept.FunctionTool, Concept.CustomTool, Concept.ToolCall, Concept.CustomToolCall,
            Concept.ToolResult, Concept.ToolResultImage, Concept.ToolResultDocument, Concept.ToolChoiceAuto, Concept.ToolChoiceNone,
            Concept.ToolChoiceRequired, Concept.ToolChoiceNamed, Concept.ToolChoiceSubset, Concept.SingleToolCall, Concept.MaxToolCalls, Concept.JsonObject,
            Concept.Verbosity, Concept.ReasoningSummary, Concept.Metadata, Concept.CacheKey, Concept.Stream)
        .CarriesWhere(Concept.EndUser, SafetyIdentifier.Note)
        .CarriesWhere(Concept.JsonSchema, AnswerShape.Note)
        .CarriesWhere(Concept.StrictTool, ToolForms.Note)
        .Emulates(Concept.DocumentText, "as text")
        .Emulates(Concept.ToolError, "the answer begins with \"Error: \"")
        .Emulates(Concept.ReasoningBudget, "as the effort that it comes to")
        .Emulates(Concept.ReasoningEffort, "the nearest effort that the model takes")
        .Emulates(Concept.MaxOutputTokens, "at least 16, the least that the operation takes")
        .Emulates(Concept.ReasoningState, "kept where OpenAI made it, left out otherwise")
        .Emulates(Concept.StreamOptions, "usage is always told")
        .Drops(Concept.Store, "translated requests are never stored")
        .Drops(Concept.ServiceTier, "kept where it is one of OpenAI's words")
        .Drops(Concept.CacheMark, "kept by gpt-5.6 and later")
        .Drops(Concept.Moderation, "kept from OpenAI's own callers")
        .Denies(Concept.Temperature, "carried by models that do not reason, or with effort none")
        .Denies(Concept.TopP, "carried by models that do not reason, or with effort none")
        .Denies(Concept.LogProbs, "carried by models that do not reason, or with effort none")
        .Denies(Concept.FrequencyPenalty, "the operation has none; 0 is taken")
        .Denies(Concept.PresencePenalty, "the operation has none; 0 is taken")
        .Denies(Concept.Choices, "the operation gives one answer; 1 is taken")
        .Denies(Concept.AudioBytes, "only wav and mp3")
        .Denies(Concept.AssistantPrefill, "the model would answer anew instead of going on; OpenAI's own callers know it")
        .Denies(Concept.OutputModalities, "the operation answers in text")
        .Denies(Concept.ImageFile, AtOneProvider)
        .Denies(Concept.DocumentFile, AtOneProvider)
        .Denies(Concept.ProviderState, AtOneProvider);

    public static Carriage Judge(in Use use, NeutralRequest request, Target target)
    {
        if (use.Concept == Concept.EndUser && !SafetyIdentifier.Takes(request.EndUser))
        {
            return new Carriage(Verdict.Dropped, SafetyIdentifier.Note);
        }

        bool isKept = use.Concept switch
        {
            Concept.Temperature => TakesSampling(request, target) || IsNumber(request.Temperature, 1),
            Concept.TopP => TakesSampling(request, target) || IsNumber(request.TopP, 1),
            Concept.LogProbs => TakesSampling(request, target),
            Concept.FrequencyPenalty => IsNumber(request.FrequencyPenalty, 0),
            Concept.PresencePenalty => IsNumber(request.PresencePenalty, 0),
            Concept.Choices => request.Choices == 1,
            Concept.AudioBytes => HasOnlyKnownAudio(request),
            Concept.OutputModalities => IsTextOnly(request.Raw(Concept.OutputModalities)),
            Concept.ServiceTier => IsTier(request.Raw(Concept.ServiceTier)),
            Concept.CacheMark => OpenAIModelRules.Of(target.Model).CacheBreakpoints,
            Concept.ImageFile or Concept.DocumentFile or Concept.AssistantPrefill or Concept.Moderation => IsOpenAIs(request),
            _ => false,
        };
        return isKept ? new Carriage(Verdict.Carried) : Table[use.Concept];
    }

    /// <summary>Whether temperature, top_p and log probabilities may be sent.</summary>
    public static bool TakesSampling(NeutralRequest request, Target target) =>
        !OpenAIModelRules.Of(target.Model).Refuses(Concept.Temperature, EffortFor(request, target));

    /// <summary>The effort to ask for; null: the model's default.</summary>
    public static Effort? EffortFor(NeutralRequest request, Target target)
    {
        if (request.Reasoning is not { } ask || (ask.Effort ?? OfBudget(ask.BudgetTokens)) is not { } effort)
        {
            return null;
        }

        Effort[] taken = OpenAIModelRules.Of(target.Model).Efforts;
        if (taken.Length == 0 || taken.Contains(effort))
        {
            return effort;
        }

        // Little thinking is nearer to some than to none.
        return taken.Where(one => one != Effort.None).MinBy(one => Math.Abs((int)one - (int)effort));
    }

    /// <summary>Whether the model will think, so that its reasoning can be asked for; a model of an unknown name says so by being asked to think.</summary>
    public static bool Thinks(NeutralRequest request, Target target) =>
        EffortFor(request, target) != Effort.None && (OpenAIModelRules.Of(target.Model).Reasons || request.Reasoning is not null);

    private static Effort? OfBudget(long? tokens) => tokens is { } budget and not -1 ? Efforts.OfBudget(budget) : null;

    /// <summary>State that OpenAI's other operation refers to may be referred to here.</summary>
    private static bool IsOpenAIs(NeutralRequest request) => Operations.ProtocolOf(request.Origin) == Protocol.OpenAI;

    private static bool IsNumber(JsonSlice number, double value) =>
        Utf8Parser.TryParse(number.Raw.Span, out double parsed, out int read) && read == number.Raw.Length && parsed.Equals(value);

    private static bool IsTier(JsonSlice tier) => tier.Text() is { } word && Tiers.Contains(word);

    private static bool HasOnlyKnownAudio(NeutralRequest request) =>
        request.Turns.TrueForAll(turn => turn.Parts.TrueForAll(part => part is not MediaPart { Kind: MediaKind.Audio } audio || AudioFormat.Of(audio.MediaType) is not null));

    private static bool IsTextOnly(JsonSlice modalities)
    {
        if (!modalities.IsArray)
        {
            return false;
        }

        using JsonDocument document = JsonDocument.Parse(modalities.Raw);
        return document.RootElement.EnumerateArray().All(one => string.Equals(one.GetString(), "text", StringComparison.OrdinalIgnoreCase));
    }
}
