using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads <c>generationConfig</c>.</summary>
internal sealed class GenerationConfigReader(JsonBody body, NeutralRequest request, string path)
{
    /// <summary>Members without a place in the neutral form, and what they ask for.</summary>
    private static readonly Dictionary<string, Concept> Kept = new()
    {
        ["responseModalities"] = Concept.OutputModalities,
        ["speechConfig"] = Concept.OutputModalities,
        ["imageConfig"] = Concept.OutputModalities,
        ["audioTranscriptionConfig"] = Concept.OutputModalities,
        ["translationConfig"] = Concept.OutputModalities,
        ["enableAffectiveDialog"] = Concept.OutputModalities,
        ["responseFormat"] = Concept.OutputModalities,
        ["mediaResolution"] = Concept.MediaResolution,
        ["audioTimestamp"] = Concept.MediaResolution,
        ["enableEnhancedCivicAnswers"] = Concept.SafetySettings,
        ["routingConfig"] = Concept.ProviderState,
        ["modelConfig"] = Concept.ProviderState,
        ["modelSelectionConfig"] = Concept.ProviderState,
    };

    private string? _mimeType;
    private (string Path, JsonElement Value)? _mime;
    private (string Path, JsonElement Value)? _openApi;
    private (string Path, JsonElement Value)? _jsonSchema;

    public static IEnumerable<KeyValuePair<string, Concept>> KeptMembers => Kept;

    public void Read(JsonElement config)
    {
        foreach (JsonProperty member in Spelling.Members(config))
        {
            Take(Spelling.Camel(member.Name), member.Value, $"{path}.{member.Name}");
        }

        ReadFormat();
    }

    private void Take(string name, JsonElement value, string at)
    {
        switch (name)
        {
            case "temperature":
                request.Temperature = Number(Concept.Temperature, at, value);
                break;
            case "topP":
                request.TopP = Number(Concept.TopP, at, value);
                break;
            case "topK":
                request.TopK = Number(Concept.TopK, at, value);
                break;
            case "seed":
                request.Seed = Number(Concept.Seed, at, value);
                break;
            case "presencePenalty":
                request.PresencePenalty = Number(Concept.PresencePenalty, at, value);
                break;
            case "frequencyPenalty":
                request.FrequencyPenalty = Number(Concept.FrequencyPenalty, at, value);
                break;
            case "candidateCount":
                request.Choices = (int)Math.Min(int.MaxValue, Count(Concept.Choices, at, value));
                break;
            case "maxOutputTokens":
                request.MaxOutputTokens = Count(Concept.MaxOutputTokens, at, value);
                break;
            case "stopSequences":
                request.StopSequences.AddRange(Spelling.Items(value).Select(text => Spelling.Text(body, text)));
                request.Mark(Concept.StopSequences, at);
                break;
            case "responseLogprobs":
                request.LogProbs = value.GetBoolean();
                request.Mark(Concept.LogProbs, at);
                break;
            case "logprobs":
                request.TopLogProbs = (int)Math.Min(int.MaxValue, Count(Concept.LogProbs, at, value));
                break;
            case "responseMimeType":
                (_mime, _mimeType) = ((at, value), value.GetString());
                break;
            case "responseSchema":
                _openApi = (at, value);
                break;
            case "responseJsonSchema":
                _jsonSchema = (at, value);
                break;
            case "thinkingConfig":
                ReadThinking(value, at);
                break;
            default:
                request.Keep(IsTextOnly(name, value) ? Concept.Text : Kept.GetValueOrDefault(name, Concept.Unknown), at, body.Slice(value));
                break;
        }
    }

    private void ReadThinking(JsonElement thinking, string at)
    {
        Effort? effort = null;
        long? budget = null;
        bool? show = null;
        foreach (JsonProperty member in Spelling.Members(thinking))
        {
            string inner = $"{at}.{member.Name}";
            switch (Spelling.Camel(member.Name))
            {
                case "includeThoughts":
                    show = member.Value.GetBoolean();
                    request.Mark(Concept.ReasoningSummary, inner);
                    break;
                case "thinkingBudget":
                    budget = Count(Concept.ReasoningBudget, inner, member.Value);
                    break;
                case "thinkingLevel" when ThinkingLevels.Parse(member.Value.GetString()) is Effort known:
                    effort = known;
                    request.Mark(Concept.ReasoningEffort, inner);
                    break;
                default:
                    request.Keep(Concept.Unknown, inner, body.Slice(member.Value));
                    break;
            }
        }

        if (effort is not null && budget is not null)
        {
            throw new RequestException($"\"{at}\" holds a level and a budget; the model takes one of them.", at);
        }

        request.Reasoning = new ReasoningAsk(effort, budget, show);
    }

    private void ReadFormat()
    {
        if (_openApi is not null && _jsonSchema is not null)
        {
            throw new RequestException($"\"{path}\" holds two schemas for the answer.", _openApi.Value.Path);
        }

        bool isJson = _mimeType is null or "application/json";
        if (!isJson)
        {
            // Plain text is what is answered anyway; text/x.enum and its schema have no like elsewhere.
            Concept concept = _mimeType == "text/plain" ? Concept.Text : Concept.OutputModalities;
            Keep(concept, _mime);
            Keep(concept, _openApi);
            Keep(concept, _jsonSchema);
        }
        else if (_jsonSchema is var (schemaPath, schema))
        {
            request.Format = new OutputFormat(OutputKind.JsonSchema, body.Slice(schema));
            request.Mark(Concept.JsonSchema, schemaPath);
        }
        else if (_openApi is var (openApiPath, openApi))
        {
            request.Format = new OutputFormat(OutputKind.JsonSchema, OpenApiSchema.ToJsonSchema(openApi));
            request.Keep(Concept.JsonSchema, openApiPath, body.Slice(openApi)); // To be given back in its own dialect.
        }
        else if (_mime is var (mimePath, _))
        {
            request.Format = new OutputFormat(OutputKind.JsonObject);
            request.Mark(Concept.JsonObject, mimePath);
        }
    }

    private void Keep(Concept concept, (string Path, JsonElement Value)? member)
    {
        if (member is var (at, value))
        {
            request.Keep(concept, at, body.Slice(value));
        }
    }

    private JsonSlice Number(Concept concept, string at, JsonElement value)
    {
        request.Mark(concept, at);
        return Spelling.Number(body, value);
    }

    private long Count(Concept concept, string at, JsonElement value)
    {
        request.Mark(concept, at);
        return Spelling.Count(body, value);
    }

    /// <summary>The modality that every model answers in.</summary>
    private static bool IsTextOnly(string name, JsonElement value) =>
        name == "responseModalities" && Spelling.Items(value).All(item => string.Equals(item.GetString(), "TEXT", StringComparison.OrdinalIgnoreCase));
}
