using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>A block of the reply, and where the caller finds it.</summary>
internal sealed class OutputBlock(ReplyBlock content, OutputItem item, int part)
{
    public ReplyBlock Content { get; } = content;

    public OutputItem Item { get; } = item;

    /// <summary><c>content_index</c></summary>
    public int Part { get; } = part;

    /// <summary>Probabilities that no event has carried yet.</summary>
    public List<TokenLogProb>? Unsent { get; set; }

    /// <summary>Bytes of the arguments that the caller has.</summary>
    public int Sent { get; set; }

    /// <summary>The first piece of the arguments waits.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Reasoning: the part of the summary was begun.</summary>
    public bool IsSummaryOpen { get; set; }
}

/// <summary>The events one by one, numbered from 0.</summary>
internal sealed class ResponsesEventOutput(IBufferWriter<byte> output)
{
    private readonly EventOutput _output = new(output);
    private Utf8JsonWriter? _json;
    private long _sequence;

    public long NextSequence() => _sequence++;

    /// <summary>Begins an event that is written by its caller.</summary>
    public Utf8JsonWriter Begin(string type)
    {
        _json = _output.Begin();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        _json.WriteNumber("sequence_number"u8, _sequence++);
        return _json;
    }

    /// <summary>Ends it.</summary>
    public void Send(string type)
    {
        _json!.WriteEndObject();
        Span<byte> name = stackalloc byte[64];
        _output.Send(name[..Encoding.ASCII.GetBytes(type, name)]);
    }

    public void ItemAdded(OutputItem item)
    {
        Utf8JsonWriter json = BeginItem("response.output_item.added", item);
        json.WritePropertyName("item"u8);
        item.WriteHead(json);
        Send("response.output_item.added");
    }

    public void ItemDone(OutputItem item, ReadOnlySpan<byte> status, string? state)
    {
        Utf8JsonWriter json = BeginItem("response.output_item.done", item);
        json.WritePropertyName("item"u8);
        item.Write(json, status, state);
        Send("response.output_item.done");
    }

    public void PartAdded(OutputBlock at)
    {
        Utf8JsonWriter json = BeginPart("response.content_part.added", at);
        json.WritePropertyName("part"u8);
        OutputItem.WritePart(json, at.Content);
        Send("response.content_part.added");
    }

    public void Text(OutputBlock at, ReadOnlySpan<byte> escaped)
    {
        bool isRefusal = at.Content.Start.Kind == BlockKind.Refusal;
        string type = isRefusal ? "response.refusal.delta" : "response.output_text.delta";
        Utf8JsonWriter json = BeginPart(type, at);
        _output.String("delta"u8, escaped);
        if (!isRefusal)
        {
            ResponsesLogProbs.Write(json, at.Unsent);
            at.Unsent = null;
        }

        Send(type);
    }

    public void Cited(OutputBlock at, in Citation citation)
    {
        Utf8JsonWriter json = BeginPart("response.output_text.annotation.added", at);
        json.WriteNumber("annotation_index"u8, at.Content.Citations!.Count - 1);
        json.WritePropertyName("annotation"u8);
        OutputItem.WriteCitation(json, citation);
        Send("response.output_text.annotation.added");
    }

    public void PartDone(OutputBlock at)
    {
        bool isRefusal = at.Content.Start.Kind == BlockKind.Refusal;
        string type = isRefusal ? "response.refusal.done" : "response.output_text.done";
        Utf8JsonWriter json = BeginPart(type, at);
        _output.String(isRefusal ? "refusal"u8 : "text"u8, at.Content.Escaped);
        if (!isRefusal)
        {
            ResponsesLogProbs.Write(json, at.Content.LogProbs);
        }

        Send(type);
        json = BeginPart("response.content_part.done", at);
        json.WritePropertyName("part"u8);
        OutputItem.WritePart(json, at.Content);
        Send("response.content_part.done");
    }

    public void Thought(OutputBlock at, ReadOnlySpan<byte> escaped)
    {
        if (!at.IsSummaryOpen)
        {
            at.IsSummaryOpen = true;
            SendSummaryPart("response.reasoning_summary_part.added", at, default);
        }

        BeginSummary("response.reasoning_summary_text.delta", at);
        _output.String("delta"u8, escaped);
        Send("response.reasoning_summary_text.delta");
    }

    public void ThoughtDone(OutputBlock at)
    {
        if (at.IsSummaryOpen)
        {
            BeginSummary("response.reasoning_summary_text.done", at);
            _output.String("text"u8, at.Content.Escaped);
            Send("response.reasoning_summary_text.done");
            SendSummaryPart("response.reasoning_summary_part.done", at, at.Content.Escaped);
        }
    }

    /// <summary>Sends what of a call's arguments was not sent, and at the end all of them.</summary>
    public void Arguments(OutputBlock at, bool isLast)
    {
        bool isFunction = at.Item.Kind == BlockKind.ToolCall;
        ReadOnlySpan<byte> all = isLast ? OutputItem.ArgumentsOf(at.Content) : at.Content.Escaped;
        string type = isFunction ? "response.function_call_arguments.delta" : "response.custom_tool_call_input.delta";
        if (at.Sent < all.Length)
        {
            BeginItem(type, at.Item).WriteString("item_id"u8, at.Item.Id);
            _output.String("delta"u8, all[at.Sent..]);
            Send(type);
            at.Sent = all.Length;
        }

        if (isLast)
        {
            type = isFunction ? "response.function_call_arguments.done" : "response.custom_tool_call_input.done";
            Utf8JsonWriter json = BeginItem(type, at.Item);
            json.WriteString("item_id"u8, at.Item.Id);
            json.WriteString("name"u8, at.Content.Start.Name);
            _output.String(isFunction ? "arguments"u8 : "input"u8, all);
            Send(type);
        }
    }

    private Utf8JsonWriter BeginItem(string type, OutputItem item)
    {
        Utf8JsonWriter json = Begin(type);
        json.WriteNumber("output_index"u8, item.Index);
        return json;
    }

    private Utf8JsonWriter BeginPart(string type, OutputBlock at)
    {
        Utf8JsonWriter json = BeginItem(type, at.Item);
        json.WriteString("item_id"u8, at.Item.Id);
        json.WriteNumber("content_index"u8, at.Part);
        return json;
    }

    private Utf8JsonWriter BeginSummary(string type, OutputBlock at)
    {
        Utf8JsonWriter json = BeginItem(type, at.Item);
        json.WriteString("item_id"u8, at.Item.Id);
        json.WriteNumber("summary_index"u8, 0);
        return json;
    }

    private void SendSummaryPart(string type, OutputBlock at, ReadOnlySpan<byte> escaped)
    {
        Utf8JsonWriter json = BeginSummary(type, at);
        json.WriteStartObject("part"u8);
        json.WriteString("type"u8, "summary_text"u8);
        _output.String("text"u8, escaped);
        json.WriteEndObject();
        Send(type);
    }
}
