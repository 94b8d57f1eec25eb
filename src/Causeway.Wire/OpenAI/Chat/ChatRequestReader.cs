using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Reads the members of a chat request. What says no more than the default is kept, and not marked.</summary>
internal sealed class ChatRequestReader(JsonBody body, NeutralRequest request)
{
    private readonly ChatReading _reading = new(body, request);

    public void Read()
    {
        bool hasMessages = false;
        foreach (JsonProperty member in body.Root.EnumerateObject())
        {
            if (member.NameEquals("messages"u8))
            {
                new ChatMessageReader(_reading).Read(member.Value);
                hasMessages = true;
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                ReadMember(member.Name, member.Value);
            }
        }

        if (!hasMessages)
        {
            throw new RequestException("\"messages\" is missing.", "messages");
        }
    }

    private void ReadMember(string name, JsonElement value)
    {
        switch (name)
        {
            case "model":
                break;
            case "stream":
                request.Mark(Concept.Stream, name);
                break;
            case "stream_options":
                ReadStreamOptions(value);
                break;
            case "tools" or "tool_choice" or "functions" or "function_call" or "parallel_tool_calls":
                new ChatToolReader(_reading).Read(name, value);
                break;
            case "response_format":
                ReadFormat(value);
                break;
            case "reasoning_effort" or "verbosity" or "safety_identifier" or "user":
                ReadWord(name, value);
                break;
            case "stop":
                ReadStop(value);
                break;
            case "logprobs":
                request.LogProbs = value.GetBoolean();
                MarkUnless(!request.LogProbs, Concept.LogProbs, name, value);
                break;
            case "top_logprobs":
                request.TopLogProbs = (int)Whole(name, value);
                request.Mark(Concept.LogProbs, name);
                break;
            case "n":
                request.Choices = (int)Whole(name, value);
                MarkUnless(request.Choices == 1, Concept.Choices, name, value);
                break;
            case "max_completion_tokens" or "max_tokens":
                ReadCap(name, value);
                break;
            default:
                ReadNumberOrKeep(name, value);
                break;
        }
    }

    private void ReadNumberOrKeep(string name, JsonElement value)
    {
        switch (name)
        {
            case "temperature":
                request.Temperature = Number(Concept.Temperature, name, value);
                break;
            case "top_p":
                request.TopP = Number(Concept.TopP, name, value);
                break;
            case "top_k":
                request.TopK = Number(Concept.TopK, name, value);
                break;
            case "seed":
                request.Seed = Number(Concept.Seed, name, value);
                break;
            case "frequency_penalty":
                request.FrequencyPenalty = Penalty(Concept.FrequencyPenalty, name, value);
                break;
            case "presence_penalty":
                request.PresencePenalty = Penalty(Concept.PresencePenalty, name, value);
                break;
            default:
                MarkUnless(IsDefault(name, value), ChatFields.Kept.GetValueOrDefault(name, Concept.Unknown), name, value, keep: true);
                break;
        }
    }

    private static bool IsDefault(string name, JsonElement value) => name switch
    {
        "store" => value.ValueKind == JsonValueKind.False,
        "logit_bias" or "metadata" => value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 0,
        "modalities" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueEquals("text"u8),
        _ => false,
    };

    private void MarkUnless(bool isDefault, Concept concept, string name, JsonElement value, bool keep = false)
    {
        if (isDefault)
        {
            _reading.KeepDefault(concept, name, value);
        }
        else if (keep)
        {
            request.Keep(concept, name, body.Slice(value));
        }
        else
        {
            request.Mark(concept, name);
        }
    }

    // The gateway answers include_usage itself, so only what else is asked is a matter for the target.
    private void ReadStreamOptions(JsonElement options)
    {
        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (option.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            string path = "stream_options." + option.Name;
            switch (option.Name)
            {
                case "include_usage":
                    request.StreamUsage = option.Value.GetBoolean();
                    request.Mark(Concept.Stream, path);
                    break;
                case "include_obfuscation":
                    request.Keep(Concept.StreamOptions, path, body.Slice(option.Value));
                    break;
                default:
                    request.Keep(Concept.Unknown, path, body.Slice(option.Value));
                    break;
            }
        }
    }

