using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>A block of a reply that has begun and not ended.</summary>
/// <param name="number">Its number for the sink.</param>
internal sealed class OpenBlock(int number)
{
    public int Number { get; } = number;

    /// <summary>Thinking: the signature; redacted thinking: the data. Empty: none so far.</summary>
    public string State { get; set; } = "";

    public SealForm Form { get; init; }

    /// <summary>Calls: the input that stood in the block's beginning, to be told unless it comes in pieces.</summary>
    public byte[] Input { get; set; } = [];
}

/// <summary>
/// Reads blocks for both kinds of reply: to a plain one, a block is one that has all of its content in its beginning. Blocks of tools that the
/// vendor runs are passed over: only its own callers can ask for those.
/// </summary>
internal sealed class MessagesReplyBlocks(ReplySink sink)
{
    private int _next;

    /// <summary>The model that speaks; it can change in the middle, where a fallback takes over.</summary>
    public string? Model { get; set; }

    /// <summary>Begins a block; null when it is none that other protocols know.</summary>
    public OpenBlock? Begin(JsonElement block)
    {
        string? type = block.Text("type");
        switch (type)
        {
            case "text":
                return BeginText(block);
            case "thinking":
                OpenBlock thinking = Open(new BlockStart(BlockKind.Reasoning), SealForm.Signature, block.Text("signature"));
                Text(thinking, block, "thinking");
                return thinking;
            case "redacted_thinking":
                return Open(new BlockStart(BlockKind.Reasoning), SealForm.Redacted, block.Text("data"));
            case "tool_use":
                return BeginCall(block);
            case "fallback":
                Model = block.TryGet("to", out JsonElement to) ? to.Text("model") ?? Model : Model;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Reads a piece.</summary>
    public void Delta(OpenBlock open, JsonElement delta)
    {
        if (Text(open, delta, "text") || Text(open, delta, "thinking"))
        {
            return;
        }

        if (Text(open, delta, "partial_json"))
        {
            open.Input = [];
        }
        else if (delta.TryGet("signature", out JsonElement signature))
        {
            open.State += signature.GetString();
        }
        else if (delta.TryGet("citation", out JsonElement citation))
        {
            MessagesCitations.Read(citation, sink, open.Number);
        }
    }

    public void End(OpenBlock open)
    {
        if (open.Input.Length > 0)
        {
            Arguments.Escape(open.Input, sink, open.Number);
        }

        if (open.State.Length > 0)
        {
            sink.Seal(open.Number, new ReasoningSeal(Protocol.Anthropic, open.Form, open.State, Model));
        }

        sink.EndBlock(open.Number);
    }

    /// <summary>Hands a member's text over as it is spelled; false when there is no such member.</summary>
    public static bool Text(ReplySink sink, OpenBlock open, JsonElement holder, string member)
    {
        if (!holder.TryGetProperty(member, out JsonElement text) || text.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        ReadOnlySpan<byte> escaped = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        if (!escaped.IsEmpty)
        {
            sink.Delta(open.Number, escaped);
        }

        return true;
    }

    private OpenBlock BeginText(JsonElement block)
    {
        OpenBlock open = Open(new BlockStart(BlockKind.Text));
        Text(open, block, "text");
        if (block.TryGet("citations", out JsonElement citations))
        {
            foreach (JsonElement citation in citations.EnumerateArray())
            {
                MessagesCitations.Read(citation, sink, open.Number);
            }
        }

        return open;
    }

    private OpenBlock BeginCall(JsonElement block)
    {
        string name = block.GetProperty("name").GetString()!;
        string id = block.Text("id") is { Length: > 0 } given ? given : CallIds.Synthesize(name, _next);
        OpenBlock open = Open(new BlockStart(BlockKind.ToolCall, CallId: id, Name: name));
        bool hasInput = block.TryGet("input", out JsonElement input) && input.ValueKind == JsonValueKind.Object && input.EnumerateObject().MoveNext();
        open.Input = hasInput ? JsonMarshal.GetRawUtf8Value(input).ToArray() : [];
        return open;
    }

    private OpenBlock Open(in BlockStart start, SealForm form = default, string? state = null)
    {
        OpenBlock open = new(_next++) { Form = form, State = state ?? "" };
        sink.BeginBlock(open.Number, start);
        return open;
    }

    private bool Text(OpenBlock open, JsonElement holder, string member) => Text(sink, open, holder, member);
}
