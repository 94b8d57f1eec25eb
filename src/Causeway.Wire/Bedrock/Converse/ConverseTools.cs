using System.Text.Json;
using Causeway.Wire.Anthropic;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// The tools of another protocol's request, and which of them must be called. A conversation with calls in it needs tools here, and nothing
/// says that none may be called.
/// </summary>
internal sealed class ConverseTools
{
    /// <summary>What stands for a choice of no tool.</summary>
    public const string CallNone = "Do not call any tool. Answer in words.";

    private readonly NeutralRequest _request;
    private readonly TranslationPlan _plan;
    private readonly ConverseModelRules _rules;
    private readonly List<ToolDefinition> _tools;
    private readonly ToolChoiceMode? _mode;

    public ConverseTools(NeutralRequest request, TranslationPlan plan, ConverseModelRules rules, MessagesConversation conversation)
    {
        (_request, _plan, _rules) = (request, plan, rules);
        _tools = plan.Keeps(Concept.FunctionTool) ? [.. request.Tools.Where(tool => MessagesTools.IsOffered(tool, request, plan))] : [];
        List<ToolCallPart> calls = [.. conversation.Messages.SelectMany(message => message.Calls)];
        bool isNone = request.ToolChoice?.Mode == ToolChoiceMode.None && plan.Keeps(Concept.ToolChoiceNone);
        if (calls.Count == 0 && isNone)
        {
            _tools.Clear();
        }
        else if (calls.Count > 0 && (isNone || _tools.Count == 0))
        {
            Instruction = CallNone;
        }

        if (calls.Count > 0 && _tools.Count == 0)
        {
            _tools.AddRange(calls.DistinctBy(call => call.Name.Text()).Select(call => new ToolDefinition(ToolKind.Function) { Name = call.Name }));
        }
        else if (_tools.Count > 0 && !isNone && request.ToolChoice is { } choice)
        {
            (_mode, Instruction) = Choose(choice);
        }
    }

    /// <summary>A tool must be called, and the model is told so by the protocol.</summary>
    public bool IsForced => _mode is ToolChoiceMode.Required or ToolChoiceMode.Named;

    /// <summary>What is asked for in words, where it cannot be told otherwise.</summary>
    public string? Instruction { get; }

    public int CacheMarks => _rules.TakesToolCachePoints ? _tools.Count(tool => tool.Cache is not null) : 0;

    public void Write(Utf8JsonWriter json, ConverseCachePoints points)
    {
        if (_tools.Count == 0)
        {
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (ToolDefinition tool in _tools)
        {
            WriteTool(json, tool);
            points.WriteAfterTool(json, tool.Cache);
        }

        json.WriteEndArray();
        WriteChoice(json);
        json.WriteEndObject();
    }

    private (ToolChoiceMode Mode, string? Instruction) Choose(ToolChoice choice)
    {
        bool isForced = choice.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;
        return isForced && (_rules.Anthropic?.ForcedTool == ForcedTool.Refused || !_plan.Keeps(MessagesTools.ConceptOf(choice.Mode)))
            ? (ToolChoiceMode.Auto, MessagesInstructions.OfCall(choice.Mode == ToolChoiceMode.Named ? choice.Name.Text() : null))
            : (choice.Mode, null);
    }

    private void WriteTool(Utf8JsonWriter json, ToolDefinition tool)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        tool.Name.WriteTo(json, "name"u8);
        if (tool.Description.IsString && !MessagesParts.IsBlank(tool.Description))
        {
            tool.Description.WriteTo(json, "description"u8);
        }

        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        MessagesSchemas.Write(json, tool);
        json.WriteEndObject();
        if (tool.Strict == true && _plan.Keeps(Concept.StrictTool))
        {
            json.WriteBoolean("strict"u8, true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        if (_mode is null or ToolChoiceMode.None)
        {
            return;
        }

        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(_mode switch { ToolChoiceMode.Required => "any"u8, ToolChoiceMode.Named => "tool"u8, _ => "auto"u8 });
        if (_mode == ToolChoiceMode.Named)
        {
            _request.ToolChoice!.Name.WriteTo(json, "name"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
