using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>One item of the response that the caller gets: a message with its parts, a piece of reasoning, or a call.</summary>
internal sealed class OutputItem(int index, string id, BlockKind kind)
{
    /// <summary><c>output_index</c></summary>
    public int Index { get; } = index;

    public string Id { get; } = id;

    /// <summary>The kind of its blocks; <see cref="BlockKind.Text"/> for a message, whose parts may be refusals too.</summary>
    public BlockKind Kind { get; } = kind;

    /// <summary>One block, or the parts of a message.</summary>
    public List<ReplyBlock> Blocks { get; } = [];

    /// <summary>Calls: the id that the caller gets; set once what belongs into it is known.</summary>
    public string CallId { get; set; } = "";

    /// <summary>The caller was told that the item begins.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>The caller got the item as a whole.</summary>
    public bool IsDone { get; set; }

    /// <summary>Blocks that are still being filled.</summary>
    public int Open { get; set; }

    /// <summary>Writes the item as it begins: empty.</summary>
    public void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        switch (Kind)
        {
            case BlockKind.Reasoning:
                json.WriteString("type"u8, "reasoning"u8);
                WriteEmpty(json, "summary"u8);
                break;
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                WriteCallHead(json, "in_progress"u8);
                json.WriteString(Kind == BlockKind.ToolCall ? "arguments"u8 : "input"u8, ""u8);
                break;
            default:
                WriteMessageHead(json, "in_progress"u8);
                WriteEmpty(json, "content"u8);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the whole item.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="status"><c>completed</c> or <c>incomplete</c>.</param>
    /// <param name="state">Reasoning: what stands in <c>encrypted_content</c>.</param>
    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> status, string? state)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        switch (Kind)
        {
            case BlockKind.Reasoning:
                WriteReasoning(json, state);
                break;
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                WriteCallHead(json, status);
                WriteEscaped(json, Kind == BlockKind.ToolCall ? "arguments"u8 : "input"u8, ArgumentsOf(Blocks[0]));
                break;
            default:
                WriteMessageHead(json, status);
                json.WriteStartArray("content"u8);
                Blocks.ForEach(block => WritePart(json, block));
                json.WriteEndArray();
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a part of a message, whole.</summary>
    public static void WritePart(Utf8JsonWriter json, ReplyBlock block)
    {
        if (block.Start.Kind == BlockKind.Refusal)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "refusal"u8);
            WriteEscaped(json, "refusal"u8, block.Escaped);
            json.WriteEndObject();
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        WriteEscaped(json, "text"u8, block.Escaped);
        json.WriteStartArray("annotations"u8);
        foreach (Citation citation in block.Citations ?? [])
        {
            WriteCitation(json, citation);
        }

        json.WriteEndArray();
        ResponsesLogProbs.Write(json, block.LogProbs);
        json.WriteEndObject();
    }

    public static void WriteCitation(Utf8JsonWriter json, in Citation citation)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteString("url"u8, citation.Url);
        json.WriteString("title"u8, citation.Title ?? "");
        json.WriteNumber("start_index"u8, Math.Max(0, citation.Start));
        json.WriteNumber("end_index"u8, Math.Max(0, citation.End));
        json.WriteEndObject();
    }

    /// <summary>What a call's arguments are in the end: clients parse them, so none at all are an empty object.</summary>
    public static ReadOnlySpan<byte> ArgumentsOf(ReplyBlock block) =>
        block.Escaped.IsEmpty && block.Start.Kind == BlockKind.ToolCall ? "{}"u8 : block.Escaped;

    /// <summary>Writes a member whose text is escaped already.</summary>
    public static void WriteEscaped(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> escaped)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        rented[0] = (byte)'"';
        escaped.CopyTo(rented.AsSpan(1));
        rented[escaped.Length + 1] = (byte)'"';
        json.WritePropertyName(name);
        json.WriteRawValue(rented.AsSpan(0, escaped.Length + 2), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }

    private void WriteReasoning(Utf8JsonWriter json, string? state)
    {
        json.WriteString("type"u8, "reasoning"u8);
        json.WriteStartArray("summary"u8);
        if (!Blocks[0].Escaped.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "summary_text"u8);
            WriteEscaped(json, "text"u8, Blocks[0].Escaped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("encrypted_content"u8, state);
    }

    private void WriteCallHead(Utf8JsonWriter json, ReadOnlySpan<byte> status)
    {
        json.WriteString("type"u8, Kind == BlockKind.ToolCall ? "function_call"u8 : "custom_tool_call"u8);
        json.WriteString("status"u8, status);
        json.WriteString("call_id"u8, CallId);
        json.WriteString("name"u8, Blocks[0].Start.Name);
    }

    private static void WriteMessageHead(Utf8JsonWriter json, ReadOnlySpan<byte> status)
    {
        json.WriteString("type"u8, "message"u8);
        json.WriteString("status"u8, status);
        json.WriteString("role"u8, "assistant"u8);
    }

    private static void WriteEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
