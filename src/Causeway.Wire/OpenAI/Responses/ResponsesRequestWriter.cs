using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Writes another operation's request. It is never stored, and the reasoning comes back encrypted, so that the next request can go on.</summary>
internal sealed class ResponsesRequestWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, plan.Target.Model);
        new ResponsesInputWriter(request, plan, json).Write(InstructionsOfOurs());
        WriteSampling();
        WriteTools();
        WriteReasoning();
        WriteText();
        WriteInclude();
        WriteHints();
        json.WriteBoolean("store"u8, false);
        json.WriteBoolean("stream"u8, request.Stream);
        json.WriteEndObject();
    }

    private List<string> InstructionsOfOurs()
    {
        List<string> ours = [.. plan.Instructions];
        if (request.Format is { Kind: OutputKind.JsonObject } && plan.Keeps(Concept.JsonObject) && Operations.ProtocolOf(request.Origin) != Protocol.OpenAI)
        {
            // OpenAI refuses JSON mode unless the prompt speaks of JSON; callers of other protocols need not know that.
            ours.Add("Answer with one JSON object.");
        }

        return ours;
    }

    private void WriteSampling()
    {
        if (request.MaxOutputTokens is { } cap && plan.Keeps(Concept.MaxOutputTokens))
        {
            json.WriteNumber("max_output_tokens"u8, Math.Max(cap, ResponsesJudge.LeastOutputTokens));
        }

        // A model that refuses them is not sent the defaults either, which is what was let through.
        bool takesSampling = ResponsesJudge.TakesSampling(request, plan.Target);
        if (!request.Temperature.IsAbsent && plan.Keeps(Concept.Temperature) && takesSampling)
        {
            request.Temperature.WriteTo(json, "temperature"u8);
        }

        if (!request.TopP.IsAbsent && plan.Keeps(Concept.TopP) && takesSampling)
        {
            request.TopP.WriteTo(json, "top_p"u8);
        }

        if (WantsLogProbs && request.TopLogProbs is { } top)
        {
            json.WriteNumber("top_logprobs"u8, top);
        }
    }

    private bool WantsLogProbs => request.LogProbs && plan.Keeps(Concept.LogProbs);

    private void WriteTools()
    {
        if (request.Tools.Count > 0)
        {
            ResponsesTools.Write(request, plan, json);
        }

        if (request.ToolChoice is { } choice && plan.Keeps(ConceptOf(choice)))
        {
            ResponsesToolChoice.Write(choice, request, json);
        }

        if (request.SingleToolCall && plan.Keeps(Concept.SingleToolCall))
        {
            json.WriteBoolean("parallel_tool_calls"u8, false);
        }

        WriteRaw("max_tool_calls"u8, Concept.MaxToolCalls);
    }

    private static Concept ConceptOf(ToolChoice choice) => choice switch
    {
        { Allowed: not null } => Concept.ToolChoiceSubset,
        { Mode: ToolChoiceMode.None } => Concept.ToolChoiceNone,
        { Mode: ToolChoiceMode.Required } => Concept.ToolChoiceRequired,
        { Mode: ToolChoiceMode.Named } => Concept.ToolChoiceNamed,
        _ => Concept.ToolChoiceAuto,
    };

    private void WriteReasoning()
    {
        Effort? effort = plan.Keeps(Concept.ReasoningEffort) && plan.Keeps(Concept.ReasoningBudget) ? ResponsesJudge.EffortFor(request, plan.Target) : null;
        bool shows = request.Reasoning?.Show == true && plan.Keeps(Concept.ReasoningSummary) && ResponsesJudge.Thinks(request, plan.Target);

        // A model that does not reason need not be told not to, and refuses to be told.
        bool isNeedless = effort == Effort.None && !OpenAIModelRules.Of(plan.Target.Model).Reasons;
        if (!shows && (effort is null || isNeedless))
        {
            return;
        }

        json.WriteStartObject("reasoning"u8);
        if (effort is { } word)
        {
            json.WriteString("effort"u8, Efforts.Word(word));
        }

        if (shows)
        {
            json.WriteString("summary"u8, "auto"u8);
        }

        json.WriteEndObject();
    }

    private void WriteText()
    {
        OutputFormat? format = request.Format is { } wanted && plan.Keeps(wanted.Kind == OutputKind.JsonObject ? Concept.JsonObject : Concept.JsonSchema) ? wanted : null;
        string? verbosity = plan.Keeps(Concept.Verbosity) ? request.Verbosity : null;
        if (format is null && verbosity is null)
        {
            return;
        }

        json.WriteStartObject("text"u8);
        if (format is not null)
        {
            WriteFormat(format);
        }

        if (verbosity is not null)
        {
            json.WriteString("verbosity"u8, verbosity);
        }

        json.WriteEndObject();
    }

    private void WriteFormat(OutputFormat format)
    {
        json.WriteStartObject("format"u8);
        if (format.Kind == OutputKind.JsonObject)
        {
            json.WriteString("type"u8, "json_object"u8);
            json.WriteEndObject();
            return;
        }

        json.WriteString("type"u8, "json_schema"u8);
        json.WritePropertyName("name"u8);
        (format.Name.IsString ? format.Name : JsonSlice.Of("answer")).WriteTo(json);
        json.WritePropertyName("schema"u8);
        JsonSchemas.Write(format.Schema, isOpenApi: false, json);
        if (format.Strict is { } strict)
        {
            json.WriteBoolean("strict"u8, strict);
        }

        if (format.Description.IsString)
        {
            format.Description.WriteTo(json, "description"u8);
        }

        json.WriteEndObject();
    }

    private void WriteInclude()
    {
        bool thinks = ResponsesJudge.Thinks(request, plan.Target);
        if (!thinks && !WantsLogProbs)
        {
            return;
        }

        json.WriteStartArray("include"u8);
        if (thinks)
        {
            json.WriteStringValue("reasoning.encrypted_content"u8);
        }

        if (WantsLogProbs)
        {
            json.WriteStringValue("message.output_text.logprobs"u8);
        }

        json.WriteEndArray();
    }

    private void WriteHints()
    {
        if (request.EndUser.IsString && plan.Keeps(Concept.EndUser))
        {
            request.EndUser.WriteTo(json, "safety_identifier"u8);
        }

        WriteRaw("metadata"u8, Concept.Metadata);
        WriteRaw("service_tier"u8, Concept.ServiceTier);
        WriteRaw("moderation"u8, Concept.Moderation);
        WriteRaw("prompt_cache_key"u8, Concept.CacheKey);
        if (request.Cache is { } cache && plan.Keeps(Concept.CacheMark))
        {
            json.WriteStartObject("prompt_cache_options"u8);
            json.WriteString("mode"u8, "implicit"u8);
            ResponsesCache.WriteTtl(cache, json);
            json.WriteEndObject();
        }
        else
        {
            JsonSlice options = request.Fields.Find(field => field.Path == "prompt_cache_options").Value;
            if (options.IsObject && plan.Keeps(Concept.CacheMark))
            {
                options.WriteTo(json, "prompt_cache_options"u8);
            }
        }
    }

    private void WriteRaw(ReadOnlySpan<byte> name, Concept concept)
    {
        JsonSlice raw = request.Raw(concept);
        if (!raw.IsAbsent && plan.Keeps(concept))
        {
            raw.WriteTo(json, name);
        }
    }
}
