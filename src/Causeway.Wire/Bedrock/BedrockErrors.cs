using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Bedrock.EventStream;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;

namespace Causeway.Wire.Bedrock;

/// <summary><c>{"__type","message"}</c>, and a stream's exception, whose type is in the frame. Our code is an extra member.</summary>
internal static class BedrockErrors
{
    public static void Write(Utf8JsonWriter json, in ErrorText error)
    {
        json.WriteStartObject();
        json.WriteString("__type"u8, TypeOf(error.Kind));
        json.WriteString("message"u8, error.Message);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
    }

    /// <summary>Writes the exception that ends a stream.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, in ErrorText error)
    {
        ArrayBufferWriter<byte> data = new();
        using (Utf8JsonWriter json = JsonOutput.To(data))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, error.Message);
            json.WriteString("code"u8, error.Code);
            json.WriteEndObject();
        }

        string type = TypeOf(error.Kind);
        EventStreamWriter.Exception(output, Encoding.ASCII.GetBytes(char.ToLowerInvariant(type[0]) + type[1..]), data.WrittenSpan);
    }

    /// <summary>The status that an exception of a stream has outside of streams.</summary>
    /// <param name="type">Its type, in the case of streams or of headers.</param>
    public static int StatusOf(ReadOnlySpan<byte> type) => Encoding.ASCII.GetString(type).ToUpperInvariant() switch
    {
        "VALIDATIONEXCEPTION" or "SERVICEQUOTAEXCEEDEDEXCEPTION" or "CONFLICTEXCEPTION" => 400,
        "ACCESSDENIEDEXCEPTION" => 403,
        "RESOURCENOTFOUNDEXCEPTION" => 404,
        "MODELTIMEOUTEXCEPTION" => 408,
        "THROTTLINGEXCEPTION" or "MODELNOTREADYEXCEPTION" => 429,
        "SERVICEUNAVAILABLEEXCEPTION" => 503,
        _ => 500,
    };

    private static string TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Unauthenticated or ErrorKind.Forbidden or ErrorKind.Spent => "AccessDeniedException",
        ErrorKind.NotFound => "ResourceNotFoundException",
        ErrorKind.Conflict => "ConflictException",
        ErrorKind.RateLimited => "ThrottlingException",
        ErrorKind.Overloaded or ErrorKind.Unavailable => "ServiceUnavailableException",
        ErrorKind.Timeout or ErrorKind.RequestTimeout => "ModelTimeoutException",
        ErrorKind.UpstreamFailed or ErrorKind.Internal => "InternalServerException",
        _ => "ValidationException",
    };
}
