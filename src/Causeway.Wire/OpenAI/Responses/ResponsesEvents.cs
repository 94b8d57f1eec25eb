using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Reads a stream of typed events, by the type in their data, since some servers leave the events' names out. Families that have no place in
/// the neutral form (hosted tools, audio) and types that are not known are passed over.
/// </summary>
internal sealed class ResponsesEvents(ReplySink sink) : ReplyEvents
{
    private readonly ResponsesOutput _output = new(sink);
    private readonly SortedDictionary<int, OutputReading> _items = [];

    public override void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (data.Span is not [(byte)'{', ..])
        {
            // "[DONE]" of servers that carry it over from chat.
            return;
        }

        ResponsesDelta delta = ResponsesDelta.Scan(data.Span);
        ReadOnlySpan<byte> type = delta.Type.IsEmpty ? name : delta.Type;
        if (!type.EndsWith(".delta"u8))
        {
            using JsonBody body = new(data);
            ReadWhole(type, body.Root, delta);
        }
        else if (delta.HasLogProbs)
        {
            using JsonBody body = new(data);
            OutputReading item = ItemAt(delta.Output);
            ResponsesLogProbs.Read(body.Root.GetProperty("logprobs"u8), _output.Sink, item.BlockOf(delta.Content, BlockKind.Text));
            item.Text(delta.Content, BlockKind.Text, delta.Text);
        }
        else
        {
            ReadDelta(type, delta);
        }
    }

    private void ReadDelta(ReadOnlySpan<byte> type, in ResponsesDelta delta)
    {
        OutputReading item = ItemAt(delta.Output);
        if (type.SequenceEqual("response.output_text.delta"u8))
        {
            item.Text(delta.Content, BlockKind.Text, delta.Text);
        }
        else if (type.SequenceEqual("response.function_call_arguments.delta"u8) || type.SequenceEqual("response.custom_tool_call_input.delta"u8))
        {
            item.Argument(delta.Text);
        }
        else if (type.SequenceEqual("response.reasoning_summary_text.delta"u8))
        {
            item.Thought(delta.Summary, isSummary: true, delta.Text);
        }
        else if (type.SequenceEqual("response.reasoning_text.delta"u8))
        {
            item.Thought(delta.Content, isSummary: false, delta.Text);
        }
        else if (type.SequenceEqual("response.refusal.delta"u8))
        {
            item.Text(delta.Content, BlockKind.Refusal, delta.Text);
        }
    }

    private void ReadWhole(ReadOnlySpan<byte> type, JsonElement data, in ResponsesDelta at)
    {
        if (type.SequenceEqual("response.created"u8) || type.SequenceEqual("response.queued"u8) || type.SequenceEqual("response.in_progress"u8))
        {
            _output.Start(data.GetProperty("response"u8));
        }
        else if (type.SequenceEqual("response.output_item.added"u8))
        {
            ItemAt(at.Output).Announce(data.GetProperty("item"u8));
        }
        else if (type.SequenceEqual("response.content_part.done"u8))
        {
            ItemAt(at.Output).CompletePart(at.Content, data.GetProperty("part"u8));
        }
        else if (type.SequenceEqual("response.output_text.annotation.added"u8))
        {
            ItemAt(at.Output).Cite(at.Content, data.GetProperty("annotation"u8));
        }
        else if (type.SequenceEqual("response.output_item.done"u8))
        {
            ItemAt(at.Output).Complete(data.GetProperty("item"u8));
        }
        else if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8) || type.SequenceEqual("response.failed"u8))
        {
            Finish(data.GetProperty("response"u8));
        }
        else if (type.SequenceEqual("error"u8) || (type.IsEmpty && data.TryMember("error", out _)))
        {
            Ended = true;
            _output.Fail(data.TryMember("error", out JsonElement error) ? error : data);
        }
    }

    private void Finish(JsonElement response)
    {
        Ended = true;
        if (response.TryMember("output", out JsonElement output))
        {
            int index = 0;
            foreach (JsonElement item in output.EnumerateArray())
            {
                ItemAt(index++).Complete(item);
            }
        }

        foreach (OutputReading item in _items.Values)
        {
            if (!item.IsDone)
            {
                item.End();
            }
        }

        _output.Finish(response);
    }

    private OutputReading ItemAt(int index)
    {
        if (!_items.TryGetValue(index, out OutputReading? item))
        {
            _items[index] = item = new OutputReading(_output, index);
        }

        return item;
    }
}
