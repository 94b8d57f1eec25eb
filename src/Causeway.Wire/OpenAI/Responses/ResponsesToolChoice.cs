using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary><c>tool_choice</c>: a word, or an object that names a tool, a kind of hosted tool, or the tools that are allowed.</summary>
internal static class ResponsesToolChoice
{
    public static void Read(JsonBody body, JsonElement choice, NeutralRequest request, FirstUses uses)
    {
        string? word = choice.ValueKind == JsonValueKind.String ? choice.GetString() : choice.Word("type");
        switch (word)
        {
            case "auto" or "none" or "required":
                Take(request, uses, ModeOf(word));
                break;
            case "function" or "custom":
                JsonSlice name = body.Member(choice, "name");
                if (!name.IsString)
                {
                    throw new RequestException("Missing required parameter: 'tool_choice.name'.", "tool_choice.name");
                }

                request.ToolChoice = new ToolChoice(ToolChoiceMode.Named, name);
                uses.Mark(Concept.ToolChoiceNamed, "tool_choice");
                break;
            case "allowed_tools":
                ReadAllowed(body, choice, request, uses);
                break;
            default:
                uses.MarkEach(Concept.HostedTool, "tool_choice");
                break;
        }
    }

    public static void Write(ToolChoice choice, NeutralRequest request, Utf8JsonWriter json)
    {
        json.WritePropertyName("tool_choice"u8);
        if (choice.Mode == ToolChoiceMode.Named)
        {
            WriteNamed(choice.Name, request, json);
        }
        else if (choice.Allowed is not { } allowed)
        {
            json.WriteStringValue(WordOf(choice.Mode));
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "allowed_tools"u8);
            json.WriteString("mode"u8, WordOf(choice.Mode));
            json.WriteStartArray("tools"u8);
            foreach (JsonSlice name in allowed)
            {
                WriteNamed(name, request, json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void ReadAllowed(JsonBody body, JsonElement choice, NeutralRequest request, FirstUses uses)
    {
        List<JsonSlice> allowed = [];
        foreach (JsonElement tool in choice.GetProperty("tools"u8).EnumerateArray())
        {
            JsonSlice name = body.Member(tool, "name");
            if (tool.Word("type") is "function" or "custom" && name.IsString)
            {
                allowed.Add(name);
            }
            else
            {
                uses.MarkEach(Concept.HostedTool, "tool_choice.tools");
            }
        }

        request.ToolChoice = new ToolChoice(ModeOf(choice.Word("mode")), Allowed: allowed);
        uses.Mark(Concept.ToolChoiceSubset, "tool_choice");
    }

    private static void Take(NeutralRequest request, FirstUses uses, ToolChoiceMode mode)
    {
        request.ToolChoice = new ToolChoice(mode);
        uses.Mark(
            mode switch
            {
                ToolChoiceMode.None => Concept.ToolChoiceNone,
                ToolChoiceMode.Required => Concept.ToolChoiceRequired,
                _ => Concept.ToolChoiceAuto,
            },
            "tool_choice");
    }

    private static void WriteNamed(JsonSlice name, NeutralRequest request, Utf8JsonWriter json)
    {
        string? text = name.Text();
        bool isCustom = request.Tools.Exists(tool => tool.Kind == ToolKind.Custom && tool.Name.Text() == text);
        json.WriteStartObject();
        json.WriteString("type"u8, isCustom ? "custom"u8 : "function"u8);
        name.WriteTo(json, "name"u8);
        json.WriteEndObject();
    }

    private static ToolChoiceMode ModeOf(string? word) => word switch
    {
        "none" => ToolChoiceMode.None,
        "required" => ToolChoiceMode.Required,
        _ => ToolChoiceMode.Auto,
    };

    private static ReadOnlySpan<byte> WordOf(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.None => "none"u8,
        ToolChoiceMode.Required => "required"u8,
        _ => "auto"u8,
    };
}
