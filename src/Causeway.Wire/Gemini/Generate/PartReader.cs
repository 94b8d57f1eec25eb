using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads one part of a content.</summary>
internal sealed class PartReader(JsonBody body, Marks marks)
{
    private static readonly JsonSlice NoText = JsonSlice.Of("");

    private readonly MediaReader _media = new(body, marks);
    private readonly FunctionReader _functions = new(body, marks);

    public Part Read(JsonElement part, in Place place, Role role)
    {
        PartMembers members = PartMembers.Of(body, part, place, marks);
        Part read = members.Kind switch
        {
            "text" => Text(members, place, role),
            "inlineData" or "fileData" => Media(members, place),
            "functionCall" => _functions.Call(members, place, Seal(members, place)),
            "functionResponse" => _functions.Response(members, place, _media),
            "" when members.Signature is not null => Thought(NoText, members, place),
            _ => Native(part, members, place),
        };
        if (read is MediaPart or ToolResultPart && members.Signature is { } signature)
        {
            marks.Once(Concept.ReasoningState, place, "thoughtSignature");
            members.Keep("thoughtSignature", signature);
        }

        read.Extras = read is NativePart ? null : members.Extras;
        return read;
    }

    /// <summary>A plain string in a part's place.</summary>
    public TextPart Text(JsonElement text, in Place place, Role role)
    {
        marks.Once(role == Role.System ? Concept.SystemText : Concept.Text, place.ToString());
        return new TextPart(Spelling.Text(body, text));
    }

    private Part Text(PartMembers members, in Place place, Role role)
    {
        JsonSlice text = Spelling.Text(body, members.Value);
        if (members.IsThought || (members.Signature is not null && text.Escaped.IsEmpty))
        {
            return Thought(text, members, place);
        }

        marks.Once(role == Role.System ? Concept.SystemText : Concept.Text, place, members.Member);
        return new TextPart(text) { Seal = Seal(members, place) };
    }

    /// <summary>A thought, or an empty text that is there for its signature only: state, and nothing that was said.</summary>
    private ReasoningPart Thought(JsonSlice text, PartMembers members, in Place place)
    {
        marks.Once(Concept.ReasoningState, place, members.IsThought ? "thought" : "thoughtSignature");
        if (members.IsThought && text.Escaped.IsEmpty)
        {
            members.Keep("thought", JsonSlices.True); // Tells it from the empty text when it is written back.
        }

        return new ReasoningPart(text) { Seal = Seal(members, place) };
    }

    private MediaPart Media(PartMembers members, in Place place)
    {
        MediaPart part = _media.Read(members, place, members.Member, out Concept concept);
        marks.Once(concept, place, members.Member);
        return part;
    }

    private NativePart Native(JsonElement part, PartMembers members, in Place place)
    {
        marks.Once(members.Kind.Length > 0 ? Concept.HostedToolItem : Concept.Unknown, place, members.Member);
        return new NativePart(body.Slice(part));
    }

    private ReasoningSeal? Seal(PartMembers members, in Place place)
    {
        if (members.Signature?.Text() is not { Length: > 0 } signature)
        {
            return null;
        }

        marks.Once(Concept.ReasoningState, place, "thoughtSignature");
        return ReasoningSeal.Read(Protocol.Gemini, SealForm.Signature, signature);
    }
}
