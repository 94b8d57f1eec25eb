using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Writes turns as <c>instructions</c> and flat items.</summary>
internal sealed class ResponsesInputWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    /// <summary>Characters of a call id that the operation takes.</summary>
    public const int LongestCallId = 64;

    private readonly ResponsesPartWriter _parts = new(plan, json);
    private readonly HashSet<string> _customCalls = [];
    private readonly List<Part> _said = [];

    /// <param name="instructions">Sentences of the gateway's own, for the end of the instructions.</param>
    public void Write(IReadOnlyList<string> instructions)
    {
        int first = WriteInstructions(instructions);
        json.WriteStartArray("input"u8);
        foreach (Turn turn in request.Turns.Skip(first))
        {
            WriteTurn(turn);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes an assistant's reasoning that goes back to who made it.</summary>
    public static void WriteReasoning(JsonSlice text, ReasoningSeal seal, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning"u8);
        if (seal.ItemId is { } id)
        {
            // The state is bound to the item's id: another one is refused, none is taken.
            json.WriteString("id"u8, id);
        }

        json.WriteStartArray("summary"u8);
        if (!text.Escaped.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "summary_text"u8);
            text.WriteTo(json, "text"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("encrypted_content"u8, seal.Value);
        json.WriteEndObject();
    }

    /// <summary>The system text before everything else becomes the instructions, unless a mark for the cache stands in it.</summary>
    private int WriteInstructions(IReadOnlyList<string> ours)
    {
        EscapedText text = new();
        int first = 0;
        while (first < request.Turns.Count && request.Turns[first] is { Role: Role.System } turn && turn.Parts.TrueForAll(IsPlainText))
        {
            foreach (Part part in turn.Parts)
            {
                text.AddParagraph(((TextPart)part).Text.Escaped);
            }

            first++;
        }

        foreach (string sentence in ours)
        {
            text.AddParagraph(JsonEncodedText.Encode(sentence).EncodedUtf8Bytes);
        }

        if (!text.IsEmpty)
        {
            json.WritePropertyName("instructions"u8);
            text.WriteTo(json);
        }

        return first;
    }

    private bool IsPlainText(Part part) => part is TextPart && (part.Cache is null || !plan.Keeps(Concept.CacheMark));

    private void WriteTurn(Turn turn)
    {
        foreach (Part part in turn.Parts)
        {
            switch (part)
            {
                case ToolCallPart call:
                    Flush(turn);
                    WriteCall(call);
                    break;
                case ToolResultPart result:
                    Flush(turn);
                    WriteResult(result);
                    break;
                case ReasoningPart reasoning:
                    Flush(turn);
                    WriteReasoning(reasoning);
                    break;
                case NativePart:
                    // Of another protocol: the plan has said so.
                    break;
                default:
                    _said.Add(part);
                    break;
            }
        }

        Flush(turn);
    }

    private void Flush(Turn turn)
    {
        _parts.WriteMessage(turn, _said);
        _said.Clear();
    }

    private void WriteCall(ToolCallPart call)
    {
        (string id, ReasoningSeal? carried) = CallIds.FromCaller(call.Id);
        if ((call.Seal ?? carried) is { } seal)
        {
            WriteCarried(seal);
        }

        string target = CallIds.ToTarget(id, LongestCallId);
        json.WriteStartObject();
        json.WriteString("type"u8, call.IsCustom ? "custom_tool_call"u8 : "function_call"u8);
        json.WriteString("call_id"u8, target);
        call.Name.WriteTo(json, "name"u8);
        json.WritePropertyName(call.IsCustom ? "input"u8 : "arguments"u8);
        Arguments.WriteString(json, call.Arguments);
        json.WriteEndObject();
        if (call.IsCustom)
        {
            _customCalls.Add(target);
        }
    }

    private void WriteResult(ToolResultPart result)
    {
        string id = CallIds.ToTarget(CallIds.FromCaller(result.CallId).Id, LongestCallId);
        json.WriteStartObject();
        json.WriteString("type"u8, result.IsCustom || _customCalls.Contains(id) ? "custom_tool_call_output"u8 : "function_call_output"u8);
        json.WriteString("call_id"u8, id);
        json.WritePropertyName("output"u8);
        _parts.WriteOutput(result);
        json.WriteEndObject();
    }

    private void WriteReasoning(ReasoningPart reasoning)
    {
        if (reasoning.Seal is { } seal && seal.IsFor(plan.Target) && plan.Keeps(Concept.ReasoningState))
        {
            WriteReasoning(reasoning.Text, seal, json);
        }
        else
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path ?? "reasoning");
        }
    }

    // State that a caller without a field for it brought back in the id of a call.
    private void WriteCarried(ReasoningSeal seal)
    {
        if (seal.IsFor(plan.Target))
        {
            WriteReasoning(JsonSlice.Of(""), seal, json);
        }
        else
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.ToolCall).Path ?? "reasoning");
        }
    }
}
