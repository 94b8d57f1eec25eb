using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads one request. Members at the top that are no plain numbers stay in <see cref="NeutralRequest.Fields"/> as they stood.</summary>
internal sealed class MessagesRequestReader
{
    private readonly JsonBody _body;
    private readonly NeutralRequest _request;
    private readonly MessagesMarks _marks;
    private readonly MessagesTurnReader _turns;

    public MessagesRequestReader(JsonBody body, NeutralRequest request)
    {
        (_body, _request, _marks) = (body, request, new MessagesMarks(request));
        _turns = new MessagesTurnReader(body, request, _marks);
    }

    /// <exception cref="RequestException">A member that must be there is not, or has a value that it never has.</exception>
    public void Read()
    {
        JsonElement root = _body.Root;
        if (root.TryGet("system", out JsonElement system))
        {
            _turns.System(system);
        }

        _turns.Messages(root.Required("messages", ""));
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                _request.Fields.Add(new RawField(Concept.Unknown, member.Name, _body.Slice(member.Value)));
            }
            else
            {
                ReadMember(member.Name, member.Value);
            }
        }

        JsonSlice thinking = _body.Slice(root, "thinking");
        _request.Reasoning = MessagesThinking.Read(thinking, _body.Slice(root, "output_config"));
        if (!thinking.IsAbsent)
        {
            _marks.At(_request.Reasoning?.BudgetTokens is null ? Concept.ReasoningEffort : Concept.ReasoningBudget, "thinking");
        }
    }

    private void ReadMember(string name, JsonElement value)
    {
        switch (name)
        {
            case "model" or "system" or "messages":
                break;
            case "stream":
                _marks.At(Concept.Stream, name);
                break;
            case "max_tokens":
                _request.MaxOutputTokens = value.GetInt64();
                _marks.At(Concept.MaxOutputTokens, name);
                break;
            case "temperature":
                _request.Temperature = Number(Concept.Temperature, name, value);
                break;
            case "top_p":
                _request.TopP = Number(Concept.TopP, name, value);
                break;
            case "top_k":
                _request.TopK = Number(Concept.TopK, name, value);
                break;
            case "stop_sequences":
                _request.StopSequences.AddRange(value.EnumerateArray().Select(_body.Slice));
                _marks.At(Concept.StopSequences, name);
                break;
            case "tools":
                new MessagesToolReader(_body, _request, _marks).Tools(value);
                break;
            default:
                ReadGroup(name, value);
                break;
        }
    }

    private void ReadGroup(string name, JsonElement value)
    {
        switch (name)
        {
            case "tool_choice":
                Hold(Concept.ToolChoiceAuto, name, value);
                new MessagesToolReader(_body, _request, _marks).Choice(value);
                break;
            case "metadata":
                Hold(Concept.EndUser, name, value);
                ReadMetadata(value);
                break;
            case "cache_control":
                Hold(Concept.CacheMark, name, value);
                _request.Cache = new CacheMark(value.Text("ttl"));
                _marks.At(Concept.CacheMark, name);
                break;
            case "thinking":
                Hold(Concept.ReasoningBudget, name, value);
                ReadThinking(value);
                break;
            case "output_config":
                Hold(Concept.ReasoningEffort, name, value);
                ReadOutputConfig(value);
                break;
            case "output_format":
                Hold(Concept.JsonSchema, name, value);
                ReadFormat(name, value);
                break;
            default:
                _request.Keep(MessagesFields.Raw.TryGetValue(name, out Concept concept) ? concept : Concept.Unknown, name, _body.Slice(value));
                break;
        }
    }

    private void ReadMetadata(JsonElement metadata)
    {
        foreach (JsonProperty member in metadata.EnumerateObject())
        {
            if (member.NameEquals("user_id"u8))
            {
                _request.EndUser = _body.Slice(metadata, "user_id");
                if (!_request.EndUser.IsAbsent)
                {
                    _marks.At(Concept.EndUser, "metadata.user_id");
                }
            }
            else
            {
                _marks.Unknown($"metadata.{member.Name}");
            }
        }
    }

    private void ReadThinking(JsonElement thinking)
    {
        foreach (JsonProperty member in thinking.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "budget_tokens":
                    break;
                case "display":
                    _marks.At(Concept.ReasoningSummary, "thinking.display");
                    break;
                case "block_binding":
                    _marks.At(Concept.ProviderState, "thinking.block_binding");
                    break;
                default:
                    _marks.Unknown($"thinking.{member.Name}");
                    break;
            }
        }
    }

    private void ReadOutputConfig(JsonElement config)
    {
        foreach (JsonProperty member in config.EnumerateObject())
        {
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "effort":
                    _marks.At(Concept.ReasoningEffort, "output_config.effort");
                    break;
                case "format":
                    ReadFormat("output_config.format", member.Value);
                    break;
                case "task_budget":
                    _marks.At(Concept.ContextManagement, "output_config.task_budget");
                    break;
                default:
                    _marks.Unknown($"output_config.{member.Name}");
                    break;
            }
        }
    }

    private void ReadFormat(string path, JsonElement format)
    {
        JsonSlice schema = _body.Slice(format.Required("schema", path));
        if (_request.Format is { Kind: OutputKind.JsonSchema } other && !JsonElement.DeepEquals(JsonElement.Parse(other.Schema.Raw.Span), JsonElement.Parse(schema.Raw.Span)))
        {
            throw new RequestException("\"output_config.format\" and \"output_format\" hold two schemas for the answer; send the first.", path);
        }

        _request.Format = new OutputFormat(OutputKind.JsonSchema, schema);
        _marks.At(Concept.JsonSchema, path);
        foreach (JsonProperty member in format.EnumerateObject())
        {
            if (member.Name is not ("type" or "schema"))
            {
                _marks.Unknown($"{path}.{member.Name}");
            }
        }
    }

    private JsonSlice Number(Concept concept, string name, JsonElement value)
    {
        _marks.At(concept, name);
        return value.ValueKind == JsonValueKind.Number ? _body.Slice(value) : throw new RequestException($"\"{name}\" is a number.", name);
    }

    /// <summary>Keeps a member for the way back to its own protocol; its own members are marked one by one.</summary>
    private void Hold(Concept concept, string name, JsonElement value) => _request.Fields.Add(new RawField(concept, name, _body.Slice(value)));
}
