using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>The events of a streamed message; usage in <c>message_delta</c> is cumulative, and there is no <c>[DONE]</c>.</summary>
internal sealed class MessagesStream
{
    private const int ArgumentChars = 16;
    private readonly List<Frame> _frames = [];
    private int _blocks;

    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer)
    {
        MessagesStream stream = new();
        stream.Add("message_start", w => w.Member("message", m => Start(m, ask, answer)));
        stream.Add("ping", _ => { });
        if (answer is { Reasoning: { } hidden, RedactsReasoning: true })
        {
            stream.AddBlock(w => Message.Reasoning(w, ask, answer, hidden), []);
        }
        else if (answer.Reasoning is { } reasoning)
        {
            string shown = Message.Shown(ask, reasoning);
            stream.AddBlock(
                w => Message.Thinking(w, "", ""),
                [
                    .. Composition.Split(shown, chars: null).Select(piece => new Delta("thinking_delta", "thinking", piece)),
                    new Delta("signature_delta", "signature", Message.Signature(ask, shown)),
                ]);
        }

        foreach (ServerSearch search in ServerSearch.Of(ask, answer))
        {
            stream.AddBlock(w => search.Use(w, withInput: false), [new Delta("input_json_delta", "partial_json", search.Input)]);
            stream.AddBlock(search.Result, []);
        }

        foreach (IReadOnlyList<string> pieces in answer.Refusal is { Length: > 0 } refusal ? [Composition.Split(refusal, chars: null)] : answer.Parts.Select(part => part.Pieces))
        {
            stream.AddBlock(w => Message.Text(w, ""), [.. pieces.Select(piece => new Delta("text_delta", "text", piece))]);
        }

        foreach (ToolCall call in answer.ToolCalls)
        {
            IEnumerable<string> fragments = ["", .. Composition.Split(Message.JsonOrEmpty(call.Arguments), ArgumentChars)];
            stream.AddBlock(w => Message.ToolUse(w, call, "{}"), [.. fragments.Select(piece => new Delta("input_json_delta", "partial_json", piece))]);
        }

        stream.Add("message_delta", w => End(w, answer));
        stream.Add("message_stop", _ => { });
        return stream._frames;
    }

    private static void Start(Utf8JsonWriter w, Ask ask, Answer answer)
    {
        w.WriteStartObject();
        Message.Head(w, ask, answer);
        w.WriteStartArray("content");
        w.WriteEndArray();
        w.WriteNull("stop_reason");
        w.WriteNull("stop_sequence");
        Message.Transformations(w, ask);
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => Message.Usage(u, answer, answer.Tokens with { Output = Math.Min(1, answer.Tokens.Output), Reasoning = 0, WebSearches = 0 }));
        }

        w.WriteEndObject();
    }

    private static void End(Utf8JsonWriter w, Answer answer)
    {
        w.WriteStartObject("delta");
        w.WriteString("stop_reason", Message.StopReason(answer));
        w.WriteString("stop_sequence", answer.StopSequence);
        Message.StopDetails(w, answer);
        w.WriteEndObject();
        if (!answer.OmitUsage)
        {
            w.Member("usage", u => Message.Usage(u, answer, answer.Tokens));
        }
    }

    private void AddBlock(Action<Utf8JsonWriter> empty, IReadOnlyList<Delta> deltas)
    {
        int index = _blocks++;
        Add("content_block_start", w =>
        {
            w.WriteNumber("index", index);
            w.Member("content_block", empty);
        });
        foreach (Delta delta in deltas)
        {
            Add("content_block_delta", w =>
            {
                w.WriteNumber("index", index);
                w.WriteStartObject("delta");
                w.WriteString("type", delta.Type);
                w.WriteString(delta.Member, delta.Text);
                w.WriteEndObject();
            }, delta.Type == "signature_delta" ? "" : delta.Text);
        }

        Add("content_block_stop", w => w.WriteNumber("index", index));
    }

    private void Add(string type, Action<Utf8JsonWriter> members, string carried = "") => _frames.Add(Sse.Named(type, JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("type", type);
        members(w);
        w.WriteEndObject();
    }), Encoding.UTF8.GetByteCount(carried)));

    private sealed record Delta(string Type, string Member, string Text);
}
