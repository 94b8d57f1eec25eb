using System.Buffers;
using System.Buffers.Text;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>What a request of another protocol keeps on its way to this one.</summary>
internal static class ConverseCarriage
{
    private const string NothingIsFetched = "Bedrock takes bytes only, and nothing is fetched for it: send it as base64";
    private const string LivesElsewhere = "the file lives at another provider";
    private const string ByTheModel = "models that enforce a schema only";

    private static readonly SearchValues<char> NameChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private static readonly Carriage Carried = new(Verdict.Carried);

    public static CarriageTable Table { get; } = new CarriageTable()
        .Carries(
            Concept.Text, Concept.SystemText, Concept.ImageBytes, Concept.DocumentBytes, Concept.DocumentText, Concept.ReasoningState,
            Concept.FunctionTool, Concept.ToolCall, Concept.ToolResult, Concept.ToolResultImage, Concept.ToolResultDocument, Concept.ToolError,
            Concept.ToolChoiceAuto, Concept.ToolChoiceRequired, Concept.ToolChoiceNamed, Concept.MaxOutputTokens, Concept.Temperature,
            Concept.TopP, Concept.StopSequences, Concept.ReasoningEffort, Concept.Stream, Concept.StreamOptions)
        .Emulates(Concept.SystemBetweenTurns, "it joins the system text")
        .Emulates(Concept.AudioBytes, "models that take sound only")
        .Emulates(Concept.VideoBytes, "models that take film only")
        .Emulates(Concept.StrictTool, ByTheModel + ", where the dialect can hold the schema")
        .CarriesWhere(Concept.JsonSchema, AnswerShape.Note)
        .Emulates(Concept.TopK, "a field of the model's own: models of Anthropic and Amazon only")
        .Emulates(Concept.ReasoningBudget, "a field of the model's own for Claude; an effort for others")
        .Emulates(Concept.ReasoningSummary, "a field of the model's own: Claude only")
        .Emulates(Concept.Refusal, "as text of the assistant")
        .Emulates(Concept.ToolChoiceNone, "the tools are not offered; where the history holds calls they are, with an instruction to call none")
        .Emulates(Concept.ToolChoiceSubset, "the other tools are not offered")
        .Emulates(Concept.SingleToolCall, "calls after the first are left out of the answer")
        .Emulates(Concept.JsonObject, "by an instruction")
        .Emulates(Concept.Verbosity, "by an instruction")
        .Emulates(Concept.CacheMark, "a cache point after what is marked, four at most: models that take cache points only")
        .Emulates(Concept.EndUser, "\"user_id\" of the request's metadata, if its letters are taken there")
        .Emulates(Concept.Metadata, "the request's metadata, if its letters are taken there")
        .Emulates(Concept.ServiceTier, "default, flex and priority; other tiers are dropped")
        .Denies(Concept.ImageUrl, NothingIsFetched)
        .Denies(Concept.DocumentUrl, NothingIsFetched)
        .Denies(Concept.MediaUri, NothingIsFetched)
        .Denies(Concept.ImageFile, LivesElsewhere)
        .Denies(Concept.DocumentFile, LivesElsewhere)
        .Denies(Concept.AssistantPrefill, "Claude models up to 4.5 only");

