using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Writes a stream of typed events, each as soon as it can be said. An item is done when the next one begins or the answer stops, since only
/// then is it known whether it is whole. All text is kept: the last events repeat it.
/// </summary>
internal sealed class ResponsesEventWriter(ReplyContext context, IBufferWriter<byte> output) : ReplySink
{
    private readonly string _requestId = context.RequestId;
    private readonly ResponsesEventOutput _events = new(output);
    private readonly ResponseEnvelope _envelope = new(context);
    private readonly OutputItems _items = new(context);
    private readonly List<OutputBlock> _blocks = [];
    private ReplyStart _head;
    private ReplyStop? _stop;
    private TokenUsage? _usage;

    public override void Start(in ReplyStart start)
    {
        _head = start;
        SendResponse("response.created", ResponseEnd.Running);
        SendResponse("response.in_progress", ResponseEnd.Running);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        ReplyBlock content = new(start);
        int before = _items.All.Count;
        OutputItem item = _items.Place(content);
        OutputBlock begun = new(content, item, item.Blocks.Count - 1);
        _blocks.Add(begun);
        item.Open++;
        if (_items.All.Count > before)
        {
            FinishItems(before, "completed"u8);
        }

        switch (item.Kind)
        {
            case BlockKind.Text:
                Announce(item);
                _events.PartAdded(begun);
                break;
            case BlockKind.Reasoning:
                Announce(item);
                break;
        }
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        OutputBlock at = _blocks[block];
        at.Content.Append(escaped);
        switch (at.Content.Start.Kind)
        {
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                SendArguments(at, isLast: false);
                break;
            case BlockKind.Reasoning:
                _events.Thought(at, escaped);
                break;
            default:
                _events.Text(at, escaped);
                break;
        }
    }

    public override void Seal(int block, ReasoningSeal seal) => _blocks[block].Content.Seal = seal;

    public override void Cite(int block, in Citation citation)
    {
        OutputBlock at = _blocks[block];
        (at.Content.Citations ??= []).Add(citation);
        if (at.Item.Kind == BlockKind.Text)
        {
            _events.Cited(at, citation);
        }
    }

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
        OutputBlock at = _blocks[block];
        (at.Content.LogProbs ??= []).AddRange(tokens);
        (at.Unsent ??= []).AddRange(tokens);
    }

    public override void EndBlock(int block)
    {
        OutputBlock at = _blocks[block];
        at.Item.Open--;
        switch (at.Item.Kind)
        {
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                SendArguments(at, isLast: true);
                break;
            case BlockKind.Reasoning:
                _events.ThoughtDone(at);
                Finish(at.Item, "completed"u8);
                break;
            default:
                _events.PartDone(at);
                break;
        }
    }

    public override void Stop(int choice, in ReplyStop stop)
    {
        if (_stop is not null)
        {
            return;
        }

        _stop = stop;
        if (_items.RefusalFor(stop) is { } refusal)
        {
            int block = _blocks.Count;
            BeginBlock(block, refusal.Start);
            Delta(block, refusal.Escaped);
            EndBlock(block);
        }

        FinishAll();
    }

    public override void Usage(in TokenUsage usage) => _usage = usage;

    public override void End()
    {
        FinishAll();
        ResponseEnd end = HowItEnded;
        SendResponse(end.EventName, end);
    }

    public override void Fail(in ReplyFailure failure) =>
        OpenAIErrors.WriteEvent(
            output, Operation.Responses, new ErrorText(failure.Kind, failure.Code, failure.Message, Param: null, _requestId), _events.NextSequence());

    public override void KeepAlive() => output.Write(": keep-alive\n\n"u8);

    private ResponseEnd HowItEnded => ResponseEnd.Of(_stop ?? new ReplyStop(StopKind.EndTurn));

    private void SendResponse(string name, in ResponseEnd end)
    {
        Utf8JsonWriter json = _events.Begin(name);
        json.WritePropertyName("response"u8);
        _envelope.Write(json, _items.ResponseId(_head.Id), _head, end, _items, _usage);
        _events.Send(name);
    }

    private void Announce(OutputItem item)
    {
        if (item.IsAnnounced)
        {
            return;
        }

        item.IsAnnounced = true;
        if (item.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall)
        {
            _items.NameCall(item, item.Blocks[0]);
        }

        _events.ItemAdded(item);
    }

    /// <summary>
    /// Sends what is known of a call's arguments. Its first piece waits for the second, or for the end: state that must be in the call's id
    /// (Gemini's) may still come with a call that comes whole.
    /// </summary>
    private void SendArguments(OutputBlock at, bool isLast)
    {
        if (!at.Item.IsAnnounced && !isLast && !at.IsHeld)
        {
            at.IsHeld = true;
            return;
        }

        Announce(at.Item);
        _events.Arguments(at, isLast);
    }

    /// <summary>Ends the items before a new one, as far as they are complete; all of them are announced, since they are told in their order.</summary>
    private void FinishItems(int count, ReadOnlySpan<byte> status)
    {
        for (int i = 0; i < count; i++)
        {
            OutputItem item = _items.All[i];
            Announce(item);
            if (item.Open == 0)
            {
                Finish(item, status);
            }
        }
    }

    private void FinishAll()
    {
        int last = _items.All.Count - 1;
        FinishItems(last, "completed"u8);
        if (last >= 0 && _items.All[last].Open == 0)
        {
            Finish(_items.All[last], HowItEnded.IsBroken ? "incomplete"u8 : "completed"u8);
        }
    }

    private void Finish(OutputItem item, ReadOnlySpan<byte> status)
    {
        if (!item.IsDone)
        {
            item.IsDone = true;
            _events.ItemDone(item, status, item.Kind == BlockKind.Reasoning ? _items.StateOf(item.Blocks[0]) : null);
        }
    }
}
