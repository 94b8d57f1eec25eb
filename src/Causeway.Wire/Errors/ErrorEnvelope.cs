using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Gemini;
using Causeway.Wire.Json;

namespace Causeway.Wire.Errors;

/// <summary>Errors in the shape that each protocol's own clients understand. Texts are escaped, so that no line end breaks an event (S-16).</summary>
public static class ErrorEnvelope
{
    /// <summary>The HTTP status of a kind; only <see cref="ErrorKind.Overloaded"/> differs between protocols (Anthropic: 529).</summary>
    public static int StatusFor(Protocol protocol, ErrorKind kind) => WireFormat.Of(protocol).StatusOf(kind);

    /// <summary>Writes the body of an error reply.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="protocol">Whose shape.</param>
    /// <param name="kind">Decides the vendor's word.</param>
    /// <param name="code">Our stable code, lower snake case.</param>
    /// <param name="message">A text for the caller.</param>
    /// <param name="param">The request's member at fault, if one is.</param>
    /// <param name="requestId">The id of the request; not part of OpenAI's shape, which has it in a header only.</param>
    public static void Write(
        IBufferWriter<byte> output, Protocol protocol, ErrorKind kind, string code, string message, string? param, string requestId)
    {
        using Utf8JsonWriter json = JsonOutput.To(output);
        WireFormat.Of(protocol).WriteError(json, new ErrorText(kind, code, message, param, requestId));
    }

    /// <summary>Writes an error as an event of the stream under way, after which the stream must be closed without its normal terminator.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="operation">The operation whose stream it is.</param>
    /// <param name="kind">Decides the vendor's word.</param>
    /// <param name="code">Our stable code, lower snake case.</param>
    /// <param name="message">A text for the caller.</param>
    /// <param name="requestId">The id of the request.</param>
    /// <param name="sequence">Responses: the event's <c>sequence_number</c>, one more than the last one sent.</param>
    public static void WriteEvent(
        IBufferWriter<byte> output, Operation operation, ErrorKind kind, string code, string message, string requestId, long sequence) =>
        WireFormat.Of(operation).WriteErrorEvent(output, operation, new ErrorText(kind, code, message, Param: null, requestId), sequence);

    /// <summary>
    /// Writes an error as the last element of a Gemini array stream, and closes the array. With <paramref name="first"/>, nothing of the array
    /// was sent yet, and the opening bracket is written too.
    /// </summary>
    public static void WriteArrayElement(
        IBufferWriter<byte> output, ErrorKind kind, string code, string message, string requestId, bool first)
    {
        output.Write(first ? "["u8 : ","u8);
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            GeminiErrors.Write(json, new ErrorText(kind, code, message, Param: null, requestId));
        }

        output.Write("]"u8);
    }
}
