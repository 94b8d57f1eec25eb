using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Writes a request of this operation for this operation: every member and item as it stood, but for the model, what the release sets, and
/// what the gateway gave the caller in place of the provider's own (ids of calls, reasoning state of other vendors).
/// </summary>
internal sealed class OwnRequestWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private readonly HashSet<string> _written = [];

    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, plan.Target.Model);
        foreach (RawField field in request.Fields)
        {
            WriteField(field.Path, field.Value);
        }

        WriteWhatTheReleaseAdds();
        json.WriteEndObject();
    }

    private Effort? EffortWord =>
        request.SetByRelease.Contains(Concept.ReasoningEffort) ? ResponsesJudge.EffortFor(request, plan.Target) : request.Reasoning?.Effort;

    private long? Cap =>
        request.MaxOutputTokens is { } cap && request.SetByRelease.Contains(Concept.MaxOutputTokens)
            ? Math.Max(cap, ResponsesJudge.LeastOutputTokens)
            : request.MaxOutputTokens;

    private void WriteField(string name, JsonSlice raw)
    {
        _written.Add(name);
        switch (name)
        {
            case "model":
                break;
            case "stream":
                json.WriteBoolean("stream"u8, request.Stream);
                break;
            case "instructions":
                WriteInstructions(raw);
                break;
            case "input":
                WriteInput(raw);
                break;
            case "temperature" when !request.Temperature.IsAbsent:
                WriteSampling("temperature"u8, Concept.Temperature, request.Temperature);
                break;
            case "top_p" when !request.TopP.IsAbsent:
                WriteSampling("top_p"u8, Concept.TopP, request.TopP);
                break;
            case "max_output_tokens" when Cap is { } cap:
                json.WriteNumber("max_output_tokens"u8, cap);
                break;
            case "reasoning":
                WriteGroup("reasoning"u8, raw, "effort", EffortWord is { } effort ? Efforts.Word(effort) : null);
                break;
            case "text":
                WriteGroup("text"u8, raw, "verbosity", request.Verbosity);
                break;
            default:
                json.WritePropertyName(name);
                raw.WriteTo(json);
                break;
        }
    }

    /// <summary>What the caller chose goes to the model that it chose; what the release set goes to models that take it.</summary>
    private void WriteSampling(ReadOnlySpan<byte> name, Concept concept, JsonSlice number)
    {
        if (!request.SetByRelease.Contains(concept) || (plan.Keeps(concept) && ResponsesJudge.TakesSampling(request, plan.Target)))
        {
            number.WriteTo(json, name);
        }
    }

    private void WriteWhatTheReleaseAdds()
    {
        if (!_written.Contains("instructions"))
        {
            WriteInstructions(default);
        }

        if (!request.Temperature.IsAbsent && !_written.Contains("temperature"))
        {
            WriteSampling("temperature"u8, Concept.Temperature, request.Temperature);
        }

        if (!request.TopP.IsAbsent && !_written.Contains("top_p"))
        {
            WriteSampling("top_p"u8, Concept.TopP, request.TopP);
        }

        if (Cap is { } cap && !_written.Contains("max_output_tokens"))
        {
            json.WriteNumber("max_output_tokens"u8, cap);
        }

        if (EffortWord is { } effort && !_written.Contains("reasoning"))
        {
            WriteGroup("reasoning"u8, default, "effort", Efforts.Word(effort));
        }

        if (request.Verbosity is { } verbosity && !_written.Contains("text"))
        {
            WriteGroup("text"u8, default, "verbosity", verbosity);
        }

        if (request.Stream && !_written.Contains("stream"))
        {
            json.WriteBoolean("stream"u8, true);
        }
    }

    /// <summary>Writes an object with one word of it replaced, where there is another.</summary>
    private void WriteGroup(ReadOnlySpan<byte> name, JsonSlice raw, string member, string? word)
    {
        json.WritePropertyName(name);
        if (word is null && !raw.IsAbsent)
        {
            raw.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        if (raw.IsObject)
        {
            using JsonDocument document = JsonDocument.Parse(raw.Raw);
            foreach (JsonProperty one in document.RootElement.EnumerateObject())
            {
                if (!one.NameEquals(member))
                {
                    one.WriteTo(json);
                }
            }
        }

        json.WriteString(member, word);
        json.WriteEndObject();
    }

    /// <summary>The release's prompt stands before the caller's instructions.</summary>
    private void WriteInstructions(JsonSlice raw)
    {
        EscapedText text = new();
        bool isChanged = false;
        foreach (Turn turn in request.Turns.TakeWhile(IsInstruction))
        {
            isChanged |= turn.Extras is null;
            foreach (Part part in turn.Parts)
            {
                text.AddParagraph(((TextPart)part).Text.Escaped);
            }
        }

        if (isChanged)
        {
            json.WritePropertyName("instructions"u8);
            text.WriteTo(json);
        }
        else if (!raw.IsAbsent)
        {
            raw.WriteTo(json, "instructions"u8);
        }
    }

    private void WriteInput(JsonSlice raw)
    {
        if (!raw.IsArray)
        {
            raw.WriteTo(json, "input"u8);
            return;
        }

        json.WriteStartArray("input"u8);
        foreach (Turn turn in request.Turns.SkipWhile(IsInstruction))
        {
            JsonSlice whole = OwnItem.Raw(turn.Extras, OwnItem.Item);
            if (!whole.IsAbsent)
            {
                whole.WriteTo(json);
            }
            else
            {
                WriteItems(turn);
            }
        }

        json.WriteEndArray();
    }

    private static bool IsInstruction(Turn turn) =>
        turn.Role == Role.System && OwnItem.Raw(turn.Extras, OwnItem.Item).IsAbsent;

    private void WriteItems(Turn turn)
    {
        Extras? last = null;
        foreach (Part part in turn.Parts)
        {
            JsonSlice item = OwnItem.Raw(part.Extras, OwnItem.Item);
            if (ReferenceEquals(part.Extras, last) || item.IsAbsent)
            {
                continue;
            }

            last = part.Extras;
            switch (part)
            {
                case ToolCallPart call:
                    WriteWithCallId(item, call.Id);
                    break;
                case ToolResultPart result:
                    WriteWithCallId(item, result.CallId);
                    break;
                case ReasoningPart reasoning:
                    WriteReasoning(item, reasoning);
                    break;
                default:
                    item.WriteTo(json);
                    break;
            }
        }
    }

    /// <summary>Gives the provider the id that it gave, or one that it takes.</summary>
    private void WriteWithCallId(JsonSlice item, string callerId)
    {
        (string id, ReasoningSeal? carried) = CallIds.FromCaller(callerId);
        if (carried is not null)
        {
            plan.Say(request.Uses.Find(use => use.Concept is Concept.ToolCall or Concept.CustomToolCall or Concept.ToolResult).Path);
        }

        if (id == callerId)
        {
            item.WriteTo(json);
            return;
        }

        using JsonDocument document = JsonDocument.Parse(item.Raw);
        json.WriteStartObject();
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            if (member.NameEquals("call_id"u8))
            {
                json.WriteString("call_id"u8, CallIds.ToTarget(id, ResponsesInputWriter.LongestCallId));
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The provider's own state goes back as it is, state that was carried for it is opened, and other vendors' thoughts stay out.</summary>
    private void WriteReasoning(JsonSlice item, ReasoningPart reasoning)
    {
        if (!ReasoningSeal.MayHoldEnvelope(item.Raw.Span))
        {
            item.WriteTo(json);
        }
        else if (reasoning.Seal is { } seal && seal.IsFor(plan.Target))
        {
            ResponsesInputWriter.WriteReasoning(reasoning.Text, seal, json);
        }
        else
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path);
        }
    }
}
