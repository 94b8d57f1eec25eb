using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary><c>tools</c>: flat, and of many kinds of which two can be had elsewhere.</summary>
internal static class ResponsesTools
{
    public static void Read(JsonBody body, JsonElement tools, NeutralRequest request, FirstUses uses)
    {
        int index = 0;
        foreach (JsonElement tool in tools.EnumerateArray())
        {
            string path = $"tools[{index++}]";
            ToolDefinition read = tool.GetProperty("type"u8).GetString() switch
            {
                "function" => ReadFunction(body, tool, path, uses),
                "custom" => ReadCustom(body, tool, path, uses),
                _ => ReadHosted(body, tool, path, uses),
            };
            read.Extras = OwnItem.Of(OwnItem.Item, body.Slice(tool));
            request.Tools.Add(read);
        }
    }

    /// <summary>Writes the tools of a request of another operation.</summary>
    public static void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in request.Tools)
        {
            if (tool.Kind == ToolKind.Function && plan.Keeps(Concept.FunctionTool))
            {
                WriteFunction(tool, plan, json);
            }
            else if (tool.Kind == ToolKind.Custom && plan.Keeps(Concept.CustomTool))
            {
                WriteCustom(tool, json);
            }
        }

        json.WriteEndArray();
    }

    private static ToolDefinition ReadFunction(JsonBody body, JsonElement tool, string path, FirstUses uses)
    {
        uses.Mark(Concept.FunctionTool, path);
        bool? strict = null;
        foreach (JsonProperty member in tool.EnumerateObject())
        {
            if (member.NameEquals("strict"u8) && member.Value.ValueKind != JsonValueKind.Null)
            {
                strict = member.Value.GetBoolean();
                MarkStrict(strict.Value, path, uses);
            }
            else if (member.Name is not ("type" or "name" or "description" or "parameters" or "strict"))
            {
                MarkMember(member, path, uses);
            }
        }

        return new ToolDefinition(ToolKind.Function)
        {
            Name = NameOf(body, tool, path),
            Description = body.Member(tool, "description"),
            Schema = body.Member(tool, "parameters"),
            Strict = strict,
        };
    }

    private static ToolDefinition ReadCustom(JsonBody body, JsonElement tool, string path, FirstUses uses)
    {
        uses.Mark(Concept.CustomTool, path);
        foreach (JsonProperty member in tool.EnumerateObject())
        {
            if (member.Name is not ("type" or "name" or "description" or "format"))
            {
                MarkMember(member, path, uses);
            }
        }

        return new ToolDefinition(ToolKind.Custom)
        {
            Name = NameOf(body, tool, path),
            Description = body.Member(tool, "description"),
            Raw = body.Member(tool, "format"),
        };
    }

    private static ToolDefinition ReadHosted(JsonBody body, JsonElement tool, string path, FirstUses uses)
    {
        uses.MarkEach(Concept.HostedTool, path);
        return new ToolDefinition(ToolKind.Hosted) { Raw = body.Slice(tool) };
    }

    private static JsonSlice NameOf(JsonBody body, JsonElement tool, string path)
    {
        JsonSlice name = body.Member(tool, "name");
        return name.IsString ? name : throw new RequestException($"Missing required parameter: '{path}.name'.", path + ".name");
    }

    private static void MarkStrict(bool strict, string path, FirstUses uses)
    {
        if (strict)
        {
            uses.Mark(Concept.StrictTool, path + ".strict");
        }
    }

    private static void MarkMember(JsonProperty member, string path, FirstUses uses)
    {
        string at = $"{path}.{member.Name}";
        switch (member.Name)
        {
            case var _ when member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False:
                break;
            case "defer_loading" or "output_schema":
            case "allowed_callers" when AllowsDirect(member.Value):
                uses.Mark(Concept.ToolHints, at);
                break;
            case "async" or "allowed_callers":
                uses.MarkEach(Concept.HostedTool, at);
                break;
            default:
                uses.MarkEach(Concept.Unknown, at);
                break;
        }
    }

    private static bool AllowsDirect(JsonElement callers)
    {
        foreach (JsonElement caller in callers.EnumerateArray())
        {
            if (caller.ValueEquals("direct"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteFunction(ToolDefinition tool, TranslationPlan plan, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        tool.Name.WriteTo(json, "name"u8);
        WriteDescription(tool, json);
        json.WritePropertyName("parameters"u8);
        JsonSchemas.Write(tool.Schema, tool.SchemaIsOpenApi, json);

        // Left out, it would mean "strict if the schema allows it"; every other protocol means "not strict" by leaving it out.
        json.WriteBoolean("strict"u8, tool.Strict == true && plan.Keeps(Concept.StrictTool));
        json.WriteEndObject();
    }

    private static void WriteCustom(ToolDefinition tool, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "custom"u8);
        tool.Name.WriteTo(json, "name"u8);
        WriteDescription(tool, json);
        if (!tool.Raw.IsAbsent)
        {
            CustomFormat.WriteFlat(tool.Raw, json);
        }

        json.WriteEndObject();
    }

    private static void WriteDescription(ToolDefinition tool, Utf8JsonWriter json)
    {
        if (tool.Description.IsString)
        {
            tool.Description.WriteTo(json, "description"u8);
        }
    }
}
