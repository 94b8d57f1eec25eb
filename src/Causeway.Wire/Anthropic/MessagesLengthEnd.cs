using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Endings;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Anthropic;

/// <summary>The end of the block that is open, <c>message_delta</c> with <c>stop_reason: max_tokens</c>, and <c>message_stop</c>.</summary>
internal sealed class MessagesLengthEnd : LengthEnd
{
    private int? _open;

    public override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.SequenceEqual("content_block_stop"u8))
        {
            _open = null;
        }
        else if (name.SequenceEqual("content_block_start"u8) && Read(data) is { } start)
        {
            using (start)
            {
                _open = start.RootElement.ValueKind == JsonValueKind.Object && start.RootElement.TryGetProperty("index", out JsonElement index) && index.TryGetInt32(out int place) ? place : null;
            }
        }
    }

    public override void Write(IBufferWriter<byte> output, bool array, long outputTokens)
    {
        if (_open is { } index)
        {
            Event(output, "content_block_stop"u8, json => json.WriteNumber("index"u8, index));
        }

        Event(output, "message_delta"u8, json =>
        {
            json.WriteStartObject("delta"u8);
            json.WriteString("stop_reason"u8, "max_tokens"u8);
            json.WriteNull("stop_sequence"u8);
            json.WriteEndObject();
            json.WriteStartObject("usage"u8);
            json.WriteNumber("output_tokens"u8, outputTokens);
            json.WriteEndObject();
        });
        Event(output, "message_stop"u8, static _ => { });
    }

    private static void Event(IBufferWriter<byte> output, ReadOnlySpan<byte> type, Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            members(json);
            json.WriteEndObject();
        }

        SseWriter.Write(output, type, data.WrittenSpan);
    }
}
