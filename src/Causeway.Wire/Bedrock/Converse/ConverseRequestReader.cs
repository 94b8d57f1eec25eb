using System.Text;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reads one request. Every member at the top stays in <see cref="NeutralRequest.Fields"/> as it stood, but for what is said.</summary>
internal sealed class ConverseRequestReader(JsonBody body, NeutralRequest request)
{
    private readonly MessagesMarks _marks = new(request);

    /// <exception cref="RequestException">A member that must be there is not, or has a value that it never has.</exception>
    public void Read()
    {
        JsonElement root = body.Root;
        ConverseTurnReader turns = new(body, request, _marks);
        if (root.TryGet("system", out JsonElement system))
        {
            turns.System(system);
        }

        turns.Messages(root.Required("messages", ""));
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("system" or "messages"))
            {
                ReadMember(member.Name, member.Value);
            }
        }

        ReadReasoning(root);
    }

    private void ReadMember(string name, JsonElement value)
    {
        JsonSlice whole = body.Slice(value);
        if (value.ValueKind == JsonValueKind.Null)
        {
            Hold(name, whole);
            return;
        }

        switch (name)
        {
            case "inferenceConfig":
                Hold(name, whole);
                ReadInference(value);
                break;
            case "toolConfig":
                Hold(name, whole);
                new ConverseToolReader(body, request, _marks).Read(value);
                break;
            case "outputConfig":
                Hold(name, whole);
                ReadOutput(value);
                break;
            case "additionalModelRequestFields":
                Hold(name, whole);
                ReadAdditional(value);
                break;
            case "serviceTier":
                Hold(name, whole);
                ReadTier(value);
                break;
            default:
                request.Keep(ConverseFields.Raw.TryGetValue(name, out Concept concept) ? concept : Concept.Unknown, name, whole);
                break;
        }
    }

    private void ReadInference(JsonElement config)
    {
        foreach (JsonProperty member in config.EnumerateObject())
        {
            string path = $"inferenceConfig.{member.Name}";
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "maxTokens":
                    request.MaxOutputTokens = member.Value.GetInt64();
                    _marks.At(Concept.MaxOutputTokens, path);
                    break;
                case "temperature":
                    request.Temperature = Number(Concept.Temperature, path, member.Value);
                    break;
                case "topP":
                    request.TopP = Number(Concept.TopP, path, member.Value);
                    break;
                case "stopSequences":
                    request.StopSequences.AddRange(member.Value.EnumerateArray().Select(body.Slice));
                    _marks.At(Concept.StopSequences, path);
                    break;
                default:
                    _marks.Unknown(path);
                    break;
            }
        }
    }

    private void ReadOutput(JsonElement config)
    {
        foreach (JsonProperty member in config.EnumerateObject())
        {
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "effort":
                    _marks.At(Concept.ReasoningEffort, "outputConfig.effort");
                    break;
                case "textFormat":
                    ReadFormat(member.Value);
                    break;
                default:
                    _marks.Unknown($"outputConfig.{member.Name}");
                    break;
            }
        }
    }

    /// <summary>Reads the schema of the answer, which is the text of a string here.</summary>
    private void ReadFormat(JsonElement format)
    {
        const string Path = "outputConfig.textFormat";
        JsonElement schema = format.Required("structure", Path).Required("jsonSchema", $"{Path}.structure");
        string text = schema.Required("schema", $"{Path}.structure.jsonSchema").GetString()!;
        request.Format = new OutputFormat(
            OutputKind.JsonSchema, new JsonSlice(Encoding.UTF8.GetBytes(text.Trim())), body.Slice(schema, "name"), Description: body.Slice(schema, "description"));
        if (!Arguments.IsObject(request.Format.Schema.Raw.Span))
        {
            throw new RequestException("The schema is no JSON object.", $"{Path}.structure.jsonSchema.schema");
        }

        _marks.At(Concept.JsonSchema, Path);
    }

    private void ReadAdditional(JsonElement fields)
    {
        foreach (JsonProperty member in fields.EnumerateObject())
        {
            string path = $"additionalModelRequestFields.{member.Name}";
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "top_k":
                    request.TopK = Number(Concept.TopK, path, member.Value);
                    break;
                case "thinking":
                    ReadThinking(member.Value);
                    break;
                case "anthropic_beta":
                    _marks.At(Concept.VendorHint, path);
                    break;
                default:
                    _marks.Unknown(path);
                    break;
            }
        }
    }

    private void ReadThinking(JsonElement thinking)
    {
        const string Path = "additionalModelRequestFields.thinking";
        foreach (JsonProperty member in thinking.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type":
                    _marks.At(member.Value.GetString() is "enabled" or "adaptive" ? Concept.ReasoningBudget : Concept.ReasoningEffort, Path);
                    break;
                case "budget_tokens":
                    break;
                case "display":
                    _marks.At(Concept.ReasoningSummary, $"{Path}.display");
                    break;
                default:
                    _marks.Unknown($"{Path}.{member.Name}");
                    break;
            }
        }
    }

    private void ReadReasoning(JsonElement root)
    {
        JsonSlice thinking = root.TryGet("additionalModelRequestFields", out JsonElement fields) ? body.Slice(fields, "thinking") : default;
        request.Reasoning = MessagesThinking.Read(thinking, body.Slice(root, "outputConfig"));
    }

    private void ReadTier(JsonElement tier)
    {
        if (tier.TryGet("type", out JsonElement type))
        {
            request.Keep(Concept.ServiceTier, "serviceTier.type", body.Slice(type));
        }

        foreach (JsonProperty member in tier.EnumerateObject())
        {
            if (member.Name != "type")
            {
                _marks.Unknown($"serviceTier.{member.Name}");
            }
        }
    }

    private JsonSlice Number(Concept concept, string path, JsonElement value)
    {
        _marks.At(concept, path);
        return value.ValueKind == JsonValueKind.Number ? body.Slice(value) : throw new RequestException($"\"{path}\" is a number.", path);
    }

    /// <summary>Keeps a member for the way back to its own protocol; its own members are marked one by one.</summary>
    private void Hold(string name, JsonSlice value) => request.Fields.Add(new RawField(Concept.Unknown, name, value));
}
