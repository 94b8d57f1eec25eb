using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes one part of a content.</summary>
internal sealed class PartWriter
{
    private readonly Utf8JsonWriter _json;
    private readonly TranslationPlan _plan;
    private readonly Signatures _signatures;
    private readonly MediaWriter _media;
    private readonly FunctionWriter _functions;

    public PartWriter(Utf8JsonWriter json, NeutralRequest request, TranslationPlan plan)
    {
        (_json, _plan) = (json, plan);
        _signatures = new Signatures(request, plan);
        _media = new MediaWriter(json, plan);
        _functions = new FunctionWriter(json, request, plan, _media);
    }

    /// <summary>Whether a part goes to the target; state of another vendor's is said to be left out.</summary>
    public bool Carries(Part part) => part switch
    {
        TextPart text => _plan.IsSameOperation || !text.Text.Escaped.IsEmpty,
        RefusalPart => _plan.Keeps(Concept.Refusal),
        ReasoningPart reasoning => CarriesReasoning(reasoning),
        MediaPart media => _media.Carries(media),
        ToolCallPart call => !call.IsCustom && _plan.Keeps(Concept.ToolCall),
        ToolResultPart result => !result.IsCustom && _plan.Keeps(Concept.ToolResult),
        _ => _plan.IsSameOperation,
    };

    /// <summary>What of the results cannot stand inside them.</summary>
    public IEnumerable<Part> Loose(List<ToolResultPart> results) => _functions.Loose(results);

    public void Write(Part part)
    {
        if (part is NativePart native)
        {
            native.Raw.WriteTo(_json);
            return;
        }

        _json.WriteStartObject();
        WriteContent(part);
        if (_plan.IsSameOperation)
        {
            PartExtras.WriteOuter(_json, part);
        }

        _json.WriteEndObject();
    }

    private void WriteContent(Part part)
    {
        switch (part)
        {
            case TextPart text:
                text.Text.WriteTo(_json, "text"u8);
                WriteSignature(_signatures.Of(text.Seal));
                break;
            case RefusalPart refusal:
                refusal.Text.WriteTo(_json, "text"u8);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(reasoning);
                break;
            case MediaPart media:
                _media.Write(media);
                break;
            case ToolCallPart call:
                _functions.WriteCall(call);
                WriteSignature(_signatures.Of(call));
                break;
            case ToolResultPart result:
                _functions.WriteResponse(result);
                break;
        }
    }

    private void WriteReasoning(ReasoningPart reasoning)
    {
        reasoning.Text.WriteTo(_json, "text"u8);
        if (!reasoning.Text.Escaped.IsEmpty)
        {
            _json.WriteBoolean("thought"u8, true);
        }

        WriteSignature(_signatures.Of(reasoning.Seal));
    }

    private void WriteSignature(string? signature)
    {
        if (signature is not null)
        {
            _json.WriteString("thoughtSignature"u8, signature);
        }
    }

    private bool CarriesReasoning(ReasoningPart part)
    {
        bool carries = _plan.IsSameOperation && part.Seal is null || (_plan.Keeps(Concept.ReasoningState) && _signatures.Of(part.Seal) is not null);
        if (!carries && part.Seal is null)
        {
            _signatures.SayLeftOut();
        }

        return carries;
    }
}
