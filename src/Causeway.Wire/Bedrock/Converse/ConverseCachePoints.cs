using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>The cache points of one request. The service takes four; where there are more, the last ones cover the most.</summary>
internal sealed class ConverseCachePoints
{
    private const int MaxPoints = 4;

    private readonly TranslationPlan _plan;
    private readonly ConverseModelRules _rules;
    private readonly string _path;
    private int _tooMany;

    /// <param name="request">Whose marks they are, for the name of what is left out.</param>
    /// <param name="plan">What of it is kept.</param>
    /// <param name="rules">What the model takes.</param>
    /// <param name="total">How many will be written.</param>
    public ConverseCachePoints(NeutralRequest request, TranslationPlan plan, ConverseModelRules rules, int total)
    {
        (_plan, _rules, _tooMany) = (plan, rules, total - MaxPoints);
        _path = request.Uses.Find(use => use.Concept == Concept.CacheMark).Path ?? "cachePoint";
    }

    /// <summary>Writes the point that follows a tool, where the model takes one there.</summary>
    public void WriteAfterTool(Utf8JsonWriter json, CacheMark? mark)
    {
        if (_rules.TakesToolCachePoints)
        {
            Write(json, mark);
        }
        else if (mark is not null)
        {
            _plan.Say(_path);
        }
    }

    /// <summary>Writes the point that follows what is marked; nothing where there is no mark. In the order of tools, system text, messages.</summary>
    public void Write(Utf8JsonWriter json, CacheMark? mark)
    {
        if (mark is null || !_plan.Keeps(Concept.CacheMark))
        {
            return;
        }

        if (_tooMany-- > 0)
        {
            _plan.Say(_path);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        if (_rules.TakesCacheHour && mark.Ttl is not null)
        {
            json.WriteString("ttl"u8, mark.Ttl == "5m" ? "5m"u8 : "1h"u8); // Half an hour and half a day are nearest to the hour.
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
