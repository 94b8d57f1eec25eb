using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// Reads blocks for both kinds of reply. Of a stream's blocks only calls have a beginning of their own; others begin with their first piece.
/// Blocks that only this protocol knows (images, calls that the provider runs) are passed over.
/// </summary>
internal sealed class ConverseReplyBlocks(ReplySink sink, string? model)
{
    private int _next;

    /// <summary>Begins a call.</summary>
    public OpenBlock BeginCall(JsonElement call)
    {
        string name = call.GetProperty("name"u8).GetString()!;
        string id = call.Text("toolUseId") is { Length: > 0 } given ? given : CallIds.Synthesize(name, _next);
        return Open(new BlockStart(BlockKind.ToolCall, CallId: id, Name: name));
    }

    /// <summary>Begins what a first piece, or a whole block, belongs to; null when it is none that other protocols know.</summary>
    public OpenBlock? BeginWith(JsonElement piece)
    {
        if (piece.TryGet("reasoningContent", out JsonElement reasoning))
        {
            bool isRedacted = reasoning.TryGet("redactedContent", out _);
            return Open(new BlockStart(BlockKind.Reasoning), isRedacted ? SealForm.Redacted : SealForm.Signature);
        }

        bool isText = piece.TryGet("text", out _) || piece.TryGet("citation", out _) || piece.TryGet("citationsContent", out _);
        return isText ? Open(new BlockStart(BlockKind.Text)) : null;
    }

    /// <summary>Reads a piece of a stream.</summary>
    public void Delta(OpenBlock open, JsonElement delta)
    {
        if (Text(open, delta, "text"))
        {
            return;
        }

        if (delta.TryGet("toolUse", out JsonElement call))
        {
            Text(open, call, "input");
        }
        else if (delta.TryGet("reasoningContent", out JsonElement reasoning))
        {
            Text(open, reasoning, "text");
            Reasoning(open, reasoning);
        }
        else if (delta.TryGet("citation", out JsonElement citation))
        {
            ConverseCitations.Read(citation, sink, open.Number);
        }
    }

    /// <summary>Reads a whole block.</summary>
    public void Whole(JsonElement block)
    {
        if (block.TryGet("toolUse", out JsonElement call))
        {
            Call(call);
            return;
        }

        if (BeginWith(block) is not { } open)
        {
            return;
        }

        if (block.TryGet("citationsContent", out JsonElement cited))
        {
            Cited(open, cited);
        }
        else if (block.TryGet("reasoningContent", out JsonElement reasoning))
        {
            JsonElement text = reasoning.TryGet("reasoningText", out JsonElement inner) ? inner : reasoning;
            Text(open, text, "text");
            Reasoning(open, text);
        }
        else
        {
            Text(open, block, "text");
        }

        End(open);
    }

    public void End(OpenBlock open)
    {
        if (open.State.Length > 0)
        {
            sink.Seal(open.Number, new ReasoningSeal(Protocol.Bedrock, open.Form, open.State, model));
        }

        sink.EndBlock(open.Number);
    }

    private void Call(JsonElement call)
    {
        OpenBlock open = BeginCall(call);
        if (!Text(open, call, "input") && call.TryGet("input", out JsonElement input) && input.EnumerateObject().MoveNext())
        {
            Arguments.Escape(JsonMarshal.GetRawUtf8Value(input), sink, open.Number);
        }

        End(open);
    }

    private void Cited(OpenBlock open, JsonElement cited)
    {
        foreach (JsonElement part in cited.TryGet("content", out JsonElement content) ? content.EnumerateArray() : default)
        {
            Text(open, part, "text");
        }

        foreach (JsonElement citation in cited.TryGet("citations", out JsonElement citations) ? citations.EnumerateArray() : default)
        {
            ConverseCitations.Read(citation, sink, open.Number);
        }
    }

    private static void Reasoning(OpenBlock open, JsonElement reasoning) =>
        open.State += reasoning.Text("signature") ?? reasoning.Text("redactedContent") ?? "";

    private OpenBlock Open(in BlockStart start, SealForm form = default)
    {
        OpenBlock open = new(_next++) { Form = form };
        sink.BeginBlock(open.Number, start);
        return open;
    }

    private bool Text(OpenBlock open, JsonElement holder, string member) => MessagesReplyBlocks.Text(sink, open, holder, member);
}
