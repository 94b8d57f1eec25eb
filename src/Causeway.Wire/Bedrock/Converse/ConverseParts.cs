using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Chooses the parts of another protocol's turns that this one is sent. What is left out was judged before, or is said here.</summary>
internal sealed class ConverseParts(NeutralRequest request, TranslationPlan plan)
{
    private readonly string _reasoningPath = request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path ?? "reasoning";

    /// <summary>The parts of a turn, with text that is more than white space: the service refuses any other.</summary>
    public List<Part> Of(Turn turn) => Of(turn.Parts);

    private List<Part> Of(List<Part> parts) => [.. parts.Select(Sent).OfType<Part>()];

    private Part? Sent(Part part) => part switch
    {
        TextPart text => MessagesParts.IsBlank(text.Text) ? null : text,
        RefusalPart refusal when plan.Keeps(Concept.Refusal) => Sent(new TextPart(refusal.Text) { Cache = refusal.Cache }),
        MediaPart media => Takes(media) ? media : null,
        ReasoningPart reasoning => Reasoning(reasoning),
        ToolCallPart { IsCustom: false } call => plan.Keeps(Concept.ToolCall) ? call : null,
        ToolResultPart { IsCustom: false } result => plan.Keeps(Concept.ToolResult) ? Result(result) : null,
        _ => null,
    };

    private bool Takes(MediaPart media)
    {
        bool isText = media.Kind == MediaKind.Document && !media.Text.IsAbsent;
        bool isBytes = !media.Data.IsAbsent && ConverseMedia.FormatOf(media) is not null;
        return (isText || isBytes) && plan.Keeps(media.Kind switch
        {
            MediaKind.Image => Concept.ImageBytes,
            MediaKind.Audio => Concept.AudioBytes,
            MediaKind.Video => Concept.VideoBytes,
            _ => isText ? Concept.DocumentText : Concept.DocumentBytes,
        });
    }

    private ReasoningPart? Reasoning(ReasoningPart reasoning)
    {
        if (plan.Keeps(Concept.ReasoningState) && ConverseSeals.IsFor(reasoning.Seal, plan.Target))
        {
            return reasoning;
        }

        plan.Say(_reasoningPath);
        return null;
    }

    private ToolResultPart Result(ToolResultPart result)
    {
        ToolResultPart sent = new(result.CallId) { Json = result.Json, IsError = result.IsError && plan.Keeps(Concept.ToolError), Cache = result.Cache };
        foreach (Part part in Of(result.Content))
        {
            // A cache point cannot stand inside a result: it comes after it.
            sent.Cache ??= part.Cache;
            if (part is not MediaPart media || plan.Keeps(media.Kind == MediaKind.Image ? Concept.ToolResultImage : Concept.ToolResultDocument))
            {
                sent.Content.Add(part);
            }
        }

        return sent;
    }
}
