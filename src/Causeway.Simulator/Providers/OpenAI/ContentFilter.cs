using System.Text.Json;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>What Azure's content filter found: nothing.</summary>
internal static class ContentFilter
{
    public static void Prompt(Utf8JsonWriter w)
    {
        w.WriteStartArray("prompt_filter_results");
        w.WriteStartObject();
        w.WriteNumber("prompt_index", 0);
        Results(w);
        w.WriteEndObject();
        w.WriteEndArray();
    }

    public static void Results(Utf8JsonWriter w)
    {
        w.WriteStartObject("content_filter_results");
        foreach (string kind in new[] { "hate", "self_harm", "sexual", "violence" })
        {
            w.WriteStartObject(kind);
            w.WriteBoolean("filtered", value: false);
            w.WriteString("severity", "safe");
            w.WriteEndObject();
        }

        w.WriteEndObject();
    }

    /// <summary>The first chunk of a stream: about the prompt only, with neither id nor model nor choices.</summary>
    public static Frame LeadingChunk() => Sse.Data(JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("choices");
        w.WriteEndArray();
        w.WriteNumber("created", 0);
        w.WriteString("id", "");
        w.WriteString("model", "");
        w.WriteString("object", "");
        Prompt(w);
        w.WriteEndObject();
    }));
}
