using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The chunks of a chat completion: role, deltas, finish, usage where the server puts it, <c>[DONE]</c>.</summary>
internal sealed class ChatStream(Ask ask, Answer answer, ChatStyle style)
{
    private const int ArgumentChars = 16;
    private readonly List<Frame> _frames = [];

    /// <summary>A chunk of its own carries usage, so that every other says null.</summary>
    private readonly bool _usageApart = !answer.OmitUsage && style.StreamUsage switch
    {
        StreamUsage.OwnChunkIfAsked or StreamUsage.LastChunkInside => ask.Body.Member("stream_options").Member("include_usage").IsTrue(),
        StreamUsage.OwnChunkAlways => true,
        _ => false,
    };

    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer, ChatStyle style) => new ChatStream(ask, answer, style).Frames();

    private List<Frame> Frames()
    {
        KeepAlive();
        if (style.ShowsFilter)
        {
            _frames.Add(ContentFilter.LeadingChunk());
        }

        for (int choice = 0; choice < ChatCompletion.Choices(ask, answer); choice++)
        {
            AddChoice(choice);
        }

        if (_usageApart)
        {
            _frames.Add(Sse.Data(JsonWriting.Bytes(w =>
            {
                w.WriteStartObject();
                ChatCompletion.Head(w, ask, answer, style, "chat.completion.chunk");
                w.WriteStartArray("choices");
                w.WriteEndArray();
                w.Member("usage", u => style.Usage(u, ask, answer));
                w.WriteEndObject();
            })));
        }

        _frames.Add(Sse.Data("[DONE]"u8));
        return _frames;
    }

    private void AddChoice(int choice)
    {
        void Add(Action<Utf8JsonWriter> delta, string carried = "", int? place = null) =>
            _frames.Add(Sse.Data(Chunk(choice, delta, place, finish: null), Encoding.UTF8.GetByteCount(carried)));

        Add(w =>
        {
            w.WriteString("role", "assistant");
            w.WriteString("content", answer.ToolCalls.Count > 0 && answer.Text.Length == 0 ? null : "");
            w.WriteNull("refusal");
        });
        foreach ((string piece, bool last) in ReasoningPieces())
        {
            Add(w => ReasoningDelta(w, piece, last), carried: piece);
        }

        KeepAlive();
        for (int i = 0; i < answer.Pieces.Count; i++)
        {
            string piece = answer.Pieces[i];
            Add(w => w.WriteString("content", piece), carried: piece, place: i);
        }

        foreach (string piece in answer.Refusal is { } refusal ? Composition.Split(refusal, chars: null) : [])
        {
            Add(w => w.WriteString("refusal", piece), carried: piece);
        }

        for (int i = 0; i < answer.ToolCalls.Count; i++)
        {
            ToolCall call = answer.ToolCalls[i];
            int index = i;
            Add(w => ToolDelta(w, index, call, fragment: ""), carried: call.Name);
            foreach (string fragment in Composition.Split(call.Arguments, ArgumentChars))
            {
                Add(w => ToolDelta(w, index, call: null, fragment), carried: fragment);
            }
        }

        _frames.Add(Sse.Data(Chunk(choice, _ => { }, place: null, ChatCompletion.FinishReason(answer))));
    }

    private byte[] Chunk(int choice, Action<Utf8JsonWriter> delta, int? place, string? finish) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        ChatCompletion.Head(w, ask, answer, style, "chat.completion.chunk");
        w.WriteStartArray("choices");
        w.WriteStartObject();
        w.WriteNumber("index", choice);
        w.WriteStartObject("delta");
        delta(w);
        w.WriteEndObject();
        ChatLogprobs.Member(w, ask, place is { } at ? [answer.Pieces[at]] : [], place ?? 0);
        w.WriteString("finish_reason", finish);
        if (style.ShowsFilter && finish is null)
        {
            ContentFilter.Results(w);
        }

        w.WriteEndObject();
        w.WriteEndArray();
        if (_usageApart)
        {
            w.WriteNull("usage");
        }
        else if (finish is not null && choice == ask.Choices - 1)
        {
            UsageWithin(w);
        }

        if (finish is not null)
        {
            style.Extras?.Invoke(w, ask, answer);
        }

        w.WriteEndObject();
    });

    private void UsageWithin(Utf8JsonWriter w)
    {
        if (answer.OmitUsage)
        {
            return;
        }

        switch (style.StreamUsage)
        {
            case StreamUsage.LastChunk:
                w.Member("usage", u => style.Usage(u, ask, answer));
                break;
            case StreamUsage.LastChunkInside:
                w.WriteStartObject("x_groq");
                w.WriteString("id", "req_" + Fingerprint.Id(ask.Fingerprint, "groq"));
                w.Member("usage", u => style.Usage(u, ask, answer));
                w.WriteEndObject();
                break;
        }
    }

    private IEnumerable<(string Piece, bool Last)> ReasoningPieces()
    {
        bool shown = style.ReasoningMember is not null || style.ReasoningDetails || style.ThinkingInContent;
        IReadOnlyList<string> pieces = shown && answer.Reasoning is { } reasoning ? Composition.Split(reasoning, chars: null) : [];
        return pieces.Select((piece, i) => (piece, i == pieces.Count - 1));
    }

    private void ReasoningDelta(Utf8JsonWriter w, string piece, bool last)
    {
        if (style.ThinkingInContent)
        {
            w.WritePropertyName("content");
            ChatReasoning.Chunks(w, piece, text: "");
        }

        ChatReasoning.Members(w, ask, style, piece, last);
    }

    /// <summary>A comment, to say that something will come.</summary>
    private void KeepAlive()
    {
        if (style.KeepAlive is { } words)
        {
            _frames.Add(new Frame(Encoding.UTF8.GetBytes($": {words}\n\n")));
        }
    }

    /// <summary>Id, type and name come once, with the first fragment of their index.</summary>
    private void ToolDelta(Utf8JsonWriter w, int index, ToolCall? call, string fragment)
    {
        w.WriteStartArray("tool_calls");
        w.WriteStartObject();
        w.WriteNumber("index", index);
        if (call is not null)
        {
            w.WriteString("id", style.CallId(call));
            w.WriteString("type", "function");
        }

        w.WriteStartObject("function");
        if (call is not null)
        {
            w.WriteString("name", call.Name);
        }

        w.WriteString("arguments", fragment);
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndArray();
    }
}
