using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The marks for the prompt cache of one request. The vendor takes four; where there are more, the last ones cover the most.</summary>
internal sealed class MessagesCacheMarks
{
    private const int MaxMarks = 4;

    private readonly string _path;
    private int _tooMany;

    /// <param name="request">Whose marks they are, for the name of what is left out.</param>
    /// <param name="total">How many will be written.</param>
    public MessagesCacheMarks(NeutralRequest request, int total)
    {
        _path = request.Uses.Find(use => use.Concept == Concept.CacheMark).Path ?? "cache_control";
        _tooMany = total - MaxMarks;
    }

    /// <summary>Writes a mark where there is one. Marks are written in the order of tools, system text, messages, as the cache reads them.</summary>
    public void Write(Utf8JsonWriter json, CacheMark? mark, TranslationPlan plan)
    {
        if (mark is null || !plan.Keeps(Concept.CacheMark))
        {
            return;
        }

        if (_tooMany-- > 0)
        {
            plan.Say(_path);
            return;
        }

        json.WriteStartObject("cache_control"u8);
        json.WriteString("type"u8, "ephemeral"u8);
        if (mark.Ttl is not null)
        {
            json.WriteString("ttl"u8, mark.Ttl == "5m" ? "5m"u8 : "1h"u8); // Half an hour and half a day are nearest to the hour.
        }

        json.WriteEndObject();
    }
}
