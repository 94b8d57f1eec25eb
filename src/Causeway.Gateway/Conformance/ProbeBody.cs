using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Contracts.Conformance;

namespace Causeway.Gateway.Conformance;

/// <summary>A probe as a chat completion, to be translated for whoever is probed. The schema is set when it is written for a target.</summary>
internal static class ProbeBody
{
    public static byte[] Of(Probe probe, string model)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.WriteString("content", probe.Prompt);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNumber("max_completion_tokens", probe.OutputCap);
            if (probe.Shape == ProbeShape.Streamed)
            {
                json.WriteBoolean("stream", true);
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }

            if (probe.Shape == ProbeShape.WithTool)
            {
                WriteTool(json);
            }

            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
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
