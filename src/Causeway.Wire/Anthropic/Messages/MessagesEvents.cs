using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads a stream. Events of unknown types are passed over, as the vendor asks.</summary>
internal sealed class MessagesEvents(ReplySink sink) : ReplyEvents
{
    private readonly MessagesReplyBlocks _blocks = new(sink);
    private readonly Dictionary<int, OpenBlock> _open = [];
    private TokenUsage _usage;
    private bool _hasUsage;
    private bool _started;
    private bool _stopped;

    public override void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(data);
        JsonElement root = document.RootElement;
        string type = root.TryGetProperty("type"u8, out JsonElement told) ? Known(told) : "";
        switch (type)
        {
            case "content_block_delta":
                if (_open.TryGetValue(root.GetProperty("index"u8).GetInt32(), out OpenBlock? open))
                {
                    _blocks.Delta(open, root.GetProperty("delta"u8));
                }

                break;
            case "message_start":
                Start(root.GetProperty("message"u8));
                break;
            case "content_block_start":
                EnsureStarted();
                if (_blocks.Begin(root.GetProperty("content_block"u8)) is { } begun)
                {
                    _open[root.GetProperty("index"u8).GetInt32()] = begun;
                }

                break;
            case "content_block_stop":
                if (_open.Remove(root.GetProperty("index"u8).GetInt32(), out OpenBlock? ended))
                {
                    _blocks.End(ended);
                }

                break;
            case "message_delta":
                MessageDelta(root);
                break;
            case "message_stop":
                Stop();
                break;
            case "ping":
                sink.KeepAlive();
                break;
            case "error":
                Ended = true;
                MessagesReplyReader.Fail(data.Span, sink);
                break;
        }
    }

    /// <summary>The type as a constant, so that an event costs no string.</summary>
    private static string Known(JsonElement type) =>
        type.ValueEquals("content_block_delta"u8) ? "content_block_delta" : type.GetString() ?? "";

    private void Start(JsonElement message)
    {
        _blocks.Model = message.Text("model");
        JsonElement usage = message.TryGet("usage", out JsonElement report) ? report : default;
        Take(usage, whole: false);
        _started = true;
        sink.Start(new ReplyStart(message.Text("id"), _blocks.Model, MessagesReplyReader.Tier(usage)));
    }

    private void EnsureStarted()
    {
        if (!_started)
        {
            _started = true;
            sink.Start(default);
        }
    }

    private void MessageDelta(JsonElement root)
    {
        EnsureStarted();
        if (root.TryGet("usage", out JsonElement usage) && Take(usage, whole: true))
        {
            sink.Usage(_usage);
        }

        if (!_stopped && root.TryGet("delta", out JsonElement delta) && MessagesStops.Read(delta) is { } stop)
        {
            EndBlocks();
            _stopped = true;
            sink.Stop(0, stop);
        }
    }

    private bool Take(JsonElement usage, bool whole)
    {
        bool usable = usage.ValueKind == JsonValueKind.Object
            && AnthropicUsage.TryRead(JsonMarshal.GetRawUtf8Value(usage), _usage, _hasUsage, whole, out _usage);
        _hasUsage |= usable;
        return usable;
    }

    private void Stop()
    {
        EnsureStarted();
        EndBlocks();
        if (!_stopped)
        {
            sink.Stop(0, new ReplyStop(StopKind.EndTurn));
        }

        Ended = true;
        sink.End();
    }

    /// <summary>Some servers leave out the end of the last block.</summary>
    private void EndBlocks()
    {
        foreach (OpenBlock open in _open.Values.OrderBy(open => open.Number))
        {
            _blocks.End(open);
        }

        _open.Clear();
    }
}
