using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reads tools and which of them must be called.</summary>
internal sealed class ConverseToolReader(JsonBody body, NeutralRequest request, MessagesMarks marks)
{
    public void Read(JsonElement config)
    {
        foreach (JsonProperty member in config.EnumerateObject())
        {
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "tools":
                    Tools(member.Value);
                    break;
                case "toolChoice":
                    Choice(member.Value);
                    break;
                default:
                    marks.Unknown($"toolConfig.{member.Name}");
                    break;
            }
        }
    }

    private void Tools(JsonElement tools)
    {
        int index = 0;
        foreach (JsonElement tool in tools.EnumerateArray())
        {
            string path = $"toolConfig.tools[{index++}]";
            if (tool.TryGet("toolSpec", out JsonElement spec))
            {
                request.Tools.Add(Function(spec, $"{path}.toolSpec"));
            }
            else if (ConverseBlockReader.CachePoint(tool) is { } mark)
            {
                marks.At(Concept.CacheMark, $"{path}.cachePoint");
                if (request.Tools is [.., { } last])
                {
                    last.Cache = mark;
                }
            }
            else if (tool.TryGet("systemTool", out JsonElement hosted))
            {
                marks.At(Concept.HostedTool, $"{path}.systemTool");
                request.Tools.Add(new ToolDefinition(ToolKind.Hosted) { Name = body.Slice(hosted, "name"), Raw = body.Slice(tool) });
            }
            else
            {
                marks.Unknown(path);
            }
        }
    }

    private ToolDefinition Function(JsonElement spec, string path)
    {
        marks.At(Concept.FunctionTool, path);
        bool? strict = spec.TryGet("strict", out JsonElement told) ? told.GetBoolean() : null;
        if (strict == true)
        {
            marks.At(Concept.StrictTool, $"{path}.strict");
        }

        foreach (JsonProperty member in spec.EnumerateObject())
        {
            if (member.Name is not ("name" or "description" or "inputSchema" or "strict"))
            {
                marks.Unknown($"{path}.{member.Name}");
            }
        }

        return new ToolDefinition(ToolKind.Function)
        {
            Name = body.Slice(spec.Required("name", path)),
            Description = body.Slice(spec, "description"),
            Schema = spec.TryGet("inputSchema", out JsonElement schema) ? body.Slice(schema, "json") : default,
            Strict = strict,
        };
    }

    private void Choice(JsonElement choice)
    {
        foreach (JsonProperty member in choice.EnumerateObject())
        {
            (ToolChoiceMode mode, Concept concept) = member.Name switch
            {
                "auto" => (ToolChoiceMode.Auto, Concept.ToolChoiceAuto),
                "any" => (ToolChoiceMode.Required, Concept.ToolChoiceRequired),
                "tool" => (ToolChoiceMode.Named, Concept.ToolChoiceNamed),
                _ => throw new RequestException($"There is no tool choice \"{member.Name}\".", "toolConfig.toolChoice"),
            };
            JsonSlice name = mode == ToolChoiceMode.Named ? body.Slice(member.Value.Required("name", "toolConfig.toolChoice.tool")) : default;
            request.ToolChoice = new ToolChoice(mode, name);
            marks.At(concept, "toolConfig.toolChoice");
        }
    }
}
