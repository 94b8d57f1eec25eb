using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads the body of generateContent, every member in camel case or in snake case.</summary>
internal sealed class GenerateRequestReader(JsonBody body, NeutralRequest request)
{
    private readonly Marks _marks = new(request);

    public void Read()
    {
        ContentsReader contents = new(body, request, _marks);
        bool hasContents = false;
        foreach (JsonProperty member in Spelling.Members(body.Root))
        {
            string name = Spelling.Camel(member.Name);
            hasContents |= name == "contents";
            Take(name, member, contents);
        }

        if (!hasContents)
        {
            throw new RequestException("\"contents\" is missing.", "contents");
        }
    }

    private void Take(string name, JsonProperty member, ContentsReader contents)
    {
        ToolsReader tools = new(body, request, _marks);
        switch (name)
        {
            case "model":
                break; // The path names it.
            case "contents":
                contents.Read(member.Value, member.Name);
                break;
            case "systemInstruction":
                contents.ReadSystem(member.Value, member.Name);
                break;
            case "tools":
                tools.ReadTools(member.Value, member.Name);
                break;
            case "toolConfig":
                tools.ReadConfig(member.Value, member.Name);
                break;
            case "generationConfig":
                new GenerationConfigReader(body, request, member.Name).Read(member.Value);
                break;
            default:
                request.Keep(ConceptOf(name), member.Name, body.Slice(member.Value));
                break;
        }
    }

    private static Concept ConceptOf(string name) => name switch
    {
        "safetySettings" or "modelArmorConfig" => Concept.SafetySettings,
        "cachedContent" or "continuationToken" or "outputConfig" => Concept.ProviderState,
        "labels" => Concept.Metadata,
        "serviceTier" => Concept.ServiceTier,
        "store" => Concept.Store,
        _ => Concept.Unknown,
    };
}