    public static Carriage Judge(in Use use, NeutralRequest request, Target target)
    {
        ConverseModelRules rules = ConverseModelRules.Of(target.Model);
        return use.Concept switch
        {
            Concept.FunctionTool => Unless(
                request.Tools.Exists(tool => tool.Kind == ToolKind.Function && !IsName(tool.Name)), "a tool's name has letters, digits, _ and - only there, 64 at most")
                is { Verdict: Verdict.Denied } refused ? refused : MessagesCarriage.Schemas(request),
            Concept.ToolCall => Unless(
                request.Turns.Exists(turn => turn.Parts.Exists(part => part is ToolCallPart { IsCustom: false } call && !IsName(call.Name))),
                "the history calls a tool whose name has more than letters, digits, _ and -, or than 64 of them"),
            Concept.ImageBytes => Unless(!ConverseMedia.TakesAll(request, MediaKind.Image), "images are PNG, JPEG, GIF or WebP there"),
            Concept.DocumentBytes => Unless(!ConverseMedia.TakesAll(request, MediaKind.Document), "documents are PDF, CSV, Word, Excel, HTML, text or Markdown there"),
            Concept.AudioBytes => Medium(request, MediaKind.Audio, rules.TakesAudio),
            Concept.VideoBytes => Medium(request, MediaKind.Video, rules.TakesVideo),
            Concept.StrictTool when !rules.TakesSchemas => new Carriage(Verdict.Denied, "this model does not enforce a schema through Converse"),
            Concept.CacheMark when !rules.TakesCachePoints => new Carriage(Verdict.Dropped),
            Concept.EndUser or Concept.Metadata => ConverseMetadata.Takes(request, use.Concept) ? Table[use.Concept] : new Carriage(Verdict.Dropped),
            Concept.ServiceTier when ConverseTiers.Asked(request.Raw(Concept.ServiceTier)) is null => new Carriage(Verdict.Dropped),
            _ => rules.Anthropic is null ? JudgeOther(use.Concept, request, rules) : JudgeClaude(use, request, target),
        };
    }

    /// <summary>Whether a tool may have the name.</summary>
    private static bool IsName(JsonSlice name) => name.Text() is { Length: > 0 and <= 64 } text && !text.AsSpan().ContainsAnyExcept(NameChars);

    private static Carriage Unless(bool denied, string note) => denied ? new Carriage(Verdict.Denied, note) : Carried;

    private static Carriage Medium(NeutralRequest request, MediaKind kind, bool taken) =>
        !taken ? new Carriage(Verdict.Denied, "this model does not take it") : Unless(!ConverseMedia.TakesAll(request, kind), "its format has no name there");

    // What Claude refuses it refuses on Bedrock too.
    private static Carriage JudgeClaude(in Use use, NeutralRequest request, Target target) => use.Concept switch
    {
        Concept.Temperature or Concept.TopP or Concept.TopK or Concept.StopSequences or Concept.ReasoningEffort or Concept.ReasoningBudget
            or Concept.AssistantPrefill or Concept.ToolChoiceRequired or Concept.ToolChoiceNamed or Concept.ToolChoiceSubset
            or Concept.StrictTool or Concept.Choices or Concept.FrequencyPenalty or Concept.PresencePenalty =>
            MessagesCarriage.Judge(use, request, target),
        Concept.ReasoningSummary => Carried,
        _ => Table[use.Concept],
    };

    private static Carriage JudgeOther(Concept concept, NeutralRequest request, ConverseModelRules rules) => concept switch
    {
        Concept.Temperature => Unless(Value(request.Temperature) is not (>= 0 and <= 1), "it goes from 0 to 1 there"),
        Concept.TopK when rules.TopKMember is null => new Carriage(Verdict.Denied, "no field of this model's is known for it"),
        Concept.ReasoningEffort or Concept.ReasoningBudget when ConverseReasoning.IsOff(request.Reasoning) =>
            Unless(!rules.ThinksOnlyIfAsked, "no field of this model's is known that turns it off"),
        Concept.ReasoningBudget => new Carriage(Verdict.Emulated, "as an effort"),
        Concept.ReasoningSummary => new Carriage(Verdict.Dropped),
        Concept.FrequencyPenalty when MessagesSampling.IsZero(request.FrequencyPenalty) => Carried,
        Concept.PresencePenalty when MessagesSampling.IsZero(request.PresencePenalty) => Carried,
        Concept.Choices when request.Choices == 1 => Carried,
        _ => Table[concept],
    };

    private static double Value(JsonSlice number) => Utf8Parser.TryParse(number.Raw.Span, out double value, out _) ? value : double.NaN;
}
