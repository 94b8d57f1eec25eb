using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>What a reasoning item lets be read: the parts of its summary, then (open models) the thoughts themselves.</summary>
internal static class ReasoningText
{
    /// <summary>All parts as one string, with blank lines between them.</summary>
    public static JsonSlice Of(JsonBody body, JsonElement item)
    {
        JsonSlice only = JsonSlice.Of("");
        EscapedText? joined = null;
        int count = 0;
        foreach (JsonElement text in Parts(item))
        {
            if (++count == 1)
            {
                only = body.Slice(text);
            }
            else
            {
                joined ??= new EscapedText().Add(only.Escaped);
                joined.AddParagraph(JsonMembers.Escaped(text));
            }
        }

        return joined?.ToSlice() ?? only;
    }

    /// <summary>The texts, strings that are not empty.</summary>
    public static IEnumerable<JsonElement> Parts(JsonElement item)
    {
        foreach (string list in (string[])["summary", "content"])
        {
            if (!item.TryMember(list, out JsonElement parts))
            {
                continue;
            }

            foreach (JsonElement part in parts.EnumerateArray())
            {
                if (part.TryMember("text", out JsonElement text) && !JsonMembers.Escaped(text).IsEmpty)
                {
                    yield return text;
                }
            }
        }
    }
}
