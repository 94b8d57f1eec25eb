using System.Buffers;
using System.Text.Json;

namespace Causeway.Wire.Endings;

/// <summary>
/// Ends a stream that passes as if the model had come to its output cap, in the protocol's own events: the caller's SDK reads a whole answer that stopped for its length. It is shown every event before
/// that, for the names that the last ones bear. One stream's; not safe for use by several threads at once.
/// </summary>
public abstract class LengthEnd
{
    /// <summary>Of an operation that is streamed; null: it has no such end.</summary>
    public static LengthEnd? Of(Operation operation) => WireFormat.Of(operation).LengthEndOf(operation);

    /// <summary>Takes an event, or an element of an array, that is passed on.</summary>
    /// <param name="name">The event's name; empty when it has none.</param>
    /// <param name="data">Its data.</param>
    public abstract void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <summary>Writes the events that end the stream.</summary>
    /// <param name="output">Where the stream goes.</param>
    /// <param name="array">It is one JSON array in place of events.</param>
    /// <param name="outputTokens">What was generated, as far as it is known.</param>
    public abstract void Write(IBufferWriter<byte> output, bool array, long outputTokens);

    /// <summary>An event's JSON; null: it is none.</summary>
    private protected static JsonDocument? Read(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonDocument.Parse(data.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is a short text; null: it is none.</summary>
    private protected static string? Word(JsonElement of, string member) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(member, out JsonElement word) && word.ValueKind == JsonValueKind.String && word.GetString() is { Length: <= 512 } text ? text : null;
}
