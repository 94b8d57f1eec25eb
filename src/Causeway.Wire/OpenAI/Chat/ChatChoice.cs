using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>One answer as it is read. Text, reasoning and refusal end each other's blocks; calls stay open to the end, since pieces of them may interleave.</summary>
internal sealed class ChatChoice(int index, ChatBlocks blocks)
{
    private const int None = -1;

    private readonly ReplySink _sink = blocks.Sink;
    private readonly ChatCalls _calls = new(index, blocks);
    private int _open = None;
    private BlockKind _kind;
    private ReasoningSeal? _seal;
    private int _entry;
    private bool _told;
    private bool _refused;

    public int Index => index;

    public bool IsStopped { get; private set; }

    /// <summary>Reads what a delta or a message says, reasoning first: in a whole message it came first.</summary>
    /// <param name="delta">The delta or message.</param>
    /// <param name="logprobs">The probabilities of its tokens; undefined: none. They belong to what is said before the calls.</param>
    public void Read(JsonElement delta, JsonElement logprobs)
    {
        if (IsStopped)
        {
            return;
        }

        ReadReasoning(delta);
        if (delta.TryGetProperty("content"u8, out JsonElement content))
        {
            ReadContent(content);
        }

        if (delta.TryGetProperty("refusal"u8, out JsonElement refusal) && refusal.ValueKind == JsonValueKind.String)
        {
            Say(BlockKind.Refusal, refusal);
        }

        if (delta.TryGetProperty("annotations"u8, out JsonElement annotations) && annotations.ValueKind == JsonValueKind.Array)
        {
            ReadAnnotations(annotations);
        }

        ReadLogProbs(logprobs);
        bool hasCalls = delta.TryGetProperty("tool_calls"u8, out JsonElement calls) && calls.ValueKind == JsonValueKind.Array && calls.GetArrayLength() > 0;
        bool hasFunction = delta.TryGetProperty("function_call"u8, out JsonElement function) && function.ValueKind == JsonValueKind.Object;
        if (hasCalls || hasFunction)
        {
            EndOpen();
            _calls.Read(calls, function);
        }
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="word">The server's reason; null: none was told.</param>
    /// <param name="sequence">The stop sequence that was met, where it is told.</param>
    public void Stop(string? word, string? sequence)
    {
        if (IsStopped)
        {
            return;
        }

        EndOpen();
        _calls.End();
        IsStopped = true;
        StopKind kind = ChatStops.Read(word, _calls.Any, _refused);
        _sink.Stop(index, kind == StopKind.EndTurn && sequence is not null
            ? new ReplyStop(StopKind.StopSequence, sequence, word)
            : new ReplyStop(kind, Detail: kind == StopKind.Refusal ? null : word)); // "stop" explains no refusal; its words do.
    }

    private void ReadLogProbs(JsonElement logprobs)
    {
        if (_open == None || logprobs.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        ReadOnlySpan<byte> list = _kind == BlockKind.Refusal ? "refusal"u8 : "content"u8;
        if (logprobs.TryGetProperty(list, out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Array && tokens.GetArrayLength() > 0)
        {
            _sink.LogProbs(_open, ChatLogProbs.Read(tokens));
        }
    }

    private void ReadReasoning(JsonElement delta)
    {
        if (delta.TryGetProperty("reasoning_details"u8, out JsonElement details) && details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0)
        {
            foreach (JsonElement entry in details.EnumerateArray())
            {
                ReadEntry(entry);
            }
        }
        else if ((delta.TryGetProperty("reasoning_content"u8, out JsonElement text) && text.ValueKind == JsonValueKind.String)
            || (delta.TryGetProperty("reasoning"u8, out text) && text.ValueKind == JsonValueKind.String))
        {
            SayReasoning(text);
        }
    }

    private void SayReasoning(JsonElement text)
    {
        Say(BlockKind.Reasoning, text);
        _told = true;
        if (_kind == BlockKind.Reasoning)
        {
            _seal ??= ChatReasoning.SealOfText(blocks.Head.Model);
        }
    }

    // OpenRouter: the pieces of an entry have its index; the signature comes with one of them. Where the plain member told the text before,
    // an entry brings its state and says the text once more.
    private void ReadEntry(JsonElement entry)
    {
        int at = entry.TryGetProperty("index"u8, out JsonElement number) && number.TryGetInt32(out int told) ? told : _entry;
        if (_open != None && (_kind != BlockKind.Reasoning || at != _entry))
        {
            EndOpen();
        }

        _entry = at;
        Open(BlockKind.Reasoning);
        if (!_told && entry.TryGetProperty(ChatReasoning.TextName(entry), out JsonElement text) && text.ValueKind == JsonValueKind.String)
        {
            _sink.Delta(_open, Escaped(text));
        }

        bool hasState = Has(entry, "signature"u8) || Has(entry, "data"u8);
        _seal = hasState || _seal is null ? ChatReasoning.SealOf(entry, blocks.Head.Model) : _seal;
    }

    private void ReadContent(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            Say(BlockKind.Text, content);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            // Mistral: chunks of text and of thought.
            foreach (JsonElement chunk in content.EnumerateArray())
            {
                ReadContentChunk(chunk);
            }
        }
    }

    private void ReadContentChunk(JsonElement chunk)
    {
        if (chunk.TryGetProperty("text"u8, out JsonElement text) && text.ValueKind == JsonValueKind.String)
        {
            Say(BlockKind.Text, text);
        }
        else if (chunk.TryGetProperty("thinking"u8, out JsonElement thinking))
        {
            if (thinking.ValueKind == JsonValueKind.String)
            {
                SayReasoning(thinking);
                return;
            }

            foreach (JsonElement inner in thinking.EnumerateArray())
            {
                if (inner.TryGetProperty("text"u8, out text))
                {
                    SayReasoning(text);
                }
            }
        }
    }

    private void ReadAnnotations(JsonElement annotations)
    {
        foreach (JsonElement annotation in annotations.EnumerateArray())
        {
            if (annotation.TryGetProperty("url_citation"u8, out JsonElement url))
            {
                Open(BlockKind.Text);
                _sink.Cite(_open, ChatAnnotations.Read(url));
            }
        }
    }

    private void Say(BlockKind kind, JsonElement text)
    {
        ReadOnlySpan<byte> escaped = Escaped(text);
        if (escaped.IsEmpty)
        {
            return; // The first chunk's content is empty as a rule, and says nothing of what follows.
        }

        Open(kind);
        _sink.Delta(_open, escaped);
    }

    private void Open(BlockKind kind)
    {
        if (_open != None && _kind == kind)
        {
            return;
        }

        EndOpen();
        _kind = kind;
        _refused |= kind == BlockKind.Refusal;
        _open = blocks.Begin(new BlockStart(kind, index));
    }

    private void EndOpen()
    {
        if (_open == None)
        {
            return;
        }

        if (_seal is not null)
        {
            _sink.Seal(_open, _seal);
            _seal = null;
        }

        _sink.EndBlock(_open);
        _open = None;
    }

    private static bool Has(JsonElement entry, ReadOnlySpan<byte> name) => entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String;

    private static ReadOnlySpan<byte> Escaped(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];
}
