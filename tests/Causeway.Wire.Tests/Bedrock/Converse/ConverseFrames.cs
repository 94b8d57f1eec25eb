using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Bedrock.EventStream;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Sse;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Bedrock.Converse;

/// <summary>Streams of Converse: frames made of events that are legible, and read again.</summary>
internal static class ConverseFrames
{
    public const string Asked = """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""";

    public static readonly Target Target = Translating.Target(Operation.ConverseStream, "us.anthropic.claude-sonnet-4-5-20250929-v1:0");

    /// <summary>The frames of a corpus file, whose events are spelled as server-sent ones.</summary>
    public static byte[] Of(string sse)
    {
        SseReader reader = new();
        reader.Feed(Encoding.UTF8.GetBytes(sse));
        List<byte> frames = [];
        while (reader.TryRead(out SseMessage? message))
        {
            frames.AddRange(Tests.Bedrock.EventStream.EventStreamWriter.Event(message.Name, Encoding.UTF8.GetString(message.Data)));
        }

        return [.. frames];
    }

    /// <summary>What a caller gets for frames that arrive in pieces of this size.</summary>
    public static byte[] Translate(Operation caller, string asked, byte[] frames, int pieceBytes = int.MaxValue)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(Translating.Read(caller, asked, stream: true), Target, Translating.RequestId, Translating.Created, arrayStream: false, estimatedInputTokens: 7, output);
        EventStreamFramer framer = default;
        int start = 0;
        for (int end = 0; end < frames.Length;)
        {
            end = (int)Math.Min(frames.Length, (long)end + pieceBytes);
            while (framer.TryFrame(frames.AsSpan(start, end - start), out int length))
            {
                EventStreamEvent frame = EventStreamEvent.Parse(frames.AsSpan(start, length));
                Assert.True(translation.Event(frame.Name, frame.Payload.ToArray()));
                start += length;
            }
        }

        if (!translation.Close())
        {
            translation.Fail(ErrorKind.UpstreamFailed, "upstream_truncated", "cut");
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Names and payloads.</summary>
    public static List<(string Name, JsonNode Data)> Read(ReadOnlySpan<byte> frames)
    {
        List<(string, JsonNode)> events = [];
        EventStreamFramer framer = default;
        while (framer.TryFrame(frames, out int length))
        {
            EventStreamEvent frame = EventStreamEvent.Parse(frames[..length]);
            events.Add((Encoding.UTF8.GetString(frame.Name), JsonNode.Parse(frame.Payload)!));
            frames = frames[length..];
        }

        Assert.False(framer.IsBroken);
        Assert.True(frames.IsEmpty);
        return events;
    }

    /// <summary>The plain reply that a client makes of a stream.</summary>
    public static JsonObject Accumulate(List<(string Name, JsonNode Data)> events)
    {
        SortedDictionary<int, JsonObject> blocks = [];
        JsonObject reply = new() { ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant" } } };
        foreach ((string name, JsonNode data) in events)
        {
            switch (name)
            {
                case "contentBlockStart":
                    blocks.Add((int)data["contentBlockIndex"]!, new JsonObject { ["toolUse"] = data["start"]!["toolUse"]!.DeepClone() });
                    break;
                case "contentBlockDelta":
                    int index = (int)data["contentBlockIndex"]!;
                    Add(blocks.TryGetValue(index, out JsonObject? block) ? block : blocks[index] = [], data["delta"]!.AsObject());
                    break;
                case "messageStop" or "metadata":
                    data.AsObject().Where(member => member.Key is not ("metrics" or "p")).ToList().ForEach(member => reply[member.Key] = member.Value!.DeepClone());
                    break;
            }
        }

        reply["output"]!["message"]!["content"] = new JsonArray([.. blocks.Values.Select(Whole)]);
        return reply;
    }

    private static void Add(JsonObject block, JsonObject delta)
    {
        if (delta["reasoningContent"] is JsonObject reasoning)
        {
            JsonObject held = (block["reasoningContent"] ??= new JsonObject()).AsObject();
            JsonObject into = reasoning.ContainsKey("redactedContent") ? held : (held["reasoningText"] ??= new JsonObject { ["text"] = "" }).AsObject();
            reasoning.ToList().ForEach(member => into[member.Key] = (string?)into[member.Key] + (string?)member.Value);
        }
        else if (delta["toolUse"] is JsonObject call)
        {
            block["toolUse"]!["input"] = (string?)block["toolUse"]!["input"] + (string?)call["input"];
        }
        else if (delta["citation"] is { } citation)
        {
            (block["citations"] ??= new JsonArray()).AsArray().Add(citation.DeepClone());
        }
        else
        {
            block["text"] = (string?)block["text"] + (string?)delta["text"];
        }
    }

    private static JsonNode Whole(JsonObject block)
    {
        if (block["toolUse"] is JsonObject call)
        {
            call["input"] = JsonNode.Parse((string?)call["input"] ?? "{}");
        }

        return block["citations"] is not { } citations ? block : new JsonObject
        {
            ["citationsContent"] = new JsonObject
            {
                ["content"] = new JsonArray(new JsonObject { ["text"] = (string?)block["text"] ?? "" }),
                ["citations"] = citations.DeepClone(),
            },
        };
    }
}
