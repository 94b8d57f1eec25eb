using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Reads the messages of a chat request into turns. Messages of tools that follow one another become one turn of the user.</summary>
internal sealed class ChatMessageReader(ChatReading reading)
{
    private readonly NeutralRequest _request = reading.Request;
    private readonly ChatPartReader _parts = new(reading);
    private readonly HashSet<string> _customCalls = [];
    private string? _functionCallId;
    private Turn? _results;

    public void Read(JsonElement messages)
    {
        int at = 0;
        bool spoken = false;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            string role = ChatReading.Need(message, "role", $"messages[{at}]").GetString()!;
            bool isSystem = role is "system" or "developer";
            if (isSystem && spoken)
            {
                reading.MarkOnce(Concept.SystemBetweenTurns, at);
            }

            spoken |= !isSystem;
            ReadMessage(role, message, at++);
        }

        if (_request.Turns is [.., { Role: Role.Assistant }])
        {
            reading.MarkOnce(Concept.AssistantPrefill, at - 1);
        }
    }

    private void ReadMessage(string role, JsonElement message, int at)
    {
        switch (role)
        {
            case "tool" or "function":
                ReadResult(message, at, isFunction: role == "function");
                return;
            case "system" or "developer":
                reading.MarkOnce(Concept.SystemText, at);
                Add(Plain(new Turn(Role.System) { IsDeveloper = role == "developer" }, message, at));
                break;
            case "user":
                Add(Plain(new Turn(Role.User), message, at));
                break;
            case "assistant":
                Add(Assistant(message, at));
                break;
            default:
                throw new RequestException($"\"{role}\" is no role of a message.", $"messages[{at}].role");
        }
    }

    private void Add(Turn turn)
    {
        _results = null;
        _request.Turns.Add(turn);
    }

    private Turn Plain(Turn turn, JsonElement message, int at)
    {
        Extras? extras = null;
        foreach (JsonProperty member in message.EnumerateObject())
        {
            switch (member.Name)
            {
                case "role":
                    break;
                case "content":
                    _parts.Read(member.Value, at, turn.Parts);
                    break;
                default:
                    ReadOther(ref extras, member, at);
                    break;
            }
        }

        turn.Extras = extras;
        return turn;
    }

    private void ReadOther(ref Extras? extras, JsonProperty member, int at)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        switch (member.Name)
        {
            case "name":
                reading.Keep(ref extras, member.Name, member.Value);
                reading.MarkOnce(Concept.ParticipantName, at, ".name");
                break;
            default:
                reading.KeepUnknown(ref extras, member.Name, member.Value, $"messages[{at}].{member.Name}");
                break;
        }
    }

    private Turn Assistant(JsonElement message, int at)
    {
        Turn turn = new(Role.Assistant);
        Extras? extras = null;
        ChatReasoning.ReadHistory(message, reading, at, turn.Parts);
        if (message.TryGetProperty("content"u8, out JsonElement content))
        {
            _parts.Read(content, at, turn.Parts);
        }

        foreach (JsonProperty member in message.EnumerateObject())
        {
            switch (member.Name)
            {
                case "role" or "content" or "reasoning_content" or "reasoning" or "reasoning_details":
                    break;
                case "refusal" when member.Value.ValueKind == JsonValueKind.String:
                    turn.Parts.Add(new RefusalPart(reading.Slice(member.Value)));
                    reading.MarkOnce(Concept.Refusal, at, ".refusal");
                    break;
                case "tool_calls" when member.Value.ValueKind == JsonValueKind.Array:
                    ReadCalls(member.Value, at, turn);
                    break;
                case "function_call" when member.Value.ValueKind == JsonValueKind.Object:
                    ReadFunctionCall(member.Value, at, turn);
                    break;
                case "audio" when member.Value.ValueKind == JsonValueKind.Object:
                    reading.Keep(ref extras, member.Name, member.Value);
                    reading.MarkOnce(Concept.ProviderState, at, ".audio");
                    break;
                case "annotations" when member.Value.ValueKind == JsonValueKind.Array:
                    ReadAnnotations(member.Value, at, ref extras);
                    break;
                default:
                    ReadOther(ref extras, member, at);
                    break;
            }
        }

        turn.Extras = extras;
        return turn;
    }

    // Clients send the whole message of an answer back, an empty list of sources as well.
    private void ReadAnnotations(JsonElement annotations, int at, ref Extras? extras)
    {
        reading.Keep(ref extras, "annotations", annotations);
        if (annotations.GetArrayLength() > 0)
        {
            reading.MarkOnce(Concept.DocumentContext, at, ".annotations");
        }
    }

    private void ReadCalls(JsonElement calls, int at, Turn turn)
    {
        int index = 0;
        foreach (JsonElement call in calls.EnumerateArray())
        {
            string path = $"messages[{at}].tool_calls[{index++}]";
            string id = ChatReading.Need(call, "id", path).GetString()!;
            bool isCustom = call.TryGetProperty("custom"u8, out JsonElement inner) && inner.ValueKind == JsonValueKind.Object;
            inner = isCustom ? inner : ChatReading.Need(call, "function", path);
            if (isCustom)
            {
                _customCalls.Add(id);
            }

            Extras? extras = null;
            foreach (JsonProperty member in call.EnumerateObject())
            {
                if (member.Name == "index")
                {
                    reading.Keep(ref extras, member.Name, member.Value); // Left by clients that gather streams.
                }
                else if (member.Name is not ("id" or "type" or "function" or "custom") && member.Value.ValueKind != JsonValueKind.Null)
                {
                    reading.KeepUnknown(ref extras, member.Name, member.Value, $"{path}.{member.Name}");
                }
            }

            reading.MarkOnce(isCustom ? Concept.CustomToolCall : Concept.ToolCall, at, ".tool_calls");
            turn.Parts.Add(new ToolCallPart(id, reading.String(inner, "name"u8, path + ".name"), reading.Optional(inner, isCustom ? "input"u8 : "arguments"u8))
            {
                IsCustom = isCustom,
                Extras = extras,
            });
        }
    }

    // The first form has no ids: one is made for the call, and the next result is its answer.
    private void ReadFunctionCall(JsonElement call, int at, Turn turn)
    {
        _functionCallId = CallIds.Synthesize("function_call", at);
        Extras? extras = null;
        reading.Keep(ref extras, "function_call", call);
        reading.MarkOnce(Concept.ToolCall, at, ".function_call");
        JsonSlice name = reading.String(call, "name"u8, $"messages[{at}].function_call.name");
        turn.Parts.Add(new ToolCallPart(_functionCallId, name, reading.Optional(call, "arguments"u8)) { Extras = extras });
    }

    private void ReadResult(JsonElement message, int at, bool isFunction)
    {
        string id = isFunction
            ? _functionCallId ?? CallIds.Synthesize("function_call", at)
            : ChatReading.Need(message, "tool_call_id", $"messages[{at}]").GetString()!;
        Extras? extras = null;
        foreach (JsonProperty member in message.EnumerateObject())
        {
            if (member.Name == "role" && isFunction)
            {
                reading.Keep(ref extras, member.Name, member.Value);
            }
            else if (member.Name is not ("role" or "content" or "tool_call_id" or "name") && member.Value.ValueKind != JsonValueKind.Null)
            {
                reading.KeepUnknown(ref extras, member.Name, member.Value, $"messages[{at}].{member.Name}");
            }
        }

        ToolResultPart result = new(id)
        {
            Name = reading.Optional(message, "name"u8),
            IsCustom = _customCalls.Contains(id),
            Extras = extras,
        };
        if (message.TryGetProperty("content"u8, out JsonElement content))
        {
            _parts.Read(content, at, result.Content, inResult: true);
        }

        reading.MarkOnce(Concept.ToolResult, at);
        if (_results is null)
        {
            Turn turn = new(Role.User);
            Add(turn);
            _results = turn;
        }

        _results.Parts.Add(result);
    }
}
