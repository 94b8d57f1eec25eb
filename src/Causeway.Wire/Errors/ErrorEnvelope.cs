using System.Buffers;

namespace Causeway.Wire.Errors;

/// <summary>Errors in the shape that each protocol's own clients understand.</summary>
public static class ErrorEnvelope
{
    /// <summary>The HTTP status of a kind; only <see cref="ErrorKind.Overloaded"/> differs between protocols (Anthropic: 529).</summary>
    public static int StatusFor(Protocol protocol, ErrorKind kind) => throw new NotSupportedException();

    /// <summary>Writes the body of an error reply.</summary>
    public static void Write(
        IBufferWriter<byte> output, Protocol protocol, ErrorKind kind, string code, string message, string? param, string requestId) =>
        throw new NotSupportedException();

    /// <summary>Writes an error as an event of the stream under way, after which the stream must be closed without its normal terminator.</summary>
    public static void WriteEvent(
        IBufferWriter<byte> output, Operation operation, ErrorKind kind, string code, string message, string requestId, long sequence) =>
        throw new NotSupportedException();

    /// <summary>
    /// Writes an error as the last element of a Gemini array stream, and closes the array. With <paramref name="first"/>, nothing of the array
    /// was sent yet, and the opening bracket is written too.
    /// </summary>
    public static void WriteArrayElement(
        IBufferWriter<byte> output, ErrorKind kind, string code, string message, string requestId, bool first) =>
        throw new NotSupportedException();
}
