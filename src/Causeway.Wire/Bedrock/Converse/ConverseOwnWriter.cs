using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// Writes a request of this protocol back to it: all as it stood but for what a release has changed, for state that another vendor made, and
/// for ids of calls that carry such state.
/// </summary>
internal sealed class ConverseOwnWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private static readonly string[] InferenceMembers = ["maxTokens", "temperature", "topP", "stopSequences"];

    private readonly string? _verbosity = plan.Keeps(Concept.Verbosity) ? MessagesInstructions.OfVerbosity(request.Verbosity) : null;
    private readonly ConverseModelRules _rules = ConverseModelRules.Of(plan.Target.Model);

    public void Write()
    {
        json.WriteStartObject();
        WriteSystem();
        json.WriteStartArray("messages"u8);
        foreach (Turn turn in request.Turns.Where(turn => !MessagesOwnWriter.IsSystem(turn)))
        {
            WriteMessage(turn);
        }

        json.WriteEndArray();
        WriteInference();
        WriteReasoning();
        foreach (RawField field in request.Fields)
        {
            // A member of a group goes with the group.
            if (field.Path is not ("inferenceConfig" or "outputConfig" or "additionalModelRequestFields") && !field.Path.Contains('.', StringComparison.Ordinal))
            {
                json.WritePropertyName(field.Path);
                field.Value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private void WriteSystem()
    {
        List<Turn> turns = [.. request.Turns.Where(MessagesOwnWriter.IsSystem)];
        if (turns.Count > 0 || _verbosity is not null)
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

    private void WriteMessage(Turn turn)
    {
        if (turn.Parts.Count > 0 && turn.Parts.TrueForAll(IsForeign))
        {
            plan.Say("messages");
            return;
        }

        json.WriteStartObject();
        if (turn.Role != Role.System)
        {
            json.WriteString("role"u8, turn.Role == Role.User ? "user"u8 : "assistant"u8);
        }

        json.WriteStartArray("content"u8);
        turn.Parts.ForEach(Block);
        json.WriteEndArray();
        foreach ((string name, JsonSlice value) in turn.Extras ?? [])
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private void Block(Part part)
    {
        JsonSlice whole = part.Extras.Kept();
        switch (part)
        {
            case ReasoningPart when IsForeign(part):
                plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path);
                break;
            case ToolCallPart call when CallIds.WithoutState(call.Id, MessagesConversation.MaxId) is var id && id != call.Id:
                Copy(whole, id);
                break;
            case ToolResultPart result when CallIds.WithoutState(result.CallId, MessagesConversation.MaxId) is var id && id != result.CallId:
                Copy(whole, id);
                break;
            case TextPart text when whole.IsAbsent:
                json.WriteStartObject();
                text.Text.WriteTo(json, "text"u8);
                json.WriteEndObject();
                break;
            default:
                whole.WriteTo(json);
                break;
        }
    }

    /// <summary>Thoughts with the state of another vendor or model.</summary>
    private bool IsForeign(Part part) => part is ReasoningPart { Seal: { } seal } && !ConverseSeals.IsFor(seal, plan.Target);

    /// <summary>Writes a call or its result with another id.</summary>
    private void Copy(JsonSlice block, string id)
    {
        using JsonBody body = new(block.Raw);
        json.WriteStartObject();
        foreach (JsonProperty member in body.Root.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object))
        {
            json.WriteStartObject(member.Name);
            json.WriteString("toolUseId"u8, id);
            WriteRest(member.Value, body, ["toolUseId"]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteInference()
    {
        JsonSlice held = Held("inferenceConfig");
        JsonSlice temperature = Kept(Concept.Temperature, request.Temperature);
        JsonSlice topP = Kept(Concept.TopP, request.TopP);
        bool hasStops = request.StopSequences.Count > 0 && plan.Keeps(Concept.StopSequences);
        bool hasAny = request.MaxOutputTokens is not null || hasStops || !temperature.IsAbsent || !topP.IsAbsent;
        if (held.IsAbsent && !hasAny)
        {
            return;
        }

        json.WriteStartObject("inferenceConfig"u8);
        if (request.MaxOutputTokens is { } cap)
        {
            json.WriteNumber("maxTokens"u8, cap);
        }

        Optional("temperature"u8, temperature);
        Optional("topP"u8, topP);
        if (hasStops)
        {
            json.WriteStartArray("stopSequences"u8);
            request.StopSequences.ForEach(stop => stop.WriteTo(json));
            json.WriteEndArray();
        }

        WriteRest(held, InferenceMembers);
        json.WriteEndObject();
    }

    /// <summary>Writes the two groups in which effort, thinking and top-k stand, with what a release has set.</summary>
    private void WriteReasoning()
    {
        JsonSlice output = Held("outputConfig");
        JsonSlice additional = Held("additionalModelRequestFields");
        bool setsReasoning = IsSet(Concept.ReasoningEffort);
        bool setsTopK = IsSet(Concept.TopK);
        MessagesThinking thinking = setsReasoning ? Think() : default;
        string? effort = !setsReasoning ? null : _rules.Anthropic is null ? ConverseReasoning.WordOf(request.Reasoning) : thinking.Effort;
        if (!output.IsAbsent || effort is not null)
        {
            json.WriteStartObject("outputConfig"u8);
            if (effort is not null)
            {
                json.WriteString("effort"u8, effort);
            }

            WriteRest(output, setsReasoning ? ["effort"] : []);
            json.WriteEndObject();
        }

        if (!additional.IsAbsent || thinking.Mode != ThinkingMode.Unsaid || setsTopK)
        {
            json.WriteStartObject("additionalModelRequestFields"u8);
            MessagesRequestWriter.WriteThinking(json, thinking);
            if (setsTopK)
            {
                ConverseSchemas.WriteTopK(json, _rules, request.TopK);
            }

            WriteRest(additional, [setsReasoning ? "thinking" : "", setsTopK ? _rules.TopKGroup ?? _rules.TopKMember! : ""]);
            json.WriteEndObject();
        }
    }

    /// <summary>A release has set it, and the model takes it.</summary>
    private bool IsSet(Concept concept) => request.SetByRelease.Contains(concept) && plan.Keeps(concept);

    private MessagesThinking Think()
    {
        MessagesThinking thinking = _rules.Anthropic is { } rules
            ? MessagesThinking.Of(request.Reasoning, rules, MessagesRequestWriter.CapOf(request, plan), request.Tools.Count > 0)
            : default;
        if (thinking.Left)
        {
            plan.Say("reasoning_effort");
        }

        return thinking;
    }

    /// <summary>A group as it stood; absent where it was, or was null.</summary>
    private JsonSlice Held(string path) => request.Fields.Find(field => field.Path == path).Value is { IsObject: true } held ? held : default;

    private void WriteRest(JsonSlice held, ReadOnlySpan<string> written)
    {
        if (!held.IsAbsent)
        {
            using JsonBody body = new(held.Raw);
            WriteRest(body.Root, body, written);
        }
    }

    private void WriteRest(JsonElement holder, JsonBody body, ReadOnlySpan<string> written)
    {
        foreach (JsonProperty member in holder.EnumerateObject())
        {
            if (!written.Contains(member.Name))
            {
                json.WritePropertyName(member.Name);
                body.Slice(member.Value).WriteTo(json);
            }
        }
    }

    private JsonSlice Kept(Concept concept, JsonSlice value) => plan.Keeps(concept) ? value : default;

    private void Optional(ReadOnlySpan<byte> name, JsonSlice value)
    {
        if (!value.IsAbsent)
        {
            value.WriteTo(json, name);
        }
    }
}
