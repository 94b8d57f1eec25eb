using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Writes a request of another protocol.</summary>
internal sealed class MessagesRequestWriter
{
    /// <summary>Tokens of the longest answer where neither the caller nor anything else says; every model takes as many.</summary>
    private const long LeastKnownCap = 4096;

    private readonly NeutralRequest _request;
    private readonly TranslationPlan _plan;
    private readonly Utf8JsonWriter _json;
    private readonly AnthropicModelRules _rules;
    private readonly MessagesConversation _conversation;
    private readonly MessagesTools _tools;
    private readonly MessagesCacheMarks _marks;

    public MessagesRequestWriter(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json)
    {
        (_request, _plan, _json) = (request, plan, json);
        _rules = AnthropicModelRules.Of(plan.Target.Model);
        _tools = new MessagesTools(request, plan, _rules);
        _conversation = MessagesConversation.Of(request, plan, _rules);
        _marks = new MessagesCacheMarks(request, CountMarks());
    }

    /// <summary>The cap that a request of this protocol has to name.</summary>
    public static long CapOf(NeutralRequest request, TranslationPlan plan) =>
        (plan.Keeps(Concept.MaxOutputTokens) ? request.MaxOutputTokens : null)
        ?? plan.Target.MaxOutputTokens
        ?? AnthropicModelRules.Of(plan.Target.Model).MaxOutputTokens
        ?? LeastKnownCap;

    /// <summary>Writes the members that name the model and the platform's version of the protocol.</summary>
    public static void WriteModel(Utf8JsonWriter json, Target target)
    {
        if (target.Platform == Platform.Vertex)
        {
            json.WriteString("anthropic_version"u8, "vertex-2023-10-16"u8);
        }
        else
        {
            json.WriteString("model"u8, target.Model);
        }
    }

    public void Write()
    {
        long cap = CapOf(_request, _plan);
        MessagesThinking thinking = MessagesThinking.Of(_request, _plan, _rules, cap, _conversation, _tools.IsForced);
        AddInstructions();
        _json.WriteStartObject();
        WriteModel(_json, _plan.Target);
        _json.WriteNumber("max_tokens"u8, cap);
        if (_request.Stream)
        {
            _json.WriteBoolean("stream"u8, true);
        }

        WriteSampling(thinking);
        WriteStops();
        WriteThinking(_json, thinking);
        WriteOutputConfig(thinking.Effort);
        WriteHints();
        _tools.Write(_json, _marks);
        WriteSystem();
        WriteMessages();
        _json.WriteEndObject();
    }

    public static void WriteThinking(Utf8JsonWriter json, in MessagesThinking thinking)
    {
        if (thinking.Mode == ThinkingMode.Unsaid)
        {
            return;
        }

        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, thinking.Mode switch
        {
            ThinkingMode.Adaptive => "adaptive"u8,
            ThinkingMode.Budget => "enabled"u8,
            ThinkingMode.BetweenTools => "between_tools"u8,
            _ => "disabled"u8,
        });
        if (thinking.Mode == ThinkingMode.Budget)
        {
            json.WriteNumber("budget_tokens"u8, thinking.BudgetTokens);
        }

        if (thinking.Display is not null)
        {
            json.WriteString("display"u8, thinking.Display);
        }

        json.WriteEndObject();
    }

    private void AddInstructions()
    {
        if (_request.Format is { Kind: OutputKind.JsonObject } && _plan.Keeps(Concept.JsonObject))
        {
            _plan.Instructions.Add(MessagesInstructions.JsonObject);
        }

        if (_plan.Keeps(Concept.Verbosity) && MessagesInstructions.OfVerbosity(_request.Verbosity) is { } verbosity)
        {
            _plan.Instructions.Add(verbosity);
        }

        if (_tools.Instruction is { } instruction)
        {
            _plan.Instructions.Add(instruction);
        }
    }

    private void WriteSampling(in MessagesThinking thinking)
    {
        // A model that refuses these was sent nothing but their defaults by the judge, and those need not be said.
        if (!_rules.TakesSampling)
        {
            return;
        }

        Number("top_p"u8, Concept.TopP, _request.TopP);
        if (!thinking.IsOn)
        {
            Number("temperature"u8, Concept.Temperature, _request.Temperature);
            Number("top_k"u8, Concept.TopK, _request.TopK);
        }
    }

    private void Number(ReadOnlySpan<byte> name, Concept concept, JsonSlice value)
    {
        if (!value.IsAbsent && _plan.Keeps(concept))
        {
            value.WriteTo(_json, name);
        }
    }

    private void WriteStops()
    {
        if (_request.StopSequences.Count == 0 || !_plan.Keeps(Concept.StopSequences))
        {
            return;
        }

        _json.WriteStartArray("stop_sequences"u8);
        foreach (JsonSlice stop in _request.StopSequences)
        {
            stop.WriteTo(_json);
        }

        _json.WriteEndArray();
    }

    private void WriteOutputConfig(string? effort)
    {
        bool hasFormat = _request.Format is { Kind: OutputKind.JsonSchema } && _plan.Keeps(Concept.JsonSchema);
        if (effort is null && !hasFormat)
        {
            return;
        }

        _json.WriteStartObject("output_config"u8);
        if (effort is not null)
        {
            _json.WriteString("effort"u8, effort);
        }

        if (hasFormat)
        {
            _json.WriteStartObject("format"u8);
            _json.WriteString("type"u8, "json_schema"u8);
            _request.Format!.Schema.WriteTo(_json, "schema"u8);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void WriteHints()
    {
        if (_request.EndUser.IsString && _plan.Keeps(Concept.EndUser))
        {
            _json.WriteStartObject("metadata"u8);
            _request.EndUser.WriteTo(_json, "user_id"u8);
            _json.WriteEndObject();
        }

        if (_plan.Keeps(Concept.ServiceTier) && MessagesTiers.Asked(_request.Raw(Concept.ServiceTier)) is { } tier)
        {
            _json.WriteString("service_tier"u8, tier);
        }
    }

    private void WriteSystem()
    {
        IEnumerable<Part> instructions = _plan.Instructions.Select(text => new TextPart(JsonSlice.Of(text)));
        List<Part> parts = [.. _conversation.System, .. instructions];
        if (parts is [TextPart { Cache: null } only])
        {
            only.Text.WriteTo(_json, "system"u8);
        }
        else if (parts.Count > 0)
        {
            MessagesBlockWriter blocks = new(_json, _plan, _conversation.Ids, _marks);
            _json.WriteStartArray("system"u8);
            parts.ForEach(blocks.Block);
            _json.WriteEndArray();
        }
    }

    private void WriteMessages()
    {
        MessagesBlockWriter blocks = new(_json, _plan, _conversation.Ids, _marks);
        _json.WriteStartArray("messages"u8);
        foreach (ArrangedMessage message in _conversation.Messages)
        {
            _json.WriteStartObject();
            _json.WriteString("role"u8, message.Role switch { Role.User => "user"u8, Role.Assistant => "assistant"u8, _ => "system"u8 });
            if (message.Parts is [TextPart { Cache: null } only])
            {
                only.Text.WriteTo(_json, "content"u8);
            }
            else
            {
                blocks.Content(message.Parts);
            }

            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private int CountMarks() =>
        _tools.CacheMarks + Count(_conversation.System) + _conversation.Messages.Sum(message => Count(message.Parts));

    private static int Count(List<Part> parts) =>
        parts.Sum(part => (part is not ReasoningPart && part.Cache is not null ? 1 : 0) + (part is ToolResultPart result ? Count(result.Content) : 0));
}
