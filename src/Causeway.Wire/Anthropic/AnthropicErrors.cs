using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Anthropic;

/// <summary><c>{"type":"error","error":{"type","message"},"request_id"}</c>, and the same as an event. Our code is an extra member.</summary>
internal static class AnthropicErrors
{
    public static void Write(Utf8JsonWriter json, in ErrorText error)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, TypeOf(error.Kind));
        json.WriteString("message"u8, error.Message);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
        json.WriteString("request_id"u8, error.RequestId);
        json.WriteEndObject();
    }

    public static void WriteEvent(IBufferWriter<byte> output, in ErrorText error)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            Write(json, error);
        }

        SseWriter.Write(output, "error"u8, data.WrittenSpan);
    }

    private static string TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Unauthenticated => "authentication_error",
        ErrorKind.Forbidden => "permission_error",
        ErrorKind.Spent => "billing_error",
        ErrorKind.NotFound => "not_found_error",
        ErrorKind.Conflict => "conflict_error",
        ErrorKind.TooLarge => "request_too_large",
        ErrorKind.RateLimited => "rate_limit_error",
        ErrorKind.Overloaded => "overloaded_error",
        ErrorKind.Timeout or ErrorKind.RequestTimeout => "timeout_error",
        ErrorKind.UpstreamFailed or ErrorKind.Internal or ErrorKind.Unavailable => "api_error",
        _ => "invalid_request_error",
    };
}
