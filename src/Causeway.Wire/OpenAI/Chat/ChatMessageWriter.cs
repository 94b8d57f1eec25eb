using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes turns as messages: each tool's result is a message of its own, right behind the calls that it answers.</summary>
internal sealed class ChatMessageWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private readonly ServerDeviations _server = ServerList.Of(plan.Target.Server);
    private readonly bool _firstForm = ChatToolWriter.KeepsFirstForm(request, plan);
    private readonly ChatPartWriter _parts = new(plan, json);

    // What tools answered besides text, until the last result of a row is written: nothing may stand between results.
    private readonly List<Part> _moved = [];

    public void Write()
    {
        bool isLost = request.Tools.Exists(tool => tool.Cache is not null)
            || request.Turns.Exists(turn => turn.Parts.Exists(part => part.Cache is not null && (turn.Role == Role.Assistant || part is ToolResultPart)));
        _parts.SayMarks(request, isLost);
        json.WriteStartArray("messages"u8);
        int first = WriteHead();
        for (int i = first; i < request.Turns.Count; i++)
        {
            WriteTurn(request.Turns[i], isLast: i == request.Turns.Count - 1);
        }

        Flush();
        json.WriteEndArray();
    }

    /// <summary>Writes the system turns that come first, and the gateway's own sentences behind them.</summary>
    private int WriteHead()
    {
        int count = request.Turns.TakeWhile(turn => turn.Role == Role.System).Count();
        List<Turn> turns = request.Turns[..count];
        List<Part> ours = [.. plan.Instructions.Select(text => new TextPart(JsonSlice.Of(text)))];
        bool isMany = count + ours.Count > 1;
        if (isMany && _server.OneSystemMessage && turns.TrueForAll(turn => turn.Extras is null))
        {
            WriteSystem([.. turns.SelectMany(turn => turn.Parts), .. ours], turns.FirstOrDefault(), join: true);
            return count;
        }

        turns.ForEach(turn => WriteSystem(turn.Parts, turn));
        if (ours.Count > 0)
        {
            WriteSystem(ours, turn: null);
        }

        return count;
    }

    private void WriteTurn(Turn turn, bool isLast)
    {
        switch (turn.Role)
        {
            case Role.System:
                Flush();
                WriteSystem(turn.Parts, turn);
                break;
            case Role.User:
                WriteUserTurn(turn);
                break;
            default:
                Flush();
                WriteAssistant(turn, isLast);
                break;
        }
    }

    private void WriteSystem(List<Part> parts, Turn? turn, bool join = false)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, turn?.IsDeveloper == true && _server.DeveloperRole ? "developer"u8 : "system"u8);
        json.WritePropertyName("content"u8);
        _parts.WriteContent(parts, EscapedText.BlankLine, join);
        WriteExtras(turn?.Extras);
        json.WriteEndObject();
    }

    private void WriteUserTurn(Turn turn)
    {
        List<ToolResultPart> results = [.. turn.Parts.OfType<ToolResultPart>().Where(_ => plan.Keeps(Concept.ToolResult))];
        results.ForEach(WriteResult);
        List<Part> own = turn.Parts.FindAll(part => part is not ToolResultPart);
        if (own.Count > 0 || results.Count == 0)
        {
            WriteUser(own.FindAll(_parts.IsWritten), turn.Extras);
        }
    }

    private void Flush()
    {
        if (_moved.Count > 0)
        {
            WriteUser([], extras: null);
        }
    }

    private void WriteUser(List<Part> own, Extras? extras)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WritePropertyName("content"u8);
        _parts.WriteContent([.. _moved, .. own], EscapedText.BlankLine); // Blocks are read one by one where they come from.
        _moved.Clear();
        WriteExtras(extras);
        json.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result)
    {
        bool isFunction = ChatExtras.Has(result.Extras, "role");
        json.WriteStartObject();
        if (!isFunction || !_firstForm)
        {
            json.WriteString("role"u8, "tool"u8);
            json.WriteString("tool_call_id"u8, CallId(result.CallId));
        }

        if (plan.IsSameOperation && !result.Name.IsAbsent)
        {
            result.Name.WriteTo(json, "name"u8);
        }

        json.WritePropertyName("content"u8);
        _parts.WriteResult(result);
        if (!plan.IsSameOperation)
        {
            _moved.AddRange(_parts.Moved(result, CallId(result.CallId)));
        }

        WriteExtras(isFunction && !_firstForm ? null : result.Extras);
        json.WriteEndObject();
    }

    private string CallId(string callerId)
    {
        string id = CallIds.FromCaller(callerId).Id;
        CallIdPattern pattern = _server.CallIds;
        return plan.IsSameOperation && !pattern.Exact && id.Length <= pattern.Length ? id : CallIds.ToTarget(id, pattern.Length, pattern.Exact, pattern.Alphanumeric);
    }

    private void WriteAssistant(Turn turn, bool isLast)
    {
        List<Part> said = turn.Parts.FindAll(part => part is TextPart or MediaPart or NativePart && _parts.IsWritten(part));
        List<ToolCallPart> calls = [.. turn.Parts.OfType<ToolCallPart>().Where(call => plan.Keeps(call.IsCustom ? Concept.CustomToolCall : Concept.ToolCall))];
        RefusalPart? refusal = turn.Parts.OfType<RefusalPart>().FirstOrDefault(_ => plan.Keeps(Concept.Refusal));
        if (refusal is not null && !_server.RefusalMember)
        {
            said.Add(new TextPart(refusal.Text));
            refusal = null;
        }

        if (said.Count == 0 && calls.Count == 0 && refusal is null && (turn.Extras is null || !plan.IsSameOperation))
        {
            SayReasoning(turn);
            return; // Nothing is left of it, and a message that says nothing is refused.
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        WriteReasoning(turn, calls.Count > 0);
        json.WritePropertyName("content"u8);
        if (said.Count == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            _parts.WriteContent(said, isInput: false);
        }

        refusal?.Text.WriteTo(json, "refusal"u8);
        WriteCalls(calls);
        WriteExtras(turn.Extras);
        if (isLast && !plan.IsSameOperation && _server.PrefillMember is { } prefill && plan.Keeps(Concept.AssistantPrefill))
        {
            json.WriteBoolean(prefill, true);
        }

        json.WriteEndObject();
    }

    private void WriteReasoning(Turn turn, bool calls)
    {
        List<ReasoningPart> parts = [.. turn.Parts.OfType<ReasoningPart>().Where(part => ChatReasoning.IsFor(part, plan.Target))];
        bool isTaken = _server.ReasoningDetails || _server.ReasoningFieldOf(plan.Target.Model) is not null;
        if (parts.Count > 0 && isTaken && plan.Keeps(Concept.ReasoningState))
        {
            ChatReasoning.WriteHistory(json, parts, _server, plan.Target);
        }
        else
        {
            parts.Clear();
            if (calls && _server.WantsReasoningOfCalls(plan.Target.Model))
            {
                json.WriteString(_server.ReasoningField!, ""); // Another model made the call, or the caller's SDK kept no reasoning.
            }
        }

        if (parts.Count < turn.Parts.Count(part => part is ReasoningPart))
        {
            SayReasoning(turn);
        }
    }

    private void SayReasoning(Turn turn)
    {
        if (turn.Parts.Exists(part => part is ReasoningPart))
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.ReasoningState).Path ?? "reasoning");
        }
    }

    private void WriteCalls(List<ToolCallPart> calls)
    {
        if (_firstForm && calls is [{ Extras: { } extras }] && ChatExtras.Has(extras, "function_call"))
        {
            ChatExtras.Write(json, extras);
            return;
        }

        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (ToolCallPart call in calls)
        {
            string kind = call.IsCustom ? "custom" : "function";
            json.WriteStartObject();
            json.WriteString("id"u8, CallId(call.Id));
            json.WriteString("type"u8, kind);
            json.WriteStartObject(kind);
            call.Name.WriteTo(json, "name"u8);
            json.WritePropertyName(call.IsCustom ? "input"u8 : "arguments"u8);
            Arguments.WriteString(json, call.Arguments);
            json.WriteEndObject();
            WriteExtras(ChatExtras.Has(call.Extras, "function_call") ? null : call.Extras);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteExtras(Extras? extras)
    {
        if (plan.IsSameOperation)
        {
            ChatExtras.Write(json, extras);
        }
    }
}
