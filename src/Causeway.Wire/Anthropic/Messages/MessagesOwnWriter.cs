using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>
/// Writes a request of this protocol back to it: all as it stood but for what a release has changed, for state that another vendor made, and
/// for ids of calls that carry such state.
/// </summary>
internal sealed class MessagesOwnWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private readonly string? _verbosity = plan.Keeps(Concept.Verbosity) ? MessagesInstructions.OfVerbosity(request.Verbosity) : null;

    public void Write()
    {
        json.WriteStartObject();
        WriteModel();
        if (request.MaxOutputTokens is not null)
        {
            json.WriteNumber("max_tokens"u8, request.MaxOutputTokens.Value);
        }

        if (request.Stream || request.Uses.Exists(use => use.Concept == Concept.Stream))
        {
            json.WriteBoolean("stream"u8, request.Stream);
        }

        Number("temperature"u8, Concept.Temperature, request.Temperature);
        Number("top_p"u8, Concept.TopP, request.TopP);
        Number("top_k"u8, Concept.TopK, request.TopK);
        WriteStops();
        WriteFields();
        WriteTools();
        WriteSystem();
        WriteMessages();
        json.WriteEndObject();
    }

    private void WriteModel()
    {
        if (plan.Target.Platform != Platform.Vertex || !request.Fields.Exists(field => field.Path == "anthropic_version"))
        {
            MessagesRequestWriter.WriteModel(json, plan.Target);
        }
    }

    private void Number(ReadOnlySpan<byte> name, Concept concept, JsonSlice value)
    {
        if (!value.IsAbsent && plan.Keeps(concept))
        {
            value.WriteTo(json, name);
        }
    }

    private void WriteStops()
    {
        if (request.StopSequences.Count == 0 || !plan.Keeps(Concept.StopSequences))
        {
            return;
        }

        json.WriteStartArray("stop_sequences"u8);
        request.StopSequences.ForEach(stop => stop.WriteTo(json));
        json.WriteEndArray();
    }

    private void WriteFields()
    {
        JsonSlice config = Field("output_config");
        bool isSame = MessagesThinking.Read(Field("thinking"), config) == request.Reasoning;
        bool isOff = isSame && request.Reasoning?.BudgetTokens > 0 && LostThoughts();
        if (isOff)
        {
            plan.Say("thinking");
        }

        foreach (RawField field in request.Fields)
        {
            if (field.Path == "thinking" ? isSame && !isOff : isSame || field.Path != "output_config")
            {
                json.WritePropertyName(field.Path);
                field.Value.WriteTo(json);
            }
        }

        if (!isSame)
        {
            WriteReasoning(config);
        }
    }

    private JsonSlice Field(string path) => request.Fields.Find(field => field.Path == path).Value;

    /// <summary>The loop of calls under way began with another vendor's thoughts. A model with a budget for its own refuses one without any.</summary>
    private bool LostThoughts() =>
        request.Turns.Exists(turn => turn.Parts.Exists(part => part is ReasoningPart reasoning && !IsOurs(reasoning)))
        && request.Turns.FindLast(turn => turn.Role == Role.Assistant) is { } last
        && last.Parts.Exists(part => part is ToolCallPart)
        && last.Parts.Find(part => part is not ReasoningPart reasoning || IsOurs(reasoning)) is not ReasoningPart;

    /// <summary>Writes the effort that a release sets, beside what else stood in its member.</summary>
    private void WriteReasoning(JsonSlice config)
    {
        AnthropicModelRules rules = AnthropicModelRules.Of(plan.Target.Model);
        long cap = MessagesRequestWriter.CapOf(request, plan);
        ReasoningAsk? ask = plan.Keeps(Concept.ReasoningEffort) ? request.Reasoning : null;
        MessagesThinking thinking = MessagesThinking.Of(ask, rules, cap, request.Tools.Count > 0);
        if (thinking.Mode == ThinkingMode.Budget && LostThoughts())
        {
            thinking = thinking.WithoutThinking();
        }

        if (thinking.Left && ask is not null)
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningEffort).Path ?? "reasoning");
        }

        MessagesRequestWriter.WriteThinking(json, thinking);
        json.WriteStartObject("output_config"u8);
        if (thinking.Effort is not null)
        {
            json.WriteString("effort"u8, thinking.Effort);
        }

        if (config.IsObject)
        {
            using JsonBody body = new(config.Raw);
            foreach (JsonProperty member in body.Root.EnumerateObject().Where(member => member.Name != "effort"))
            {
                json.WritePropertyName(member.Name);
                body.Slice(member.Value).WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private void WriteTools()
    {
        if (request.Tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        request.Tools.ForEach(tool => tool.Extras.Kept().WriteTo(json));
        json.WriteEndArray();
    }

    private void WriteSystem()
    {
        List<Turn> turns = [.. request.Turns.Where(IsSystem)];
        if (_verbosity is null && turns is [{ } turn] && turn.Extras.Kept() is { IsAbsent: false } text)
        {
            text.WriteTo(json, "system"u8);
        }
        else if (turns.Count > 0 || _verbosity is not null)
        {
            json.WriteStartArray("system"u8);
            turns.ForEach(turn => turn.Parts.ForEach(Block));
            if (_verbosity is not null)
            {
                Block(new TextPart(JsonSlice.Of(_verbosity)));
            }

            json.WriteEndArray();
        }
    }

    /// <summary>The system text at the top, or a release's: a message of that role kept the role.</summary>
    public static bool IsSystem(Turn turn) => turn.Role == Role.System && turn.Extras.Kept("role").IsAbsent;

    private void WriteMessages()
    {
        json.WriteStartArray("messages"u8);
        foreach (Turn turn in request.Turns)
        {
            bool isEmptied = turn.Parts.Count > 0 && turn.Parts.TrueForAll(part => part is ReasoningPart reasoning && !IsOurs(reasoning));
            if (isEmptied)
            {
                plan.Say("messages");
            }
            else if (!IsSystem(turn))
            {
                WriteMessage(turn);
            }
        }

        json.WriteEndArray();
    }

    private void WriteMessage(Turn turn)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, turn.Role switch { Role.User => "user"u8, Role.Assistant => "assistant"u8, _ => "system"u8 });
        if (turn.Extras.Kept() is { IsAbsent: false } text)
        {
            text.WriteTo(json, "content"u8);
        }
        else
        {
            json.WriteStartArray("content"u8);
            turn.Parts.ForEach(Block);
            json.WriteEndArray();
        }

        foreach ((string name, JsonSlice value) in turn.Extras ?? [])
        {
            if (name is not (MessagesMembers.Whole or "role"))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private void Block(Part part)
    {
        JsonSlice whole = part.Extras.Kept();
        switch (part)
        {
            case ReasoningPart reasoning when !IsOurs(reasoning):
                plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path);
                break;
            case ToolCallPart call when CallIds.WithoutState(call.Id, MessagesConversation.MaxId) is var id && id != call.Id:
                Copy(whole, "id", id);
                break;
            case ToolResultPart result when CallIds.WithoutState(result.CallId, MessagesConversation.MaxId) is var id && id != result.CallId:
                Copy(whole, "tool_use_id", id);
                break;
            case TextPart when HasForeignSource(whole):
                Copy(whole, "citations", null);
                plan.Say(request.Uses.Find(use => use.Concept == Concept.VendorHint).Path);
                break;
            case TextPart text when whole.IsAbsent:
                json.WriteStartObject();
                json.WriteString("type"u8, "text"u8);
                text.Text.WriteTo(json, "text"u8);
                json.WriteEndObject();
                break;
            default:
                whole.WriteTo(json);
                break;
        }
    }

    private bool IsOurs(ReasoningPart reasoning) => MessagesSeals.IsFor(reasoning.Seal, plan.Target);

    private static bool HasForeignSource(JsonSlice block)
    {
        if (block.Raw.Span.IndexOf("cws1."u8) < 0)
        {
            return false;
        }

        using JsonBody body = new(block.Raw);
        return body.Root.TryGet("citations", out JsonElement citations)
            && citations.EnumerateArray().Any(citation => citation.Text("encrypted_index")?.StartsWith(MessagesSeals.ForeignIndex, StringComparison.Ordinal) == true);
    }

    /// <summary>Writes a block with another value for one member, or (null) without it.</summary>
    private void Copy(JsonSlice block, string name, string? value)
    {
        using JsonBody body = new(block.Raw);
        json.WriteStartObject();
        foreach (JsonProperty member in body.Root.EnumerateObject())
        {
            if (member.Name != name)
            {
                json.WritePropertyName(member.Name);
                body.Slice(member.Value).WriteTo(json);
            }
            else if (value is not null)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }
}
