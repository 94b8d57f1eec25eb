using System.Text.Json;
using Causeway.Contracts.Conformance;

namespace Causeway.Gateway.Conformance;

/// <summary>A probe as a chat completion, to be translated for whoever is probed. The schema is set when it is written for a target.</summary>
internal static class ProbeBody
{
    public static byte[] Of(Probe probe, string model) => OwnPrompt.Write(model, probe.Prompt, probe.OutputCap, probe.Shape switch
    {
        ProbeShape.Streamed => WriteStream,
        ProbeShape.WithTool => WriteTool,
        _ => null,
    });

    private static void WriteStream(Utf8JsonWriter json)
    {
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartArray("tools");
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", "look_up");
        json.WriteString("description", "Looks a word up. Not needed here.");
        json.WritePropertyName("parameters");
        json.WriteRawValue("""{"type":"object","properties":{"word":{"type":"string"}},"required":["word"],"additionalProperties":false}""");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
