using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// One item of a response while it is read. A block begins with the first text that there is, and what a stream has already told is not told
/// again when the whole item comes; so servers that leave events out are read like those that do not.
/// </summary>
internal sealed class OutputReading(ResponsesOutput output, int index)
{
    // Kept apart from the places of the summary's parts.
    private const int ThoughtPlaces = 1 << 16;

    private readonly List<Said> _parts = [];
    private int _block = -1;
    private bool _hasText;
    private bool _isCommentary;
    private int _place;

    /// <summary>All of the item was read.</summary>
    public bool IsDone { get; private set; }

    /// <summary>A stream's first word of the item: calls begin at once, the rest with its text.</summary>
    public void Announce(JsonElement item)
    {
        TakePhase(item);
        if (item.Word("type") is "function_call" or "custom_tool_call")
        {
            BeginCall(item);
        }
    }

    /// <summary>More of a message's part.</summary>
    public int Text(int part, BlockKind kind, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return -1;
        }

        int block = BlockOf(part, kind);
        output.Sink.Delta(block, escaped);
        return block;
    }

    /// <summary>The block of a message's part, begun if need be.</summary>
    public int BlockOf(int part, BlockKind kind)
    {
        foreach (Said said in CollectionsMarshal.AsSpan(_parts))
        {
            if (said.Part == part)
            {
                return said.Block;
            }
        }

        int block = output.Begin(new BlockStart(kind, IsCommentary: _isCommentary && kind == BlockKind.Text));
        _parts.Add(new Said(part, block, false, 0));
        return block;
    }

    /// <summary>More of the reasoning: of part <paramref name="part"/> of the summary, or of the thoughts themselves.</summary>
    public void Thought(int part, bool isSummary, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        int place = isSummary ? part : part + ThoughtPlaces;
        if (_block < 0)
        {
            _block = output.Begin(new BlockStart(BlockKind.Reasoning));
        }
        else if (_hasText && place != _place)
        {
            output.Sink.Delta(_block, EscapedText.BlankLine);
        }

        (_place, _hasText) = (place, true);
        output.Sink.Delta(_block, escaped);
    }

    /// <summary>More of a call's arguments or input; nothing where the call was not announced, since its name is not known.</summary>
    public void Argument(ReadOnlySpan<byte> escaped)
    {
        if (_block >= 0 && !escaped.IsEmpty)
        {
            _hasText = true;
            output.Sink.Delta(_block, escaped);
        }
    }

    /// <summary>A source of a message's part.</summary>
    public void Cite(int part, JsonElement annotation)
    {
        if (annotation.Word("type") == "url_citation" && annotation.Word("url") is { } url)
        {
            output.Sink.Cite(BlockOf(part, BlockKind.Text), new Citation(url, annotation.Word("title"), CitedText: null, At(annotation, "start_index"), At(annotation, "end_index")));
            foreach (ref Said said in CollectionsMarshal.AsSpan(_parts))
            {
                said = said.Part == part ? said with { Cited = said.Cited + 1 } : said;
            }
        }
    }

    /// <summary>A message's part as a whole.</summary>
    public void CompletePart(int part, JsonElement content)
    {
        switch (content.Word("type"))
        {
            case "output_text":
                CompleteText(part, BlockKind.Text, content, "text");
                break;
            case "refusal":
                CompleteText(part, BlockKind.Refusal, content, "refusal");
                break;
        }
    }

    /// <summary>The item as a whole: what of it was not told yet, and its end.</summary>
    public void Complete(JsonElement item)
    {
        if (IsDone)
        {
            return;
        }

        IsDone = true;
        TakePhase(item);
        switch (item.Word("type"))
        {
            case "message":
                CompleteMessage(item);
                break;
            case "reasoning":
                CompleteReasoning(item);
                break;
            case "function_call" or "custom_tool_call":
                CompleteCall(item);
                break;
        }
    }

    /// <summary>Ends what is open: no more of the item comes.</summary>
    public void End()
    {
        IsDone = true;
        foreach (ref Said said in CollectionsMarshal.AsSpan(_parts))
        {
            EndPart(ref said);
        }

        if (_block >= 0)
        {
            output.Sink.EndBlock(_block);
            _block = -1;
        }
    }

    // Newer models speak before their answer, in a message of its own.
    private void TakePhase(JsonElement item) => _isCommentary |= item.Word("phase") == "commentary";

    private void CompleteMessage(JsonElement item)
    {
        int part = 0;
        foreach (JsonElement content in item.GetProperty("content"u8).EnumerateArray())
        {
            CompletePart(part++, content);
        }

        End();
    }

    private void CompleteText(int part, BlockKind kind, JsonElement content, string member)
    {
        int known = _parts.FindIndex(said => said.Part == part);
        if (known < 0)
        {
            ReadOnlySpan<byte> text = content.TryMember(member, out JsonElement value) ? JsonMembers.Escaped(value) : default;
            if (text.IsEmpty)
            {
                return;
            }

            int block = BlockOf(part, kind);
            if (content.TryMember("logprobs", out JsonElement probabilities))
            {
                ResponsesLogProbs.Read(probabilities, output.Sink, block);
            }

            output.Sink.Delta(block, text);
            known = _parts.Count - 1;
        }

        CiteTheRest(part, content, known);
        EndPart(ref CollectionsMarshal.AsSpan(_parts)[known]);
    }

    private void CiteTheRest(int part, JsonElement content, int known)
    {
        if (_parts[known].Ended || !content.TryMember("annotations", out JsonElement annotations))
        {
            return;
        }

        int told = _parts[known].Cited;
        foreach (JsonElement annotation in annotations.EnumerateArray())
        {
            if (annotation.Word("type") == "url_citation" && told-- <= 0)
            {
                Cite(part, annotation);
            }
        }
    }

    private void EndPart(ref Said said)
    {
        if (!said.Ended)
        {
            said = said with { Ended = true };
            output.Sink.EndBlock(said.Block);
        }
    }

    private void CompleteReasoning(JsonElement item)
    {
        if (!_hasText)
        {
            int part = 0;
            foreach (JsonElement text in ReasoningText.Parts(item))
            {
                Thought(part++, isSummary: true, JsonMembers.Escaped(text));
            }
        }

        if (item.Word("encrypted_content") is { Length: > 0 } state)
        {
            _block = _block < 0 ? output.Begin(new BlockStart(BlockKind.Reasoning)) : _block;
            output.Sink.Seal(_block, new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, state, ItemId: item.Word("id")));
        }

        End();
    }

    private void CompleteCall(JsonElement item)
    {
        if (_block < 0)
        {
            BeginCall(item);
        }

        if (!_hasText && item.TryMember(item.Word("type") == "custom_tool_call" ? "input" : "arguments", out JsonElement text))
        {
            if (text.ValueKind == JsonValueKind.String)
            {
                Argument(JsonMembers.Escaped(text));
            }
            else
            {
                Arguments.Escape(JsonMarshal.GetRawUtf8Value(text), output.Sink, _block);
            }
        }

        End();
    }

    private void BeginCall(JsonElement item)
    {
        BlockKind kind = item.Word("type") == "custom_tool_call" ? BlockKind.CustomToolCall : BlockKind.ToolCall;
        string id = item.Word("call_id") is { Length: > 0 } callId ? callId : item.Word("id") ?? CallIds.Synthesize(output.ReplyId, index);
        _block = output.Begin(new BlockStart(kind, CallId: id, Name: item.Word("name") ?? ""));
    }

    private static int At(JsonElement annotation, string member) =>
        annotation.TryMember(member, out JsonElement value) && value.TryGetInt32(out int at) ? at : -1;

    /// <summary>A part of a message that was begun, and how many sources it has named.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Said(int Part, int Block, bool Ended, int Cited);
}
