using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.OpenAI;

/// <summary><c>{"error":{"message","type","param","code"}}</c>, and the same as an event.</summary>
internal static class OpenAIErrors
{
    public static void Write(Utf8JsonWriter json, in ErrorText error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, TypeOf(error.Kind));
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            if (operation == Operation.Responses)
            {
                WriteResponsesEvent(json, error, sequence);
            }
            else
            {
                Write(json, error);
            }
        }

        SseWriter.Write(output, operation == Operation.Responses ? "error"u8 : default, data.WrittenSpan);
    }

    private static void WriteResponsesEvent(Utf8JsonWriter json, in ErrorText error, long sequence)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteString("param"u8, error.Param);
        json.WriteNumber("sequence_number"u8, sequence);
        json.WriteEndObject();
    }

    private static string TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.RateLimited => "rate_limit_exceeded",
        ErrorKind.Spent => "insufficient_quota",
        ErrorKind.UpstreamFailed or ErrorKind.Overloaded or ErrorKind.Timeout or ErrorKind.Internal or ErrorKind.Unavailable => "server_error",
        _ => "invalid_request_error",
    };
}
