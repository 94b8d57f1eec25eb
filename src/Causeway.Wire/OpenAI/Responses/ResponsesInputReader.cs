using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Reads the input's flat items into turns: what the assistant said, thought and called in a row is one turn, and so are the results that
/// come in a row, since other protocols answer all calls of a turn at once.
/// </summary>
internal sealed class ResponsesInputReader(JsonBody body, NeutralRequest request, FirstUses uses)
{
    private readonly ResponsesPartReader _parts = new(body, uses);

    // The turn that the next item may join; null after any other kind of item.
    private Turn? _open;
    private bool _hasMessage;
    private bool _saidSomething;

    public void Read(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            JsonSlice text = body.Slice(input);
            request.Turns.Add(new Turn(Role.User) { Parts = { new TextPart(text) }, Extras = OwnItem.Of(OwnItem.Input, text) });
            uses.Mark(Concept.Text, "input");
            return;
        }

        int index = 0;
        foreach (JsonElement item in input.EnumerateArray())
        {
            ReadItem(item, index++);
        }

        if (_open is { Role: Role.Assistant, Parts: [.., TextPart or RefusalPart] })
        {
            uses.Mark(Concept.AssistantPrefill, index - 1);
        }
    }

    private void ReadItem(JsonElement item, int index)
    {
        switch (item.Word("type") ?? (item.TryMember("role", out _) ? "message" : "item_reference"))
        {
            case "message":
                ReadMessage(item, index);
                break;
            case "function_call":
                AddCall(item, index, "arguments", isCustom: false);
                break;
            case "custom_tool_call":
                AddCall(item, index, "input", isCustom: true);
                break;
            case "function_call_output":
                AddResult(item, index, isCustom: false);
                break;
            case "custom_tool_call_output":
                AddResult(item, index, isCustom: true);
                break;
            case "reasoning":
                AddReasoning(item, index);
                break;
            case string type:
                AddNative(item, index, type);
                break;
        }
    }

    private void ReadMessage(JsonElement item, int index)
    {
        string? role = item.Word("role");
        if (item.TryMember("phase", out _))
        {
            uses.Mark(Concept.MessagePhase, index, ".phase");
        }

        MarkOthers(item, index, "message");
        Extras own = OwnItem.Of(OwnItem.Item, body.Slice(item));
        switch (role)
        {
            case "assistant":
                AddAssistantMessage(item, index, own);
                break;
            case "system" or "developer":
                uses.Mark(_saidSomething ? Concept.SystemBetweenTurns : Concept.SystemText, index, ".content");
                AddMessage(new Turn(Role.System) { IsDeveloper = role == "developer", Extras = own }, item, index);
                break;
            case "user":
                _saidSomething = true;
                AddMessage(new Turn(Role.User) { Extras = own }, item, index);
                break;
            default:
                throw new RequestException($"Invalid value for 'input[{index}].role'.", $"input[{index}].role");
        }
    }

    private void AddMessage(Turn turn, JsonElement item, int index)
    {
        _open = null;
        request.Turns.Add(turn);
        _parts.Read(item, "content", index, turn.Parts);
    }

    private void AddAssistantMessage(JsonElement item, int index, Extras own)
    {
        Turn turn = OpenTurn(Role.Assistant);
        if (_hasMessage)
        {
            // Two messages in a row: each is its own, with its own phase.
            turn = StartTurn(Role.Assistant);
        }

        int before = turn.Parts.Count;
        _parts.Read(item, "content", index, turn.Parts);
        _hasMessage = true;
        if (turn.Parts.Count == before)
        {
            // Nothing was said; the item itself must not be lost to its own operation.
            turn.Parts.Add(new TextPart(JsonSlice.Of("")));
        }

        foreach (Part part in turn.Parts[before..])
        {
            part.Extras = own;
        }
    }

    private void AddCall(JsonElement item, int index, string member, bool isCustom)
    {
        uses.Mark(isCustom ? Concept.CustomToolCall : Concept.ToolCall, index);
        MarkOthers(item, index, member);
        JsonSlice name = body.Member(item, "name");
        if (!name.IsString)
        {
            throw new RequestException($"Missing required parameter: 'input[{index}].name'.", $"input[{index}].name");
        }

        OpenTurn(Role.Assistant).Parts.Add(new ToolCallPart(CallIdOf(item, index), name, body.Member(item, member))
        {
            IsCustom = isCustom,
            Extras = OwnItem.Of(OwnItem.Item, body.Slice(item)),
        });
    }

    private void AddResult(JsonElement item, int index, bool isCustom)
    {
        uses.Mark(Concept.ToolResult, index);
        MarkOthers(item, index, "output");
        ToolResultPart result = new(CallIdOf(item, index)) { IsCustom = isCustom, Extras = OwnItem.Of(OwnItem.Item, body.Slice(item)) };
        _parts.Read(item, "output", index, result.Content);
        OpenTurn(Role.User).Parts.Add(result);
    }

    private void AddReasoning(JsonElement item, int index)
    {
        uses.Mark(Concept.ReasoningState, index);
        MarkOthers(item, index, "reasoning");
        string? sealedText = item.Word("encrypted_content");
        ReasoningSeal? seal = sealedText is null ? null : ReasoningSeal.Read(Protocol.OpenAI, SealForm.Encrypted, sealedText, item.Word("id"));
        OpenTurn(Role.Assistant).Parts.Add(new ReasoningPart(ReasoningText.Of(body, item))
        {
            // An empty state says only that the thoughts are not OpenAI's.
            Seal = seal is { Value.Length: > 0 } ? seal : null,
            Extras = OwnItem.Of(OwnItem.Item, body.Slice(item)),
        });
    }

    private void AddNative(JsonElement item, int index, string type)
    {
        Concept concept = type switch
        {
            "item_reference" => Concept.ProviderState,
            "compaction" or "compaction_trigger" or "configuration_update" => Concept.ContextManagement,
            _ => Concept.HostedToolItem,
        };
        uses.MarkEach(concept, $"input[{index}]");
        bool isResult = type.EndsWith("_output", StringComparison.Ordinal) || type.EndsWith("_response", StringComparison.Ordinal);
        OpenTurn(isResult ? Role.User : Role.Assistant).Parts.Add(new NativePart(body.Slice(item)) { Extras = OwnItem.Of(OwnItem.Item, body.Slice(item)) });
    }

    /// <summary>The turn that an item of this role joins.</summary>
    private Turn OpenTurn(Role role) => _open?.Role == role ? _open : StartTurn(role);

    private Turn StartTurn(Role role)
    {
        Turn turn = new(role);
        request.Turns.Add(turn);
        (_open, _hasMessage, _saidSomething) = (turn, false, true);
        return turn;
    }

    private static string CallIdOf(JsonElement item, int index) =>
        item.Word("call_id") ?? throw new RequestException($"Missing required parameter: 'input[{index}].call_id'.", $"input[{index}].call_id");

    /// <summary>Notes members that mean something and have no place in the neutral form.</summary>
    private void MarkOthers(JsonElement item, int index, string content)
    {
        foreach (JsonProperty member in item.EnumerateObject())
        {
            bool isKnown = member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False
                || member.Name is "type" or "id" or "status" or "created_by" or "call_id" or "name"
                || (content == "message" ? member.Name is "role" or "content" or "phase" : member.Name == content)
                || (content == "reasoning" && member.Name is "summary" or "content" or "encrypted_content")
                || (content == "arguments" && member.Name == SdkMembers.ParsedArguments)
                || (member.NameEquals("caller"u8) && member.Value.Word("type") == "direct");
            if (!isKnown)
            {
                uses.MarkEach(member.Name is "namespace" or "caller" or "async" ? Concept.HostedToolItem : Concept.Unknown, $"input[{index}].{member.Name}");
            }
        }
    }
}
