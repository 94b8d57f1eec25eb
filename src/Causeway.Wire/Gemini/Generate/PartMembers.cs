using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The members of a part, sorted: the one that says what it is, and those that say more of it.</summary>
internal sealed class PartMembers
{
    private static readonly string[] Natives = ["executableCode", "codeExecutionResult", "toolCall", "toolResponse", "audioTranscription"];

    /// <summary>The name in camel case of the member that says what the part is; empty: there is none.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>That member as the caller spells it.</summary>
    public string Member { get; private set; } = "data";

    public JsonElement Value { get; private set; }

    public bool IsThought { get; private set; }

    /// <summary>A string; null: none.</summary>
    public JsonSlice? Signature { get; private set; }

    /// <summary>The part's <c>mediaResolution</c> as other protocols say it; null: not said.</summary>
    public string? Detail { get; private set; }

    /// <summary>Members that are given back to this protocol only; those inside the data member with a dot before their name.</summary>
    public Extras? Extras { get; private set; }

    public static PartMembers Of(JsonBody body, JsonElement part, in Place place, Marks marks)
    {
        PartMembers members = new();
        foreach (JsonProperty member in Spelling.Members(part))
        {
            members.Take(body, member, place, marks);
        }

        return members;
    }

    public void Keep(string name, JsonSlice value) => (Extras ??= []).Add(new(name, value));

    /// <summary>Keeps a member of the data member.</summary>
    public void KeepInner(JsonBody body, JsonProperty inner) => Keep($".{Spelling.Camel(inner.Name)}", body.Slice(inner.Value));

    private void Take(JsonBody body, JsonProperty member, in Place place, Marks marks)
    {
        string name = Spelling.Camel(member.Name);
        switch (name)
        {
            case "text" or "inlineData" or "fileData" or "functionCall" or "functionResponse":
            case var native when Array.IndexOf(Natives, native) >= 0:
                (Kind, Member, Value) = (name, member.Name, member.Value);
                return;
            case "thought":
                IsThought = member.Value.GetBoolean();
                return;
            case "thoughtSignature":
                Signature = Spelling.Text(body, member.Value);
                return;
            case "mediaResolution":
                Detail = DetailOf(member.Value);
                marks.Once(Detail is null ? Concept.MediaResolution : Concept.ImageDetail, place, member.Name);
                break;
            default:
                marks.Once(ConceptOf(name), place, member.Name);
                break;
        }

        Keep(name, body.Slice(member.Value));
    }

    private static Concept ConceptOf(string name) => name switch
    {
        "videoMetadata" or "mediaProcessing" => Concept.MediaResolution,
        "partMetadata" => Concept.Metadata,
        "speechMetadata" => Concept.OutputModalities,
        _ => Concept.Unknown,
    };

    private static string? DetailOf(JsonElement resolution)
    {
        foreach (JsonProperty member in Spelling.Members(resolution))
        {
            if (member.NameEquals("level"u8))
            {
                return PartResolutions.DetailOf(member.Value.GetString());
            }
        }

        return null;
    }
}
