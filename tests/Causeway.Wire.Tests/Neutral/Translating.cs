using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Requests, replies and streams through the translator as the gateway drives it, on text.</summary>
internal static class Translating
{
    public const string RequestId = "req_0198a7c0000070008000000000000001";

    public static readonly DateTimeOffset Created = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static Target Target(Operation operation, string model = "model-1", string server = "openai", long? maxOutputTokens = null) =>
        new() { Provider = "up", Operation = operation, Model = model, Server = server, MaxOutputTokens = maxOutputTokens };

    public static RequestTranslation Read(Operation operation, string body, bool stream = false)
    {
        Assert.True(RequestTranslation.TryRead(operation, Encoding.UTF8.GetBytes(body), stream, out RequestTranslation? translation, out RequestFault fault), fault.Message);
        return translation;
    }

    /// <summary>The body that the target gets.</summary>
    public static JsonObject Request(Operation from, string body, Target target, Unsupported unsupported = Unsupported.Deny, RequestChanges? changes = null) =>
        RequestWithDropped(from, body, target, unsupported, changes).Body;

    /// <summary>The body that the target gets, and the fields that are left out.</summary>
    public static (JsonObject Body, IReadOnlyList<string> Dropped) RequestWithDropped(
        Operation from, string body, Target target, Unsupported unsupported = Unsupported.Deny, RequestChanges? changes = null)
    {
        bool stream = JsonNode.Parse(body)!["stream"]?.GetValue<bool>() ?? from == Operation.StreamGenerateContent;
        ArrayBufferWriter<byte> output = new();
        Assert.True(
            Read(from, body, stream).TryWrite(target, changes, unsupported, shape: null, output, out IReadOnlyList<string> dropped, out RequestFault fault),
            fault.Message);
        return (JsonNode.Parse(output.WrittenSpan)!.AsObject(), dropped);
    }

    /// <summary>Why a request is not translated.</summary>
    public static RequestFault Denial(Operation from, string body, Target target, RequestChanges? changes = null)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.False(Read(from, body).TryWrite(target, changes, Unsupported.Deny, shape: null, output, out _, out RequestFault fault));
        Assert.Equal(0, output.WrittenCount);
        return fault;
    }

    /// <summary>The whole reply that the caller gets.</summary>
    public static JsonObject Reply(Operation caller, string asked, Target target, string reply)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(Read(caller, asked), target, RequestId, Created, arrayStream: false, estimatedInputTokens: 7, stream: null);
        Assert.Null(translation.Plain(Encoding.UTF8.GetBytes(reply), output));
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    /// <summary>The bytes of the stream that the caller gets for a stream of server-sent events that arrives in pieces of this size.</summary>
    public static string Stream(Operation caller, string asked, Target target, string sse, int pieceBytes = int.MaxValue, bool arrayStream = false)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(Read(caller, asked, stream: true), target, RequestId, Created, arrayStream, estimatedInputTokens: 7, output);
        SseReader reader = new();
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(sse);
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> piece = rest[..Math.Min(pieceBytes, rest.Length)];
            rest = rest[piece.Length..];
            reader.Feed(piece);
            while (reader.TryRead(out SseMessage? message))
            {
                Assert.True(translation.Event(Encoding.UTF8.GetBytes(message.Name), message.Data));
            }
        }

        if (!translation.Close())
        {
            translation.Fail(Causeway.Wire.Errors.ErrorKind.UpstreamFailed, "upstream_truncated", "cut");
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Names and data of a stream's events; data that is no JSON (<c>[DONE]</c>) as a string.</summary>
    public static IReadOnlyList<(string Name, JsonNode Data)> Events(string sse)
    {
        SseReader reader = new();
        reader.Feed(Encoding.UTF8.GetBytes(sse));
        List<(string, JsonNode)> events = [];
        while (reader.TryRead(out SseMessage? message))
        {
            JsonNode data = message.Data is [(byte)'{', ..] ? JsonNode.Parse(message.Data)! : JsonValue.Create(Encoding.UTF8.GetString(message.Data));
            events.Add((message.Name, data));
        }

        return events;
    }

    /// <summary>Fails with both texts when two bodies differ in anything but white space, the order of members and the spelling of numbers.</summary>
    public static void AssertSame(string expected, JsonNode? actual)
    {
        using JsonDocument a = JsonDocument.Parse(expected);
        using JsonDocument b = JsonDocument.Parse(actual?.ToJsonString() ?? "null");
        Assert.True(JsonElement.DeepEquals(a.RootElement, b.RootElement), $"expected {expected}\nactual   {actual?.ToJsonString()}");
    }
}
