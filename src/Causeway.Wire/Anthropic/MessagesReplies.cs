using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic;

/// <summary>Messages, plain and as typed events.</summary>
internal sealed class MessagesReplies : ReplyReader
{
    private const int Model = 0;
    private const int Usage = 1;
    private const int StopReason = 2;
    private const int Error = 3;

    private static readonly JsonPaths StartPaths = new("message.model", "message.usage");
    private static readonly JsonPaths BlockPaths = new("content_block.type", "content_block.name");
    private static readonly JsonPaths DeltaPaths = new("delta.model", "usage", "delta.stop_reason");

    public override JsonPaths BodyPaths { get; } = new(["model", "usage", "stop_reason", "error"], ["content.*.text", "content.*.thinking", "content.*.input"]);

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value) => Take(meter, path, value, whole: true);

    public override StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> type = name.IsEmpty ? TypeOf(data) : name;
        if (type.SequenceEqual("content_block_delta"u8))
        {
            meter.OutputTextBytes += TextBytes(data);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("content_block_start"u8))
        {
            if (BeginsSearch(data))
            {
                meter.CountTool(ServerTool.WebSearch); // Of a stream that breaks off nothing else tells it.
            }

            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("message_start"u8))
        {
            Read(meter, StartPaths, data, whole: false);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("message_delta"u8))
        {
            Read(meter, DeltaPaths, data, whole: true);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("message_stop"u8))
        {
            meter.Ended = true;
            return StreamVerdict.End;
        }

        if (type.SequenceEqual("error"u8))
        {
            meter.ErrorCode = "error";
            Read(meter, BodyPaths, data, whole: false);
            return StreamVerdict.Error;
        }

        return StreamVerdict.Pass;
    }

    private static void Read(ResponseMeter meter, JsonPaths paths, ReadOnlySpan<byte> data, bool whole)
    {
        JsonTap tap = new(paths);
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            Take(meter, path, value, whole);
        }

        meter.MalformedEvents += tap.IsDone ? 0 : 1;
    }

    private static void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value, bool whole)
    {
        switch (path)
        {
            case Model:
                meter.TakeModel(value);
                break;
            case Usage:
                AnthropicUsage.Take(meter, value, whole);
                break;
            case StopReason:
                meter.StopReason = JsonText.Word(value) ?? meter.StopReason;
                break;
            case Error:
                ReplyError.Take(meter, value);
                break;
        }
    }

    private static bool BeginsSearch(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\"server_tool_use\""u8) < 0)
        {
            return false;
        }

        (bool isServers, bool isSearch) = (false, false);
        JsonTap tap = new(BlockPaths);
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            isServers |= path == 0 && value.SequenceEqual("\"server_tool_use\""u8);
            isSearch |= path == 1 && value.SequenceEqual("\"web_search\""u8);
        }

        return isServers && isSearch;
    }

    private static int TextBytes(ReadOnlySpan<byte> data)
    {
        int bytes = JsonText.StringBytes(data, "\"text\""u8);
        return bytes > 0
            ? bytes
            : JsonText.StringBytes(data, "\"partial_json\""u8) + JsonText.StringBytes(data, "\"thinking\""u8);
    }
}
