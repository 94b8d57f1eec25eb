using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes tools and the choice among them.</summary>
internal sealed class ChatToolWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private readonly ServerDeviations _server = ServerList.Of(plan.Target.Server);

    /// <summary>Whether tools stay in the first form (<c>functions</c>): only OpenAI knows it.</summary>
    public static bool KeepsFirstForm(NeutralRequest request, TranslationPlan plan) =>
        plan.IsSameOperation && ServerList.Of(plan.Target.Server).HasOpenAIModels && ChatToolReader.IsFirstForm(request);

    /// <summary>Writes both. Raw members of the first form count as written.</summary>
    /// <param name="written">Gets the names of the members that were written.</param>
    public void Write(HashSet<string> written)
    {
        List<ToolDefinition> tools = request.Tools.FindAll(IsWritten);
        written.UnionWith(["functions", "function_call"]);
        if (tools.Count == 0 && !plan.IsSameOperation)
        {
            return; // A choice among no tools means nothing, and is refused.
        }

        if (tools.Count > 0)
        {
            written.Add("tools");
            json.WriteStartArray("tools"u8);
            tools.ForEach(WriteTool);
            json.WriteEndArray();
        }

        if (request.ToolChoice is { } choice)
        {
            WriteChoice(choice);
        }

        if (request.SingleToolCall && plan.Keeps(Concept.SingleToolCall))
        {
            json.WriteBoolean("parallel_tool_calls"u8, false);
        }
    }

    private bool IsWritten(ToolDefinition tool)
    {
        Concept concept = tool.Kind switch
        {
            ToolKind.Function => Concept.FunctionTool,
            ToolKind.Custom => Concept.CustomTool,
            _ => Concept.HostedTool,
        };
        bool isAllowed = _server.SubsetChoice || plan.IsSameOperation || request.ToolChoice?.Allowed is not { } allowed
            || allowed.Any(name => name.IsText(tool.Name.Escaped));
        return isAllowed && plan.Keeps(concept) && (tool.Kind != ToolKind.Hosted || plan.IsSameOperation);
    }

    private void WriteTool(ToolDefinition tool)
    {
        if (tool.Kind == ToolKind.Hosted)
        {
            tool.Raw.WriteTo(json);
            return;
        }

        string kind = tool.Kind == ToolKind.Custom ? "custom" : "function";
        json.WriteStartObject();
        json.WriteString("type"u8, kind);
        json.WriteStartObject(kind);
        tool.Name.WriteTo(json, "name"u8);
        if (!tool.Description.IsAbsent)
        {
            tool.Description.WriteTo(json, "description"u8);
        }

        if (tool.Kind == ToolKind.Custom)
        {
            WriteFormat(tool.Raw);
        }
        else
        {
            WriteFunction(tool);
        }

        if (plan.IsSameOperation)
        {
            ChatExtras.WriteNested(json, tool.Extras, kind);
        }

        json.WriteEndObject();
        if (plan.IsSameOperation)
        {
            ChatExtras.Write(json, tool.Extras);
        }

        json.WriteEndObject();
    }

    private void WriteFormat(JsonSlice format)
    {
        if (!format.IsAbsent)
        {
            format.WriteTo(json, "format"u8);
        }
    }

    private void WriteFunction(ToolDefinition tool)
    {
        if (!tool.Schema.IsAbsent || !plan.IsSameOperation)
        {
            json.WritePropertyName("parameters"u8);
            JsonSchemas.Write(tool.Schema, tool.SchemaIsOpenApi, json);
        }

        // Absent means not strict here; what another protocol says is written out. In a chat request only true is news.
        bool isNews = plan.IsSameOperation ? tool.Strict == true : tool.Strict is not null;
        if (isNews && _server.StrictMember && plan.Keeps(Concept.StrictTool))
        {
            json.WriteBoolean("strict"u8, tool.Strict!.Value);
        }
    }

    private void WriteChoice(ToolChoice choice)
    {
        if (!plan.Keeps(ConceptOf(choice.Mode)))
        {
            return;
        }

        if (choice.Allowed is { } allowed && plan.Keeps(Concept.ToolChoiceSubset) && (_server.SubsetChoice || plan.IsSameOperation))
        {
            WriteAllowed(choice.Mode, allowed);
        }
        else if (choice.Mode == ToolChoiceMode.Named)
        {
            json.WritePropertyName("tool_choice"u8);
            WriteNamed(choice.Name);
        }
        else
        {
            json.WriteString("tool_choice"u8, Word(choice.Mode));
        }
    }

    private void WriteAllowed(ToolChoiceMode mode, IReadOnlyList<JsonSlice> allowed)
    {
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "allowed_tools"u8);
        json.WriteStartObject("allowed_tools"u8);
        json.WriteString("mode"u8, Word(mode));
        json.WriteStartArray("tools"u8);
        foreach (JsonSlice name in allowed)
        {
            WriteNamed(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteNamed(JsonSlice name)
    {
        bool isCustom = request.Tools.Exists(tool => tool.Kind == ToolKind.Custom && tool.Name.IsText(name.Escaped));
        string kind = isCustom ? "custom" : "function";
        json.WriteStartObject();
        json.WriteString("type"u8, kind);
        json.WriteStartObject(kind);
        name.WriteTo(json, "name"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string Word(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.None => "none",
        ToolChoiceMode.Required => _server.RequiredChoice,
        _ => "auto",
    };

    private static Concept ConceptOf(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.Auto => Concept.ToolChoiceAuto,
        ToolChoiceMode.None => Concept.ToolChoiceNone,
        ToolChoiceMode.Required => Concept.ToolChoiceRequired,
        _ => Concept.ToolChoiceNamed,
    };
}
