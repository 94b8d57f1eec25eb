using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Writes a request of another protocol. The path names the model and asks for a stream.</summary>
internal sealed class ConverseRequestWriter
{
    private readonly NeutralRequest _request;
    private readonly TranslationPlan _plan;
    private readonly Utf8JsonWriter _json;
    private readonly ConverseModelRules _rules;
    private readonly MessagesConversation _conversation;
    private readonly ConverseTools _tools;
    private readonly ConverseCachePoints _points;
    private readonly MessagesThinking _thinking;
    private readonly long _cap;

    public ConverseRequestWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        (_request, _plan, _json) = (request, plan, json);
        _rules = ConverseModelRules.Of(plan.Target.Model);
        _conversation = ConverseConversation.Of(request, plan);
        _tools = new ConverseTools(request, plan, _rules, _conversation);
        _points = new ConverseCachePoints(request, plan, _rules, CountMarks());
        _cap = MessagesRequestWriter.CapOf(request, plan);
        _thinking = _rules.Anthropic is { } rules ? MessagesThinking.Of(request, plan, rules, _cap, _conversation, _tools.IsForced) : default;
    }

    public void Write()
    {
        AddInstructions();
        _json.WriteStartObject();
        _tools.Write(_json, _points);
        WriteSystem();
        WriteMessages();
        WriteInference();
        WriteOutput();
        WriteAdditional();
        ConverseMetadata.Write(_request, _plan, _json);
        if (_plan.Keeps(Concept.ServiceTier) && ConverseTiers.Asked(_request.Raw(Concept.ServiceTier)) is { } tier)
        {
            _json.WriteStartObject("serviceTier"u8);
            _json.WriteString("type"u8, tier);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private bool TakesSampling => _rules.Anthropic?.TakesSampling ?? true;

    private void AddInstructions() =>
        _plan.Instructions.AddRange(((string?[])
        [
            _request.Format is { Kind: OutputKind.JsonObject } && _plan.Keeps(Concept.JsonObject) ? MessagesInstructions.JsonObject : null,
            _plan.Keeps(Concept.Verbosity) ? MessagesInstructions.OfVerbosity(_request.Verbosity) : null,
            _tools.Instruction,
        ]).OfType<string>());

    private void WriteSystem()
    {
        List<Part> parts = [.. _conversation.System, .. _plan.Instructions.Select(text => new TextPart(JsonSlice.Of(text)))];
        if (parts.Count > 0)
        {
            _json.WritePropertyName("system"u8);
            new ConverseBlockWriter(_json, _conversation, _points).Blocks(parts.OfType<TextPart>());
        }
    }

    private void WriteMessages()
    {
        ConverseBlockWriter blocks = new(_json, _conversation, _points);
        _json.WriteStartArray("messages"u8);
        for (int i = 0; i < _conversation.Messages.Count; i++)
        {
            ArrangedMessage message = _conversation.Messages[i];
            _json.WriteStartObject();
            _json.WriteString("role"u8, message.Role == Role.User ? "user"u8 : "assistant"u8);
            _json.WritePropertyName("content"u8);
            blocks.Blocks(message.Parts, i == _conversation.Messages.Count - 1 ? _request.Cache : null);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteInference()
    {
        long? cap = (_plan.Keeps(Concept.MaxOutputTokens) ? _request.MaxOutputTokens : null) ?? (_thinking.Mode == ThinkingMode.Budget ? _cap : null);
        bool hasStops = _request.StopSequences.Count > 0 && _plan.Keeps(Concept.StopSequences);
        JsonSlice temperature = TakesSampling && !_thinking.IsOn ? Kept(Concept.Temperature, _request.Temperature) : default;
        JsonSlice topP = TakesSampling ? Kept(Concept.TopP, _request.TopP) : default;
        if (cap is null && !hasStops && temperature.IsAbsent && topP.IsAbsent)
        {
            return;
        }

        _json.WriteStartObject("inferenceConfig"u8);
        if (cap is not null)
        {
            _json.WriteNumber("maxTokens"u8, cap.Value);
        }

        Optional("temperature"u8, temperature);
        Optional("topP"u8, topP);
        if (hasStops)
        {
            _json.WriteStartArray("stopSequences"u8);
            _request.StopSequences.ForEach(stop => stop.WriteTo(_json));
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private void WriteOutput()
    {
        bool asks = _plan.Keeps(Concept.ReasoningEffort) && _plan.Keeps(Concept.ReasoningBudget);
        string? effort = _rules.Anthropic is not null ? _thinking.Effort : asks ? ConverseReasoning.WordOf(_request.Reasoning) : null;
        OutputFormat? format = _request.Format is { Kind: OutputKind.JsonSchema } asked && _plan.Keeps(Concept.JsonSchema) ? asked : null;
        if (effort is null && format is null)
        {
            return;
        }

        _json.WriteStartObject("outputConfig"u8);
        if (effort is not null)
        {
            _json.WriteString("effort"u8, effort);
        }

        if (format is not null)
        {
            ConverseSchemas.Write(_json, format);
        }

        _json.WriteEndObject();
    }

    private void WriteAdditional()
    {
        JsonSlice topK = TakesSampling && !_thinking.IsOn && _rules.TopKMember is not null ? Kept(Concept.TopK, _request.TopK) : default;
        if (_thinking.Mode != ThinkingMode.Unsaid || !topK.IsAbsent)
        {
            _json.WriteStartObject("additionalModelRequestFields"u8);
            MessagesRequestWriter.WriteThinking(_json, _thinking);
            if (!topK.IsAbsent)
            {
                ConverseSchemas.WriteTopK(_json, _rules, topK);
            }

            _json.WriteEndObject();
        }

        if (_rules.Anthropic is not null && _request.StopSequences.Count > 0 && _plan.Keeps(Concept.StopSequences))
        {
            // Only so does the service tell which sequence was met.
            _json.WriteStartArray("additionalModelResponseFieldPaths"u8);
            _json.WriteStringValue("/stop_sequence"u8);
            _json.WriteEndArray();
        }
    }

    private JsonSlice Kept(Concept concept, JsonSlice value) => _plan.Keeps(concept) ? value : default;

    private void Optional(ReadOnlySpan<byte> name, JsonSlice value)
    {
        if (!value.IsAbsent)
        {
            value.WriteTo(_json, name);
        }
    }

    private int CountMarks()
    {
        IEnumerable<Part> parts = _conversation.System.Concat(_conversation.Messages.SelectMany(message => message.Parts));
        bool isOpen = _request.Cache is not null && _conversation.Messages is [.., { Parts: [.., { Cache: null }] }];
        return _tools.CacheMarks + parts.Count(part => part is not ReasoningPart && part.Cache is not null) + (isOpen ? 1 : 0);
    }
}
