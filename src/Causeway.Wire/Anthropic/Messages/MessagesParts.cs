using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Chooses the parts of another protocol's turns that this one is sent. What is left out was judged before, or is said here.</summary>
internal sealed class MessagesParts(NeutralRequest request, TranslationPlan plan)
{
    private readonly string _reasoningPath = request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path ?? "reasoning";

    /// <summary>The parts of a turn, with text that is more than white space: the vendor refuses any other.</summary>
    public List<Part> Of(Turn turn) => Of(turn.Parts);

    /// <summary>Whether text is nothing but white space, as it is spelled in JSON.</summary>
    public static bool IsBlank(JsonSlice text)
    {
        ReadOnlySpan<byte> escaped = text.Escaped;
        for (int i = 0; i < escaped.Length; i++)
        {
            bool isSpace = escaped[i] == ' ' || (escaped[i] == '\\' && ++i < escaped.Length && escaped[i] is (byte)'n' or (byte)'r' or (byte)'t');
            if (!isSpace)
            {
                return false;
            }
        }

        return true;
    }

    private List<Part> Of(List<Part> parts)
    {
        List<Part> kept = new(parts.Count);
        foreach (Part part in parts)
        {
            if (Sent(part) is { } sent)
            {
                kept.Add(sent);
            }
        }

        return kept;
    }

    private Part? Sent(Part part) => part switch
    {
        TextPart text => IsBlank(text.Text) ? null : text,
        RefusalPart refusal => plan.Keeps(Concept.Refusal) && !IsBlank(refusal.Text) ? new TextPart(refusal.Text) { Cache = refusal.Cache } : null,
        MediaPart media => Takes(media) ? media : null,
        ReasoningPart reasoning => Reasoning(reasoning),
        ToolCallPart call => call.IsCustom ? null : call,
        ToolResultPart result => result.IsCustom ? null : Result(result),
        _ => null,
    };

    private bool Takes(MediaPart media) => media switch
    {
        { Kind: MediaKind.Image, Data.IsAbsent: false } => plan.Keeps(Concept.ImageBytes),
        { Kind: MediaKind.Image, Url.IsAbsent: false } => plan.Keeps(Concept.ImageUrl),
        { Kind: MediaKind.Document, Data.IsAbsent: false } => plan.Keeps(Concept.DocumentBytes),
        { Kind: MediaKind.Document, Url.IsAbsent: false } => plan.Keeps(Concept.DocumentUrl),
        { Kind: MediaKind.Document, Text.IsAbsent: false } => plan.Keeps(Concept.DocumentText),
        _ => false,
    };

    private ReasoningPart? Reasoning(ReasoningPart reasoning)
    {
        if (plan.Keeps(Concept.ReasoningState) && MessagesSeals.IsFor(reasoning.Seal, plan.Target))
        {
            return reasoning;
        }

        plan.Say(_reasoningPath);
        return null;
    }

    private ToolResultPart Result(ToolResultPart result)
    {
        ToolResultPart sent = new(result.CallId) { IsError = result.IsError && plan.Keeps(Concept.ToolError), Cache = result.Cache };
        sent.Content.AddRange(Of(result.Content).Where(part => part is not MediaPart media
            || plan.Keeps(media.Kind == MediaKind.Image ? Concept.ToolResultImage : Concept.ToolResultDocument)));
        if (!result.Json.IsAbsent)
        {
            sent.Content.Insert(0, new TextPart(JsonSlice.OfEscaped(Escape(result.Json))));
        }

        return sent;
    }

    /// <summary>An object as the text of a string.</summary>
    private static ReadOnlySpan<byte> Escape(JsonSlice json) =>
        System.Text.Json.JsonEncodedText.Encode(json.Raw.Span, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
}
