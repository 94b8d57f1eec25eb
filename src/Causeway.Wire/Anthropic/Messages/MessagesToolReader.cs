using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads tools and which of them must be called.</summary>
internal sealed class MessagesToolReader(JsonBody body, NeutralRequest request, MessagesMarks marks)
{
    public void Tools(JsonElement tools)
    {
        int index = 0;
        foreach (JsonElement tool in tools.EnumerateArray())
        {
            string path = $"tools[{index++}]";
            ToolDefinition definition = tool.Text("type") is null or "custom" ? Function(tool, path) : Hosted(tool, path);
            definition.Extras = [new(MessagesMembers.Whole, body.Slice(tool))];
            definition.Cache = MessagesMembers.Cache(tool);
            if (definition.Cache is not null)
            {
                marks.At(Concept.CacheMark, $"{path}.cache_control");
            }

            request.Tools.Add(definition);
        }
    }

    /// <summary>Reads <c>tool_choice</c>.</summary>
    public void Choice(JsonElement choice)
    {
        (ToolChoiceMode mode, Concept concept) = choice.Required("type", "tool_choice").GetString() switch
        {
            "auto" => (ToolChoiceMode.Auto, Concept.ToolChoiceAuto),
            "any" => (ToolChoiceMode.Required, Concept.ToolChoiceRequired),
            "tool" => (ToolChoiceMode.Named, Concept.ToolChoiceNamed),
            "none" => (ToolChoiceMode.None, Concept.ToolChoiceNone),
            string other => throw new RequestException($"There is no tool choice \"{other}\".", "tool_choice.type"),
            null => throw new RequestException("\"type\" is missing.", "tool_choice.type"),
        };
        JsonSlice name = mode == ToolChoiceMode.Named ? body.Slice(choice.Required("name", "tool_choice")) : default;
        request.ToolChoice = new ToolChoice(mode, name);
        marks.At(concept, "tool_choice");
        if (choice.TryGet("disable_parallel_tool_use", out JsonElement single) && single.GetBoolean())
        {
            request.SingleToolCall = true;
            marks.At(Concept.SingleToolCall, "tool_choice.disable_parallel_tool_use");
        }

        foreach (JsonProperty member in choice.EnumerateObject())
        {
            if (member.Name is not ("type" or "name" or "disable_parallel_tool_use"))
            {
                marks.Unknown($"tool_choice.{member.Name}");
            }
        }
    }

    private ToolDefinition Function(JsonElement tool, string path)
    {
        marks.At(Concept.FunctionTool, path);
        foreach (JsonProperty member in tool.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "name" or "description" or "input_schema" or "cache_control":
                    break;
                case var _ when member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False:
                    break;
                case "strict":
                    marks.At(Concept.StrictTool, $"{path}.strict");
                    break;
                case "input_examples" or "defer_loading" or "eager_input_streaming":
                    marks.At(Concept.ToolHints, $"{path}.{member.Name}");
                    break;
                case "allowed_callers" when member.Value.EnumerateArray().Any(caller => caller.ValueEquals("direct"u8)):
                    break;
                case "allowed_callers":
                    marks.At(Concept.HostedTool, $"{path}.allowed_callers");
                    break;
                default:
                    marks.Unknown($"{path}.{member.Name}");
                    break;
            }
        }

        return new ToolDefinition(ToolKind.Function)
        {
            Name = body.Slice(tool.Required("name", path)),
            Description = body.Slice(tool, "description"),
            Schema = body.Slice(tool, "input_schema"),
            Strict = tool.TryGet("strict", out JsonElement strict) ? strict.GetBoolean() : null,
        };
    }

    private ToolDefinition Hosted(JsonElement tool, string path)
    {
        marks.At(Concept.HostedTool, path);
        return new ToolDefinition(ToolKind.Hosted) { Name = body.Slice(tool, "name"), Raw = body.Slice(tool) };
    }
}
