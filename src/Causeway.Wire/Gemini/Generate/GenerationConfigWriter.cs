using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes <c>generationConfig</c>.</summary>
internal sealed class GenerationConfigWriter(Utf8JsonWriter json, NeutralRequest request, TranslationPlan plan)
{
    private const string Path = "generationConfig";

    private readonly Group _config = new(json, Path);

    public void Write()
    {
        WriteNumber(Concept.Temperature, "temperature", request.Temperature);
        WriteNumber(Concept.TopP, "topP", request.TopP);
        WriteNumber(Concept.TopK, "topK", request.TopK);
        WriteNumber(Concept.Seed, "seed", request.Seed);
        WriteNumber(Concept.PresencePenalty, "presencePenalty", request.PresencePenalty);
        WriteNumber(Concept.FrequencyPenalty, "frequencyPenalty", request.FrequencyPenalty);
        WriteCounts();
        WriteStopSequences();
        WriteFormat();
        WriteThinking();
        if (plan.IsSameOperation)
        {
            RawMembers.Write(request, Path, () => _config.Json);
        }

        _config.End();
    }

    private void WriteNumber(Concept concept, string name, JsonSlice number)
    {
        if (!number.IsAbsent && plan.Keeps(concept))
        {
            _config.Json.WritePropertyName(name);
            number.WriteTo(_config.Json);
        }
    }

    private void WriteCounts()
    {
        if (request.MaxOutputTokens is long cap && plan.Keeps(Concept.MaxOutputTokens))
        {
            _config.Json.WriteNumber("maxOutputTokens"u8, cap);
        }

        bool isAsked = plan.IsSameOperation && request.Uses.Exists(use => use.Concept == Concept.Choices);
        if ((request.Choices != 1 || isAsked) && plan.Keeps(Concept.Choices))
        {
            _config.Json.WriteNumber("candidateCount"u8, request.Choices);
        }

        if (!plan.Keeps(Concept.LogProbs))
        {
            return;
        }

        if (request.LogProbs)
        {
            _config.Json.WriteBoolean("responseLogprobs"u8, true);
        }

        if (request.TopLogProbs is int top && (top > 0 || plan.IsSameOperation))
        {
            _config.Json.WriteNumber("logprobs"u8, top);
        }
    }

    private void WriteStopSequences()
    {
        if (request.StopSequences.Count == 0 || !plan.Keeps(Concept.StopSequences))
        {
            return;
        }

        _config.Json.WriteStartArray("stopSequences"u8);
        foreach (JsonSlice stop in request.StopSequences)
        {
            stop.WriteTo(_config.Json);
        }

        _config.Json.WriteEndArray();
    }

    private void WriteFormat()
    {
        if (request.Format is not { } format || !plan.Keeps(format.Kind == OutputKind.JsonObject ? Concept.JsonObject : Concept.JsonSchema))
        {
            return;
        }

        _config.Json.WriteString("responseMimeType"u8, "application/json"u8);
        if (format.Schema.IsAbsent || (plan.IsSameOperation && RawMembers.Has(request, $"{Path}.responseSchema")))
        {
            return;
        }

        _config.Json.WritePropertyName("responseJsonSchema"u8);
        format.Schema.WriteTo(_config.Json);
    }

    private void WriteThinking()
    {
        Group thinking = new(json, "thinkingConfig", _config);
        if (request.Reasoning is { } ask)
        {
            WriteThinking(thinking, ask, GeminiModelRules.Of(plan.Target.Model));
        }

        if (plan.IsSameOperation)
        {
            RawMembers.Write(request, $"{Path}.thinkingConfig", () => thinking.Json);
        }

        thinking.End();
    }

    /// <summary>Either a level or a budget, as the model has it: the two together are refused.</summary>
    private void WriteThinking(Group thinking, ReasoningAsk ask, GeminiModelRules rules)
    {
        if (rules.Thinking == ThinkingControl.None && !plan.IsSameOperation)
        {
            return;
        }

        if (ask.Show is bool show && plan.Keeps(Concept.ReasoningSummary))
        {
            thinking.Json.WriteBoolean("includeThoughts"u8, show);
        }

        Effort? effort = plan.Keeps(Concept.ReasoningEffort) ? ask.Effort : null;
        long? budget = plan.Keeps(Concept.ReasoningBudget) ? ask.BudgetTokens : null;
        bool takesBudget = rules.Thinking == ThinkingControl.Budget || (plan.IsSameOperation && effort is null && (rules.TakesBudget || rules.Thinking == ThinkingControl.None));
        if (takesBudget && (budget is not null || effort is not null))
        {
            thinking.Json.WriteNumber("thinkingBudget"u8, Budget(rules, effort, budget));
        }
        else if ((effort ?? (budget is >= 0 ? Efforts.OfBudget(budget.Value) : null)) is Effort wanted)
        {
            thinking.Json.WriteString("thinkingLevel"u8, ThinkingLevels.Word(plan.IsSameOperation && effort is not null ? wanted : rules.LevelOf(wanted)));
        }
    }

    /// <summary>A caller of this protocol knows the model's limits; what others ask for is brought within them.</summary>
    private long Budget(GeminiModelRules rules, Effort? effort, long? budget) => budget switch
    {
        long tokens when plan.IsSameOperation => tokens,
        long tokens => rules.Within(tokens),
        _ => rules.BudgetOf(effort!.Value, request.MaxOutputTokens),
    };
}
