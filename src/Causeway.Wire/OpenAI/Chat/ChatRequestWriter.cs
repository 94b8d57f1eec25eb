using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes a chat request in the words of the server that it goes to.</summary>
internal sealed class ChatRequestWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
{
    private static readonly HashSet<Concept> SharedWithResponses = [Concept.CacheKey, Concept.ServiceTier];

    private readonly ServerDeviations _server = ServerList.Of(plan.Target.Server);
    private readonly HashSet<string> _written = [];

    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, plan.Target.Model);
        PlanFormat();
        new ChatMessageWriter(request, plan, json).Write();
        WriteStream();
        if (!ChatToolWriter.KeepsFirstForm(request, plan))
        {
            new ChatToolWriter(request, plan, json).Write(_written);
        }

        WriteSampling();
        WriteReasoning();
        WriteFormat();
        WriteRest();
        json.WriteEndObject();
    }

    private bool Has(JsonSlice value, Concept concept) => !value.IsAbsent && plan.Keeps(concept);

    private void Name(string name)
    {
        _written.Add(name);
        json.WritePropertyName(name);
    }

    private void WriteStream()
    {
        if (request.Stream || (plan.IsSameOperation && request.Uses.Exists(use => use.Path == "stream")))
        {
            Name("stream");
            json.WriteBooleanValue(request.Stream);
        }

        if (!_server.StreamOptions)
        {
            request.Fields.FindAll(field => plan.IsSameOperation && field.Concept == Concept.StreamOptions).ForEach(field => plan.Say(field.Path));
            return;
        }

        if (!request.Stream)
        {
            return;
        }

        // The usage is needed whether or not the caller wants to see it.
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        WriteNested("stream_options");
        json.WriteEndObject();
    }

    private void WriteNested(string parent)
    {
        if (!plan.IsSameOperation)
        {
            return;
        }

        foreach (RawField field in request.Fields)
        {
            int dot = field.Path.LastIndexOf('.');
            if (dot == parent.Length && field.Path.StartsWith(parent, StringComparison.Ordinal) && plan.Keeps(field.Concept))
            {
                json.WritePropertyName(field.Path.AsSpan(dot + 1));
                field.Value.WriteTo(json);
            }
        }
    }

    private void WriteSampling()
    {
        WriteCap();
        WriteValue("temperature", request.Temperature, Concept.Temperature);
        WriteValue("top_p", request.TopP, Concept.TopP);
        WriteValue("top_k", request.TopK, Concept.TopK);
        WriteValue("frequency_penalty", request.FrequencyPenalty, Concept.FrequencyPenalty);
        WriteValue("presence_penalty", request.PresencePenalty, Concept.PresencePenalty);
        WriteValue(_server.SeedField, request.Seed, Concept.Seed);
        if (request.StopSequences.Count > 0 && plan.Keeps(Concept.StopSequences))
        {
            Name("stop");
            json.WriteStartArray();
            request.StopSequences.ForEach(sequence => sequence.WriteTo(json));
            json.WriteEndArray();
        }

        if (request.Choices != 1 && plan.Keeps(Concept.Choices))
        {
            Name("n");
            json.WriteNumberValue(request.Choices);
        }

        if (request.LogProbs && plan.Keeps(Concept.LogProbs))
        {
            Name("logprobs");
            json.WriteBooleanValue(true);
        }

        if (request.TopLogProbs is { } top && plan.Keeps(Concept.LogProbs))
        {
            Name("top_logprobs");
            json.WriteNumberValue(top);
        }
    }

    private void WriteValue(string name, JsonSlice value, Concept concept)
    {
        if (Has(value, concept))
        {
            Name(name);
            value.WriteTo(json);
        }
    }

    private void WriteCap()
    {
        if (request.MaxOutputTokens is { } cap && plan.Keeps(Concept.MaxOutputTokens))
        {
            // An old name is kept where the server knows both: the models before the reasoning ones take either.
            bool old = plan.IsSameOperation && request.Uses.Exists(use => use is { Concept: Concept.MaxOutputTokens, Path: "max_tokens" });
            Name(old ? "max_tokens" : _server.CapField);
            json.WriteNumberValue(cap);
        }
    }

    private void WriteReasoning()
    {
        if (request.Verbosity is { } verbosity && plan.Keeps(Concept.Verbosity))
        {
            Name("verbosity");
            json.WriteStringValue(verbosity);
        }

        if (request.Reasoning is not { } ask || EffortOf(ask) is not { } effort)
        {
            return;
        }

        Effort[] taken = ChatEffort.Taken(_server, _server.HasOpenAIModels ? OpenAIModelRules.Of(plan.Target.Model) : null);
        if (plan.IsSameOperation || taken.Length > 0)
        {
            Name("reasoning_effort");
            json.WriteStringValue(Efforts.Word(plan.IsSameOperation ? effort : ChatEffort.Nearest(effort, taken)));
        }
    }

    private Effort? EffortOf(ReasoningAsk ask) =>
        ask.Effort is { } effort && plan.Keeps(Concept.ReasoningEffort) ? effort
        : ask.BudgetTokens is { } budget && plan.Keeps(Concept.ReasoningBudget) ? Efforts.OfBudget(budget)
        : null;

    // Instructions stand in the messages, which are written before the format is.
    private void PlanFormat()
    {
        if (request.Format is { Kind: OutputKind.JsonObject } && !plan.IsSameOperation && plan.Keeps(Concept.JsonObject))
        {
            // JSON mode is refused, or never ends, when no message speaks of JSON.
            plan.Instructions.Add("Answer with one JSON object.");
        }
    }

    private void WriteFormat()
    {
        if (request.Format is not { } format || !plan.Keeps(format.Kind == OutputKind.JsonObject ? Concept.JsonObject : Concept.JsonSchema))
        {
            return;
        }

        Name("response_format");
        json.WriteStartObject();
        if (format.Kind == OutputKind.JsonObject)
        {
            json.WriteString("type"u8, "json_object"u8);
        }
        else
        {
            json.WriteString("type"u8, "json_schema"u8);
            WriteSchema(format);
        }

        WriteNested("response_format");
        json.WriteEndObject();
    }

    private void WriteSchema(OutputFormat format)
    {
        json.WriteStartObject("json_schema"u8);
        if (format.Name.IsAbsent)
        {
            json.WriteString("name"u8, "answer"u8); // Required here, unknown to other protocols.
        }
        else
        {
            format.Name.WriteTo(json, "name"u8);
        }

        if (!format.Description.IsAbsent)
        {
            format.Description.WriteTo(json, "description"u8);
        }

        if (!format.Schema.IsAbsent)
        {
            format.Schema.WriteTo(json, "schema"u8);
        }

        if (_server.StrictMember && format.Strict is { } strict)
        {
            json.WriteBoolean("strict"u8, strict);
        }

        WriteNested("response_format.json_schema");
        json.WriteEndObject();
    }

    private void WriteRest()
    {
        WriteEndUser();
        foreach (RawField field in request.Fields)
        {
            bool isTop = !field.Path.Contains('.', StringComparison.Ordinal);
            bool isShared = Operations.ProtocolOf(plan.Origin) == Protocol.OpenAI && SharedWithResponses.Contains(field.Concept);
            if (!isTop || _written.Contains(field.Path) || !plan.Keeps(field.Concept) || !(plan.IsSameOperation || isShared))
            {
                continue;
            }

            if (Concepts.IsHint(field.Concept) && !_server.Takes(field.Concept, plan.Target.Model))
            {
                plan.Say(field.Path);
                continue;
            }

            Name(field.Path);
            field.Value.WriteTo(json);
        }
    }

    private void WriteEndUser()
    {
        if (!Has(request.EndUser, Concept.EndUser))
        {
            return;
        }

        string? said = request.Uses.Find(use => use.Concept == Concept.EndUser).Path;
        if (_server.EndUserField is null)
        {
            plan.Say(said ?? "user");
            return;
        }

        Name(plan.IsSameOperation && said is "user" or "safety_identifier" ? said : _server.EndUserField);
        request.EndUser.WriteTo(json);
    }
}
