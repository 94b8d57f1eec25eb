using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The tools of another protocol's request, and which of them must be called.</summary>
internal sealed class MessagesTools
{
    private readonly NeutralRequest _request;
    private readonly TranslationPlan _plan;
    private readonly List<ToolDefinition> _tools;
    private readonly ToolChoiceMode? _mode;

    public MessagesTools(NeutralRequest request, TranslationPlan plan, AnthropicModelRules rules)
    {
        (_request, _plan) = (request, plan);
        _tools = plan.Keeps(Concept.FunctionTool) ? [.. request.Tools.Where(tool => IsOffered(tool, request, plan))] : [];
        if (_tools.Count == 0 || request.ToolChoice is not { } choice)
        {
            return;
        }

        bool isForced = choice.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;
        bool mayForce = rules.ForcedTool != ForcedTool.Refused && plan.Keeps(ConceptOf(choice.Mode));
        _mode = isForced && !mayForce ? ToolChoiceMode.Auto : choice.Mode;
        if (isForced && !mayForce)
        {
            // The field is named as left out; the wish itself is still told.
            Instruction = MessagesInstructions.OfCall(choice.Mode == ToolChoiceMode.Named ? choice.Name.Text() : null);
        }
    }

    /// <summary>A tool must be called, and the model is told so by the protocol.</summary>
    public bool IsForced => _mode is ToolChoiceMode.Required or ToolChoiceMode.Named;

    /// <summary>What is asked for in words, where the model refuses to be told otherwise.</summary>
    public string? Instruction { get; }

    public int CacheMarks => _tools.Count(tool => tool.Cache is not null);

    public static Concept ConceptOf(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.Auto => Concept.ToolChoiceAuto,
        ToolChoiceMode.None => Concept.ToolChoiceNone,
        ToolChoiceMode.Required => Concept.ToolChoiceRequired,
        _ => Concept.ToolChoiceNamed,
    };

    public void Write(Utf8JsonWriter json, MessagesCacheMarks marks)
    {
        if (_tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in _tools)
        {
            WriteTool(json, tool, marks);
        }

        json.WriteEndArray();
        WriteChoice(json);
    }

    /// <summary>Whether a tool is one that the model can be told of, and may call.</summary>
    public static bool IsOffered(ToolDefinition tool, NeutralRequest request, TranslationPlan plan) =>
        tool.Kind == ToolKind.Function
        && (request.ToolChoice?.Allowed is not { } allowed
            || !plan.Keeps(Concept.ToolChoiceSubset)
            || allowed.Any(name => string.Equals(name.Text(), tool.Name.Text(), StringComparison.Ordinal)));

    private void WriteTool(Utf8JsonWriter json, ToolDefinition tool, MessagesCacheMarks marks)
    {
        json.WriteStartObject();
        tool.Name.WriteTo(json, "name"u8);
        if (tool.Description.IsString)
        {
            tool.Description.WriteTo(json, "description"u8);
        }

        json.WritePropertyName("input_schema"u8);
        MessagesSchemas.Write(json, tool);
        if (tool.Strict == true && _plan.Keeps(Concept.StrictTool))
        {
            json.WriteBoolean("strict"u8, true);
        }

        marks.Write(json, tool.Cache, _plan);
        json.WriteEndObject();
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        bool single = _request.SingleToolCall && _plan.Keeps(Concept.SingleToolCall) && _mode != ToolChoiceMode.None;
        if (_mode is null && !single)
        {
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, _mode switch
        {
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            ToolChoiceMode.None => "none"u8,
            _ => "auto"u8,
        });
        if (_mode == ToolChoiceMode.Named)
        {
            _request.ToolChoice!.Name.WriteTo(json, "name"u8);
        }

        if (single)
        {
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        json.WriteEndObject();
    }
}
