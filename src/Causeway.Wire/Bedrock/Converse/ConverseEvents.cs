using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// Reads a stream. The name of an event is its frame's type. The reply is complete with both the end of the message and the metadata: these
/// come in this order as the service describes it, and were recorded in the other one too.
/// </summary>
internal sealed class ConverseEvents(ReplySink sink, string? model) : ReplyEvents
{
    private readonly ConverseReplyBlocks _blocks = new(sink, model);
    private readonly Dictionary<int, OpenBlock> _open = [];
    private bool _started;
    private bool _stopped;
    private bool _counted;

    public override void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (ConverseReplies.IsException(name))
        {
            Ended = true;
            ConverseReplyReader.Fail(name, data.Span, sink);
            return;
        }

        if (data.IsEmpty)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(data);
        JsonElement root = document.RootElement;
        if (name.SequenceEqual("contentBlockDelta"u8))
        {
            Delta(root);
        }
        else if (name.SequenceEqual("messageStart"u8))
        {
            EnsureStarted();
        }
        else if (name.SequenceEqual("contentBlockStart"u8))
        {
            Begin(root);
        }
        else if (name.SequenceEqual("contentBlockStop"u8))
        {
            if (_open.Remove(IndexOf(root), out OpenBlock? ended))
            {
                _blocks.End(ended);
            }
        }
        else if (name.SequenceEqual("messageStop"u8))
        {
            Stop(root);
        }
        else if (name.SequenceEqual("metadata"u8))
        {
            Metadata(root);
        }
    }

    private static int IndexOf(JsonElement root) => root.GetProperty("contentBlockIndex"u8).GetInt32();

    private void EnsureStarted()
    {
        if (!_started)
        {
            _started = true;
            sink.Start(default);
        }
    }

    private void Begin(JsonElement root)
    {
        EnsureStarted();
        if (root.TryGet("start", out JsonElement start) && start.TryGet("toolUse", out JsonElement call))
        {
            _open[IndexOf(root)] = _blocks.BeginCall(call);
        }
    }

    private void Delta(JsonElement root)
    {
        EnsureStarted();
        int index = IndexOf(root);
        JsonElement delta = root.GetProperty("delta"u8);
        if (!_open.TryGetValue(index, out OpenBlock? open))
        {
            open = _blocks.BeginWith(delta);
            if (open is null)
            {
                return;
            }

            _open[index] = open;
        }

        _blocks.Delta(open, delta);
    }

    private void Stop(JsonElement root)
    {
        EnsureStarted();
        foreach (OpenBlock open in _open.Values.OrderBy(open => open.Number))
        {
            _blocks.End(open);
        }

        _open.Clear();
        _stopped = true;
        sink.Stop(0, ConverseReplyReader.Stop(root));
        EndIfWhole();
    }

    private void Metadata(JsonElement root)
    {
        EnsureStarted();
        _counted = true;
        if (ConverseReplyReader.TryUsage(root, out TokenUsage usage))
        {
            sink.Usage(usage);
        }

        EndIfWhole();
    }

    private void EndIfWhole()
    {
        if (_stopped && _counted)
        {
            Ended = true;
            sink.End();
        }
    }
}
