using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.Errors;

public sealed class ErrorEnvelopeTests
{
    private static readonly Operation[] Streaming =
        [Operation.ChatCompletions, Operation.Responses, Operation.Messages, Operation.StreamGenerateContent];

    private static readonly Gen<string> Hostile = Gen
        .OneOf("\r", "\n", "\r\n", "\n\ndata: {\"evil\":1}\n\n", "event: message_stop", "data: [DONE]", "\"", "\\", "}", "\u2028", "\0", "\ud800", "ü🚉")
        .Array[0, 8].Select(string.Concat);

    public static MatrixTheoryData<Protocol, ErrorKind> Everything { get; } = new(Enum.GetValues<Protocol>(), Enum.GetValues<ErrorKind>());

    [Theory]
    [InlineData(ErrorKind.Malformed, 400, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT")]
    [InlineData(ErrorKind.Unauthenticated, 401, "invalid_request_error", "authentication_error", "UNAUTHENTICATED")]
    [InlineData(ErrorKind.Forbidden, 403, "invalid_request_error", "permission_error", "PERMISSION_DENIED")]
    [InlineData(ErrorKind.NotFound, 404, "invalid_request_error", "not_found_error", "NOT_FOUND")]
    [InlineData(ErrorKind.TooLarge, 413, "invalid_request_error", "request_too_large", "INVALID_ARGUMENT")]
    [InlineData(ErrorKind.RateLimited, 429, "rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED")]
    [InlineData(ErrorKind.Spent, 402, "insufficient_quota", "billing_error", "RESOURCE_EXHAUSTED")]
    [InlineData(ErrorKind.UpstreamFailed, 502, "server_error", "api_error", "INTERNAL")]
    [InlineData(ErrorKind.Overloaded, 503, "server_error", "overloaded_error", "UNAVAILABLE")]
    [InlineData(ErrorKind.Timeout, 504, "server_error", "timeout_error", "DEADLINE_EXCEEDED")]
    [InlineData(ErrorKind.Internal, 500, "server_error", "api_error", "INTERNAL")]
    [InlineData(ErrorKind.Unavailable, 503, "server_error", "api_error", "UNAVAILABLE")]
    [InlineData(ErrorKind.MethodNotAllowed, 405, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT")]
    [InlineData(ErrorKind.RequestTimeout, 408, "invalid_request_error", "timeout_error", "DEADLINE_EXCEEDED")]
    [InlineData(ErrorKind.UnsupportedMediaType, 415, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT")]
    [InlineData(ErrorKind.Conflict, 409, "invalid_request_error", "conflict_error", "ABORTED")]
    public void Every_kind_has_its_status_and_its_word(ErrorKind kind, int status, string openai, string anthropic, string gemini)
    {
        Assert.Equal(status, ErrorEnvelope.StatusFor(Protocol.OpenAI, kind));
        Assert.Equal(kind == ErrorKind.Overloaded ? 529 : status, ErrorEnvelope.StatusFor(Protocol.Anthropic, kind));
        Assert.Equal(status, ErrorEnvelope.StatusFor(Protocol.Gemini, kind));
        Assert.Equal(openai, Body(Protocol.OpenAI, kind).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(anthropic, Body(Protocol.Anthropic, kind).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(gemini, Body(Protocol.Gemini, kind).GetProperty("error").GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Every_envelope_reads_back(Protocol protocol, ErrorKind kind)
    {
        UpstreamError read = UpstreamError.Scan(protocol, Encoding.UTF8.GetBytes(Body(protocol, kind, "limit_spent", "No \"money\"\nleft").GetRawText()));

        Assert.Equal("No \"money\"\nleft", read.Message);
        Assert.NotNull(read.Type);
        Assert.Equal(protocol == Protocol.Gemini ? $"{ErrorEnvelope.StatusFor(protocol, kind)}" : "limit_spent", read.Code);
    }

    [Fact]
    public void The_shapes_are_the_vendors_own()
    {
        Assert.Equal(
            """{"error":{"message":"m","type":"invalid_request_error","param":"model","code":"model_missing"}}""",
            Text(output => ErrorEnvelope.Write(output, Protocol.OpenAI, ErrorKind.Malformed, "model_missing", "m", "model", "req_1")));
        Assert.Equal(
            """{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"limit_spent"}}""",
            Text(output => ErrorEnvelope.Write(output, Protocol.OpenAI, ErrorKind.Spent, "limit_spent", "m", null, "req_1")));
        Assert.Equal(
            """{"type":"error","error":{"type":"not_found_error","message":"m","code":"channel_unknown"},"request_id":"req_1"}""",
            Text(output => ErrorEnvelope.Write(output, Protocol.Anthropic, ErrorKind.NotFound, "channel_unknown", "m", null, "req_1")));
        Assert.Equal(
            """{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"limit_held","domain":"causeway","metadata":{"requestId":"req_1"}}]}}""",
            Text(output => ErrorEnvelope.Write(output, Protocol.Gemini, ErrorKind.RateLimited, "limit_held", "m", null, "req_1")));
        Assert.Equal(
            "event: error\ndata: {\"type\":\"error\",\"code\":\"upstream_failed\",\"message\":\"m\",\"param\":null,\"sequence_number\":7}\n\n",
            Text(output => ErrorEnvelope.WriteEvent(output, Operation.Responses, ErrorKind.UpstreamFailed, "upstream_failed", "m", "req_1", 7)));
        Assert.Equal(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\",\"code\":\"upstream_failed\"},\"request_id\":\"req_1\"}\n\n",
            Text(output => ErrorEnvelope.WriteEvent(output, Operation.Messages, ErrorKind.UpstreamFailed, "upstream_failed", "m", "req_1", 7)));
    }

    [Fact]
    public void No_text_breaks_out_of_an_event_or_of_its_JSON() =>
        Gen.Select(Hostile, Hostile, Hostile).Sample(
            (code, message, requestId) =>
            {
                foreach (Operation operation in Streaming)
                {
                    byte[] written = Encoding.UTF8.GetBytes(Text(output =>
                        ErrorEnvelope.WriteEvent(output, operation, ErrorKind.Internal, code, message, requestId, 1)));
                    SseReader reader = new();
                    reader.Feed(written);

                    Assert.True(reader.TryRead(out SseMessage? read));
                    Assert.False(reader.TryRead(out _));
                    Assert.False(reader.IsTruncated);
                    JsonElement json = JsonDocument.Parse(read.Data).RootElement;
                    json = json.TryGetProperty("error", out JsonElement inner) ? inner : json;
                    Assert.Equal(message.Replace('\ud800', '\ufffd'), json.GetProperty("message").GetString());
                }
            },
            threads: 1);

    [Fact]
    public void The_meter_knows_every_error_event_of_ours()
    {
        foreach (Operation operation in Streaming)
        {
            StreamedReply reply = StreamedReply.Of(operation, Encoding.UTF8.GetBytes(Text(output =>
                ErrorEnvelope.WriteEvent(output, operation, ErrorKind.UpstreamFailed, "upstream_failed", "m", "req_1", 1))));

            Assert.Equal([StreamVerdict.Error], reply.Verdicts);
            Assert.False(reply.Meter.Ended);
            Assert.Equal(operation == Operation.StreamGenerateContent ? "INTERNAL" : "upstream_failed", reply.Meter.ErrorCode);
        }
    }

    [Theory]
    [InlineData("", true, 1)]
    [InlineData("[{\"candidates\":[]}", false, 2)]
    public void An_error_closes_a_gemini_array(string sent, bool first, int elements)
    {
        string whole = sent + Text(output => ErrorEnvelope.WriteArrayElement(output, ErrorKind.Timeout, "upstream_timeout", "m", "req_1", first));

        JsonElement array = JsonDocument.Parse(whole).RootElement;
        Assert.Equal(elements, array.GetArrayLength());
        Assert.Equal(504, array[elements - 1].GetProperty("error").GetProperty("code").GetInt32());
    }

    private static JsonElement Body(Protocol protocol, ErrorKind kind, string code = "code", string message = "message") =>
        JsonDocument.Parse(Text(output => ErrorEnvelope.Write(output, protocol, kind, code, message, param: null, "req_1"))).RootElement;

    private static string Text(Action<ArrayBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
