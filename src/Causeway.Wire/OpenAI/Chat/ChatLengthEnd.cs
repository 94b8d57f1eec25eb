using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>A chunk with <c>finish_reason: length</c>, and <c>[DONE]</c>.</summary>
internal sealed class ChatLengthEnd : LengthEnd
{
    private (string? Id, string? Model, long? Created)? _head;

    public override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_head is null && Read(data) is { } chunk)
        {
            using (chunk)
            {
                JsonElement root = chunk.RootElement;
                _head = (Word(root, "id"), Word(root, "model"), root.ValueKind == JsonValueKind.Object && root.TryGetProperty("created", out JsonElement at) && at.TryGetInt64(out long created) ? created : null);
            }
        }
    }

    public override void Write(IBufferWriter<byte> output, bool array, long outputTokens)
    {
        (string? id, string? model, long? created) = _head ?? default;
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id ?? "");
            json.WriteString("object"u8, "chat.completion.chunk"u8);
            json.WriteNumber("created"u8, created ?? 0);
            json.WriteString("model"u8, model ?? "");
            json.WriteStartArray("choices"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, 0); // More than one is never cut.
            json.WriteStartObject("delta"u8);
            json.WriteEndObject();
            json.WriteString("finish_reason"u8, "length"u8);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        SseWriter.Write(output, default, data.WrittenSpan);
        SseWriter.Write(output, default, "[DONE]"u8);
    }
}
