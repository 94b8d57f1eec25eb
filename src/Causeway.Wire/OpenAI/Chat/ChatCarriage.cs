using System.Buffers.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>What a chat target takes: the protocol's table, then the server's deviations, then the model's rules.</summary>
internal static class ChatCarriage
{
    public static CarriageTable Table { get; } = new CarriageTable()
        .Carries(
            Concept.Text, Concept.SystemText, Concept.SystemBetweenTurns, Concept.ImageBytes, Concept.ImageUrl, Concept.ImageDetail, Concept.AudioBytes,
            Concept.DocumentBytes, Concept.Refusal, Concept.FunctionTool, Concept.CustomTool, Concept.ToolCall, Concept.CustomToolCall,
            Concept.ToolResult, Concept.ToolChoiceAuto, Concept.ToolChoiceNone, Concept.ToolChoiceRequired, Concept.ToolChoiceNamed, Concept.ToolChoiceSubset,
            Concept.SingleToolCall, Concept.MaxOutputTokens, Concept.Temperature, Concept.TopP, Concept.FrequencyPenalty, Concept.PresencePenalty, Concept.Seed,
            Concept.StopSequences, Concept.Choices, Concept.LogProbs, Concept.JsonObject, Concept.Verbosity, Concept.ReasoningEffort,
            Concept.Stream)
        .CarriesWhere(Concept.EndUser, SafetyIdentifier.Note)
        .CarriesWhere(Concept.JsonSchema, AnswerShape.Note)
        .CarriesWhere(Concept.StrictTool, ToolForms.Note)
        .Emulates(Concept.DocumentText, "as a part of text")
        .Emulates(Concept.ToolError, "the result begins with \"Error: \"")
        .Emulates(Concept.ToolResultImage, "results are text only: the image follows in a message of the user")
        .Emulates(Concept.ToolResultDocument, "results are text only: the document follows in a message of the user")
        .Emulates(Concept.ReasoningBudget, "as the effort that the budget comes to")
        .Denies(Concept.AssistantPrefill, "the model answers with a message of its own instead of going on with the last one (Mistral: carried)")
        .Denies(Concept.TopK, "only vLLM, llama.cpp, Together and OpenRouter take it")
        .Denies(Concept.DocumentUrl, "chat takes documents as bytes only")
        .Denies(Concept.DocumentFile, "the file lives at another provider (from Responses: carried)")
        .Drops(Concept.ReasoningState, "goes back to the server that gave it; other vendors' stays behind")
        .Drops(Concept.CacheMark, "OpenAI from gpt-5.6 on: carried as breakpoints")
        .Drops(Concept.CacheKey, "from Responses: carried")
        .Drops(Concept.ServiceTier, "from Responses: carried");

    private const int MaxStopSequences = 4;

    // A model that does not reason has nothing to be told; one that always does thinks as it would.
    private static readonly Carriage s_noEffort = new(Verdict.Dropped, "the model takes no effort");

    public static Carriage Judge(in Use use, NeutralRequest request, Target target)
    {
        ServerDeviations server = ServerList.Of(target.Server);
        Concept concept = use.Concept;
        if (!server.Takes(concept, target.Model))
        {
            return concept is Concept.ReasoningEffort or Concept.ReasoningBudget ? s_noEffort : new Carriage(Refused(concept), $"{server.Name} does not take it");
        }

        OpenAIModelRule? rule = server.HasOpenAIModels ? OpenAIModelRules.Of(target.Model) : null;
        bool fromOpenAI = Operations.ProtocolOf(request.Origin) == Protocol.OpenAI;
        return concept switch
        {
            _ when server.AlsoTaken.Contains(concept) => new Carriage(Verdict.Carried),
            Concept.CacheMark => new Carriage(rule?.CacheBreakpoints == true ? Verdict.Carried : Verdict.Dropped),
            Concept.CacheKey or Concept.ServiceTier when fromOpenAI => new Carriage(Verdict.Carried),
            Concept.DocumentFile when fromOpenAI && rule is not null => new Carriage(Verdict.Carried),

            // OpenAI's own callers do not expect the last message to be gone on with either.
            Concept.AssistantPrefill when fromOpenAI || server.PrefillMember is not null => new Carriage(Verdict.Carried),
            Concept.StopSequences when rule is not null && request.StopSequences.Count > MaxStopSequences => new Carriage(Verdict.Denied, "it takes 4 stop sequences at most"),
            Concept.AudioBytes when !HasOnlyKnownAudio(request) => new Carriage(Verdict.Denied, "only wav and mp3"),
            Concept.EndUser when server.EndUserField is null => new Carriage(Verdict.Dropped),
            Concept.EndUser when rule is not null && !SafetyIdentifier.Takes(request.EndUser) => new Carriage(Verdict.Dropped, SafetyIdentifier.Note),
            Concept.ReasoningState when server.ReasoningFieldOf(target.Model) is not null => new Carriage(Verdict.Carried),
            Concept.ReasoningEffort or Concept.ReasoningBudget => OfEffort(concept, request, server, rule),
            Concept.ToolChoiceSubset when !server.SubsetChoice => new Carriage(Verdict.Emulated, "only the allowed tools are defined"),
            Concept.StrictTool when !server.StrictMember => new Carriage(Verdict.Emulated, "the server enforces schemas always or never"),
            _ when rule?.Refuses(concept, request.Reasoning?.Effort) == true && !IsDefault(concept, request) =>
                new Carriage(Refused(concept), "the model refuses it while it reasons"),
            _ => Table[concept],
        };
    }

    private static bool HasOnlyKnownAudio(NeutralRequest request) =>
        request.Turns.TrueForAll(turn => turn.Parts.TrueForAll(part => part is not MediaPart { Kind: MediaKind.Audio } audio || AudioFormat.Of(audio.MediaType) is not null));

    private static Verdict Refused(Concept concept) => Concepts.IsHint(concept) ? Verdict.Dropped : Verdict.Denied;

    private static Carriage OfEffort(Concept concept, NeutralRequest request, ServerDeviations server, OpenAIModelRule? rule)
    {
        Effort[] taken = ChatEffort.Taken(server, rule);
        if (taken.Length == 0)
        {
            return s_noEffort;
        }

        Effort? asked = request.Reasoning?.Effort;
        return concept == Concept.ReasoningBudget || (asked is { } effort && !taken.Contains(effort))
            ? new Carriage(Verdict.Emulated, "as the nearest effort that the model takes")
            : new Carriage(Verdict.Carried);
    }

    /// <summary>A sampling value of 1 changes nothing, and is taken by the models that refuse every other one.</summary>
    private static bool IsDefault(Concept concept, NeutralRequest request)
    {
        JsonSlice value = concept switch
        {
            Concept.Temperature => request.Temperature,
            Concept.TopP => request.TopP,
            _ => default,
        };
        ReadOnlySpan<byte> raw = value.Raw.Span;
        return Utf8Parser.TryParse(raw, out double number, out int consumed) && consumed == raw.Length && number == 1;
    }
}
