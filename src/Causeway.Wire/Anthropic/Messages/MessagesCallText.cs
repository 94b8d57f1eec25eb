using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The arguments of the call that is streamed, in one buffer for all calls.</summary>
internal sealed class MessagesCallText
{
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>All of it so far, as spelled inside a JSON string.</summary>
    public ReadOnlySpan<byte> Escaped => _text.WrittenSpan[1..];

    public void Begin()
    {
        _text.ResetWrittenCount();
        _text.Write("\""u8);
    }

    public void Append(ReadOnlySpan<byte> escaped) => _text.Write(escaped);

    /// <summary>Whether all of it is an object, or nothing, which stands for an empty one.</summary>
    public bool IsObject()
    {
        if (Escaped.IsEmpty)
        {
            return true;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(_text.WrittenCount);
        try
        {
            Append("\""u8);
            Utf8JsonReader reader = new(_text.WrittenSpan);
            return reader.Read() && Arguments.IsObject(rented.AsSpan(0, reader.CopyString(rented)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