    private void ReadFormat(JsonElement format)
    {
        string? type = ChatReading.Need(format, "type", "response_format").GetString();
        switch (type)
        {
            case "text":
                _reading.KeepDefault(Concept.JsonObject, "response_format", format);
                break;
            case "json_object":
                request.Format = new OutputFormat(OutputKind.JsonObject);
                request.Mark(Concept.JsonObject, "response_format");
                KeepOthers(format, "response_format", "type");
                break;
            case "json_schema":
                JsonElement schema = ChatReading.Need(format, "json_schema", "response_format");
                ChatReading.Need(schema, "schema", "response_format.json_schema");
                request.Format = new OutputFormat(
                    OutputKind.JsonSchema,
                    _reading.Optional(schema, "schema"u8),
                    _reading.Optional(schema, "name"u8),
                    schema.TryGetProperty("strict"u8, out JsonElement strict) && strict.ValueKind != JsonValueKind.Null ? strict.GetBoolean() : null,
                    _reading.Optional(schema, "description"u8));
                request.Mark(Concept.JsonSchema, "response_format");
                KeepOthers(format, "response_format", "type", "json_schema");
                KeepOthers(schema, "response_format.json_schema", "schema", "name", "strict", "description");
                break;
            default:
                request.Keep(Concept.Unknown, "response_format", body.Slice(format));
                break;
        }
    }

    private void KeepOthers(JsonElement parent, string path, params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty member in parent.EnumerateObject())
        {
            if (!known.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null)
            {
                request.Keep(Concept.Unknown, $"{path}.{member.Name}", body.Slice(member.Value));
            }
        }
    }

    private void ReadWord(string name, JsonElement value)
    {
        string word = value.GetString()!;
        switch (name)
        {
            case "reasoning_effort" when Efforts.Parse(word) is { } effort:
                request.Reasoning = new ReasoningAsk(effort);
                request.Mark(Concept.ReasoningEffort, name);
                break;
            case "verbosity":
                request.Verbosity = word;
                request.Mark(Concept.Verbosity, name);
                break;
            case "safety_identifier" when request.EndUser.IsAbsent:
            case "user" when request.EndUser.IsAbsent:
                request.EndUser = body.Slice(value);
                request.Mark(Concept.EndUser, name);
                break;
            case "safety_identifier" or "user":
                _reading.KeepDefault(Concept.EndUser, name, value);
                break;
            default:
                // Servers have efforts of their own ("default").
                request.Keep(Concept.Unknown, name, body.Slice(value));
                break;
        }
    }

    private void ReadStop(JsonElement stop)
    {
        if (stop.ValueKind == JsonValueKind.String)
        {
            request.StopSequences.Add(body.Slice(stop));
        }
        else
        {
            foreach (JsonElement sequence in stop.EnumerateArray())
            {
                request.StopSequences.Add(sequence.ValueKind == JsonValueKind.String ? body.Slice(sequence) : throw new RequestException("\"stop\" must hold strings.", "stop"));
            }
        }

        MarkUnless(request.StopSequences.Count == 0, Concept.StopSequences, "stop", stop);
    }

    private void ReadCap(string name, JsonElement value)
    {
        long cap = Whole(name, value);
        if (request.MaxOutputTokens is not null)
        {
            // Both are there: the newer name counts, the other one goes back to the origin.
            _reading.KeepDefault(Concept.MaxOutputTokens, "max_tokens", name == "max_tokens" ? value : body.Root.GetProperty("max_tokens"u8));
            cap = name == "max_tokens" ? request.MaxOutputTokens.Value : cap;
            name = "max_completion_tokens";
        }

        request.MaxOutputTokens = cap;
        request.Replace(Concept.MaxOutputTokens, name);
    }

    private static long Whole(string name, JsonElement value) =>
        value.TryGetInt64(out long whole) && whole is >= 0 and <= int.MaxValue ? whole : throw new RequestException($"\"{name}\" must be a whole number.", name);

    private JsonSlice Number(Concept concept, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new RequestException($"\"{name}\" must be a number.", name);
        }

        request.Mark(concept, name);
        return body.Slice(value);
    }

    private JsonSlice Penalty(Concept concept, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0)
        {
            _reading.KeepDefault(concept, name, value);
            return default;
        }

        return Number(concept, name, value);
    }
}
