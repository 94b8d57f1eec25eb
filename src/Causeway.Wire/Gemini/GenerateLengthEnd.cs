using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Gemini;

/// <summary>A candidate with <c>finishReason: MAX_TOKENS</c>, and where the stream is an array the end of that.</summary>
internal sealed class GenerateLengthEnd : LengthEnd
{
    private (string? Model, string? Id)? _head;

    public override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_head is null && Read(data) is { } chunk)
        {
            using (chunk)
            {
                _head = (Word(chunk.RootElement, "modelVersion"), Word(chunk.RootElement, "responseId"));
            }
        }
    }

    public override void Write(IBufferWriter<byte> output, bool array, long outputTokens)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            json.WriteStartObject();
            json.WriteStartArray("candidates"u8);
            json.WriteStartObject();
            json.WriteStartObject("content"u8);
            json.WriteStartArray("parts"u8);
            json.WriteEndArray();
            json.WriteString("role"u8, "model"u8);
            json.WriteEndObject();
            json.WriteString("finishReason"u8, "MAX_TOKENS"u8);
            json.WriteNumber("index"u8, 0);
            json.WriteEndObject();
            json.WriteEndArray();
            if (_head?.Model is { } model)
            {
                json.WriteString("modelVersion"u8, model);
            }

            if (_head?.Id is { } id)
            {
                json.WriteString("responseId"u8, id);
            }

            json.WriteEndObject();
        }

        if (array)
        {
            output.Write(_head is null ? "["u8 : ","u8);
            output.Write(data.WrittenSpan);
            output.Write("]"u8);
        }
        else
        {
            SseWriter.Write(output, default, data.WrittenSpan);
        }
    }
}
