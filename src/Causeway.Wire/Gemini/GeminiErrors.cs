using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Gemini;

/// <summary><c>{"error":{"code","message","status","details":[ErrorInfo]}}</c>, and the same as an event. Our code is the <c>reason</c>.</summary>
internal static class GeminiErrors
{
    public static void Write(Utf8JsonWriter json, in ErrorText error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, ErrorTable.StatusOf(error.Kind));
        json.WriteString("message"u8, error.Message);
        json.WriteString("status"u8, StatusWordOf(error.Kind));
        json.WriteStartArray("details"u8);
        json.WriteStartObject();
        json.WriteString("@type"u8, "type.googleapis.com/google.rpc.ErrorInfo"u8);
        json.WriteString("reason"u8, error.Code);
        json.WriteString("domain"u8, "causeway"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString("requestId"u8, error.RequestId);
        if (error.Param is not null)
        {
            json.WriteString("field"u8, error.Param);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteEvent(IBufferWriter<byte> output, in ErrorText error)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            Write(json, error);
        }

        SseWriter.Write(output, default, data.WrittenSpan);
    }

    private static string StatusWordOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Unauthenticated => "UNAUTHENTICATED",
        ErrorKind.Forbidden => "PERMISSION_DENIED",
        ErrorKind.NotFound => "NOT_FOUND",
        ErrorKind.Conflict => "ABORTED",
        ErrorKind.RateLimited or ErrorKind.Spent => "RESOURCE_EXHAUSTED",
        ErrorKind.Overloaded or ErrorKind.Unavailable => "UNAVAILABLE",
        ErrorKind.Timeout or ErrorKind.RequestTimeout => "DEADLINE_EXCEEDED",
        ErrorKind.UpstreamFailed or ErrorKind.Internal => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
}
