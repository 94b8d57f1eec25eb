using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary><c>response.incomplete</c> with <c>max_output_tokens</c>: the response as it was created, without the output that the events before have.</summary>
internal sealed class ResponsesLengthEnd : LengthEnd
{
    // What a response repeats of its request: instructions and tools.
    private const int MaxHead = 1 << 20;

    private byte[]? _created;
    private long _events;

    public override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_events++ == 0 && data.Length <= MaxHead)
        {
            _created = data.ToArray();
        }
    }

    public override void Write(IBufferWriter<byte> output, bool array, long outputTokens)
    {
        using JsonDocument? created = _created is null ? null : Read(_created);
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "response.incomplete"u8);
            json.WriteNumber("sequence_number"u8, _events);
            json.WriteStartObject("response"u8);
            if (created?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("response", out JsonElement response) && response.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty member in response.EnumerateObject())
                {
                    if (member.Name is not ("status" or "incomplete_details" or "output"))
                    {
                        member.WriteTo(json);
                    }
                }
            }

            json.WriteString("status"u8, "incomplete"u8);
            json.WriteStartObject("incomplete_details"u8);
            json.WriteString("reason"u8, "max_output_tokens"u8);
            json.WriteEndObject();
            json.WriteStartArray("output"u8);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        SseWriter.Write(output, "response.incomplete"u8, data.WrittenSpan);
    }
}
