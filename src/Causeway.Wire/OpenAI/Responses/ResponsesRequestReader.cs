using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Reads the members of a request. All of them are kept raw, in their order, for a target of this same operation; what other targets can have
/// is read into the neutral form besides.
/// </summary>
internal sealed class ResponsesRequestReader(JsonBody body, NeutralRequest request)
{
    private readonly FirstUses _uses = new(request);

    public void Read()
    {
        // The instructions come first, wherever they stand in the body.
        if (body.Root.TryGetProperty("instructions"u8, out JsonElement instructions))
        {
            ReadInstructions(instructions);
        }

        foreach (JsonProperty member in body.Root.EnumerateObject())
        {
            ReadMember(member.Name, member.Value, body.Slice(member.Value));
        }

        if (request.Fields.TrueForAll(field => field.Path is not ("input" or "prompt" or "conversation" or "previous_response_id")))
        {
            throw new RequestException("Missing required parameter: 'input'.", "input");
        }
    }

    private void ReadMember(string name, JsonElement value, JsonSlice raw)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            Hold(Concept.Unknown, name, raw);
            return;
        }

        switch (name)
        {
            case "model" or "instructions":
                Hold(Concept.Unknown, name, raw);
                break;
            case "input":
                Hold(Concept.Text, name, raw);
                new ResponsesInputReader(body, request, _uses).Read(value);
                break;
            case "tools":
                Hold(Concept.FunctionTool, name, raw);
                ResponsesTools.Read(body, value, request, _uses);
                break;
            case "tool_choice":
                Hold(Concept.ToolChoiceAuto, name, raw);
                ResponsesToolChoice.Read(body, value, request, _uses);
                break;
            case "reasoning":
                Hold(Concept.ReasoningEffort, name, raw);
                ReadReasoning(value);
                break;
            case "text":
                Hold(Concept.JsonSchema, name, raw);
                ReadText(value);
                break;
            case "include":
                Hold(Concept.ReasoningState, name, raw);
                ReadInclude(value);
                break;
            default:
                ReadValue(name, value, raw);
                break;
        }
    }

    private void ReadValue(string name, JsonElement value, JsonSlice raw)
    {
        switch (name)
        {
            case "max_output_tokens":
                request.MaxOutputTokens = value.GetInt64();
                Keep(Concept.MaxOutputTokens, name, raw);
                break;
            case "temperature":
                request.Temperature = raw;
                Keep(Concept.Temperature, name, raw);
                break;
            case "top_p":
                request.TopP = raw;
                Keep(Concept.TopP, name, raw);
                break;
            case "top_logprobs":
                request.TopLogProbs = value.GetInt32();
                request.LogProbs |= request.TopLogProbs > 0;
                Keep(Concept.LogProbs, name, raw, request.TopLogProbs > 0);
                break;
            case "parallel_tool_calls":
                request.SingleToolCall = !value.GetBoolean();
                Keep(Concept.SingleToolCall, name, raw, request.SingleToolCall);
                break;
            case "safety_identifier":
                request.EndUser = raw;
                Keep(Concept.EndUser, name, raw);
                break;
            case "user":
                request.EndUser = request.EndUser.IsAbsent ? raw : request.EndUser;
                Keep(Concept.EndUser, name, raw);
                break;
            case "store" or "background" or "stream":
                // False asks for what every other operation does anyway.
                Keep(name == "store" ? Concept.Store : name == "stream" ? Concept.Stream : Concept.Background, name, raw, value.GetBoolean());
                break;
            case "truncation":
                Keep(Concept.ContextManagement, name, raw, !value.ValueEquals("disabled"u8));
                break;
            default:
                request.Keep(ConceptOf(name), name, raw);
                break;
        }
    }

    /// <summary>Members that are kept raw and mean one thing.</summary>
    private static Concept ConceptOf(string name) => name switch
    {
        "previous_response_id" or "conversation" or "prompt" => Concept.ProviderState,
        "max_tool_calls" => Concept.MaxToolCalls,
        "context_management" => Concept.ContextManagement,
        "image" => Concept.MediaResolution,
        "prompt_cache_key" => Concept.CacheKey,
        "prompt_cache_options" or "prompt_cache_retention" => Concept.CacheMark,
        "metadata" => Concept.Metadata,
        "service_tier" => Concept.ServiceTier,
        "moderation" => Concept.Moderation,
        "stream_options" => Concept.StreamOptions,
        _ => Concept.Unknown,
    };

    private void ReadInstructions(JsonElement instructions)
    {
        if (instructions.ValueKind == JsonValueKind.String)
        {
            JsonSlice raw = body.Slice(instructions);
            request.Turns.Add(new Turn(Role.System) { Parts = { new TextPart(raw) }, Extras = OwnItem.Of(OwnItem.Instructions, raw) });
            _uses.Mark(Concept.SystemText, "instructions");
        }
        else if (instructions.ValueKind != JsonValueKind.Null)
        {
            throw new RequestException("Invalid type for 'instructions': expected a string.", "instructions");
        }
    }

    private void ReadReasoning(JsonElement reasoning)
    {
        Effort? effort = null;
        bool? show = null;
        foreach (JsonProperty member in reasoning.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "effort":
                    effort = Efforts.Parse(member.Value.GetString());
                    _uses.Mark(effort is null ? Concept.Unknown : Concept.ReasoningEffort, "reasoning.effort");
                    break;
                case "summary" or "generate_summary":
                    show = true;
                    _uses.Mark(Concept.ReasoningSummary, "reasoning." + member.Name);
                    break;
                case "context" when member.Value.ValueEquals("auto"u8):
                case "mode" when member.Value.ValueEquals("standard"u8):
                    break;
                default:
                    _uses.MarkEach(member.Name == "context" ? Concept.ContextManagement : Concept.Unknown, "reasoning." + member.Name);
                    break;
            }
        }

        request.Reasoning = effort is null && show is null ? null : new ReasoningAsk(effort, Show: show);
    }

    private void ReadText(JsonElement text)
    {
        foreach (JsonProperty member in text.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "verbosity":
                    request.Verbosity = member.Value.GetString();
                    _uses.Mark(Concept.Verbosity, "text.verbosity");
                    break;
                case "format":
                    ReadFormat(member.Value);
                    break;
                default:
                    _uses.MarkEach(Concept.Unknown, "text." + member.Name);
                    break;
            }
        }
    }

    private void ReadFormat(JsonElement format)
    {
        switch (format.GetProperty("type"u8).GetString())
        {
            case "text":
                break;
            case "json_object":
                request.Format = new OutputFormat(OutputKind.JsonObject);
                _uses.Mark(Concept.JsonObject, "text.format");
                break;
            case "json_schema":
                if (body.Member(format, "schema").IsAbsent)
                {
                    throw new RequestException("Missing required parameter: 'text.format.schema'.", "text.format.schema");
                }

                request.Format = new OutputFormat(
                    OutputKind.JsonSchema,
                    body.Member(format, "schema"),
                    body.Member(format, "name"),
                    format.TryGetProperty("strict"u8, out JsonElement strict) && strict.ValueKind != JsonValueKind.Null ? strict.GetBoolean() : null,
                    body.Member(format, "description"));
                _uses.Mark(Concept.JsonSchema, "text.format");
                break;
            default:
                _uses.MarkEach(Concept.Unknown, "text.format");
                break;
        }
    }

    private void ReadInclude(JsonElement include)
    {
        int index = 0;
        foreach (JsonElement wish in include.EnumerateArray())
        {
            string path = $"include[{index++}]";
            switch (wish.GetString())
            {
                case "reasoning.encrypted_content":
                    // Every reply has it, whoever answers.
                    break;
                case "message.output_text.logprobs":
                    request.LogProbs = true;
                    _uses.Mark(Concept.LogProbs, path);
                    break;
                case "file_search_call.results" or "web_search_call.results" or "web_search_call.action.sources" or "message.input_image.image_url"
                    or "computer_call_output.output.image_url" or "code_interpreter_call.outputs":
                    // Details of hosted tools' results, which need a hosted tool to come at all.
                    _uses.Mark(Concept.ToolHints, path);
                    break;
                default:
                    _uses.MarkEach(Concept.Unknown, path);
                    break;
            }
        }
    }

    private void Hold(Concept concept, string name, JsonSlice raw) => request.Fields.Add(new RawField(concept, name, raw));

    private void Keep(Concept concept, string name, JsonSlice raw, bool marked = true)
    {
        Hold(concept, name, raw);
        if (marked)
        {
            _uses.Mark(concept, name);
        }
    }
}
