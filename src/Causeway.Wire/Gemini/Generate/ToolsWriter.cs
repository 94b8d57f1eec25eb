using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes <c>tools</c> and <c>toolConfig</c>.</summary>
internal sealed class ToolsWriter(Utf8JsonWriter json, NeutralRequest request, TranslationPlan plan)
{
    private const string CallingPath = "toolConfig.functionCallingConfig";

    private readonly List<ToolDefinition> _tools = request.Tools.FindAll(tool =>
        tool.Kind == ToolKind.Function ? plan.Keeps(Concept.FunctionTool) : tool.Kind == ToolKind.Hosted && plan.IsSameOperation);

    public void Write()
    {
        if (_tools.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            WriteTools();
            json.WriteEndArray();
        }

        Group config = new(json, "toolConfig");
        Group calling = new(json, "functionCallingConfig", config);
        WriteChoice(calling);
        if (plan.IsSameOperation)
        {
            RawMembers.Write(request, CallingPath, () => calling.Json);
        }

        calling.End();
        if (plan.IsSameOperation)
        {
            RawMembers.Write(request, "toolConfig", () => config.Json);
        }

        config.End();
    }

    /// <summary>Functions that stand beside one another share an entry.</summary>
    private void WriteTools()
    {
        bool isInside = false;
        foreach (ToolDefinition tool in _tools)
        {
            bool isFunction = tool.Kind == ToolKind.Function;
            if (isFunction && !isInside)
            {
                json.WriteStartObject();
                json.WriteStartArray("functionDeclarations"u8);
            }
            else if (!isFunction && isInside)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }

            isInside = isFunction;
            if (isFunction)
            {
                WriteFunction(tool);
            }
            else
            {
                tool.Raw.WriteTo(json);
            }
        }

        if (isInside)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private void WriteFunction(ToolDefinition tool)
    {
        json.WriteStartObject();
        if (plan.IsSameOperation || ToolNames.ToTarget(tool.Name.Text() ?? "") is not { } name)
        {
            tool.Name.WriteTo(json, "name"u8);
        }
        else
        {
            json.WriteString("name"u8, name);
        }

        if (!tool.Description.IsAbsent)
        {
            tool.Description.WriteTo(json, "description"u8);
        }

        WriteSchema(tool);
        json.WriteEndObject();
    }

    private void WriteSchema(ToolDefinition tool)
    {
        if (!plan.IsSameOperation)
        {
            TargetSchema.WriteParameters(json, RequiredRecursion.Loosened(tool.Schema));
            return;
        }

        Extras own = tool.Extras ?? [];
        if (!tool.Schema.IsAbsent && !own.Exists(extra => extra.Key == "parameters"))
        {
            tool.Schema.WriteTo(json, "parametersJsonSchema"u8);
        }

        foreach ((string name, JsonSlice value) in own)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    private void WriteChoice(Group calling)
    {
        bool isModeKept = plan.IsSameOperation && RawMembers.Has(request, $"{CallingPath}.mode");
        bool hasFunctions = plan.IsSameOperation || _tools.Exists(tool => tool.Kind == ToolKind.Function);
        if (!hasFunctions || Mode(request.ToolChoice) is not var (mode, allowed))
        {
            return;
        }

        if (!isModeKept)
        {
            calling.Json.WriteString("mode"u8, mode);
        }

        if (allowed is null)
        {
            return;
        }

        calling.Json.WriteStartArray("allowedFunctionNames"u8);
        foreach (JsonSlice name in allowed)
        {
            string text = name.Text() ?? "";
            calling.Json.WriteStringValue(plan.IsSameOperation ? text : ToolNames.ToTarget(text) ?? text);
        }

        calling.Json.WriteEndArray();
    }

    /// <summary>Names can be given to the modes that hold the model to something: ANY and VALIDATED.</summary>
    private (string Mode, IReadOnlyList<JsonSlice>? Allowed)? Mode(ToolChoice? choice) => choice switch
    {
        { Mode: ToolChoiceMode.None } => plan.Keeps(Concept.ToolChoiceNone) ? ("NONE", null) : null,
        { Mode: ToolChoiceMode.Named } => plan.Keeps(Concept.ToolChoiceNamed) ? ("ANY", [choice.Name]) : null,
        { Allowed: not null } when !plan.Keeps(Concept.ToolChoiceSubset) => null,
        { Mode: ToolChoiceMode.Required } => plan.Keeps(Concept.ToolChoiceRequired) ? ("ANY", choice.Allowed) : null,
        { Allowed: not null } => ("VALIDATED", choice.Allowed),
        _ when IsStrict => ("VALIDATED", null),
        { Mode: ToolChoiceMode.Auto } => ("AUTO", null),
        _ => null,
    };

    private bool IsStrict => !plan.IsSameOperation && plan.Keeps(Concept.StrictTool) && request.Tools.Exists(tool => tool is { Kind: ToolKind.Function, Strict: true });
}
