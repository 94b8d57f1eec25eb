using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The chunks of a chat completion: role, deltas, finish, usage if asked for, <c>[DONE]</c>.</summary>
internal static class ChatStream
{
    private const int ArgumentChars = 16;

    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer)
    {
        bool wantsUsage = ask.Body.Member("stream_options").Member("include_usage").IsTrue() && !answer.OmitUsage;
        List<Frame> frames = [];
        for (int choice = 0; choice < ask.Choices; choice++)
        {
            WriteChoice(frames, ask, answer, choice, wantsUsage);
        }

        if (wantsUsage)
        {
            frames.Add(Sse.Data(JsonWriting.Bytes(w =>
            {
                w.WriteStartObject();
                ChatCompletion.Head(w, ask, answer, "chat.completion.chunk");
                w.WriteStartArray("choices");
                w.WriteEndArray();
                w.Member("usage", u => ChatCompletion.Usage(u, answer));
                w.WriteEndObject();
            })));
        }

        frames.Add(Sse.Data("[DONE]"u8));
        return frames;
    }

    private static void WriteChoice(List<Frame> frames, Ask ask, Answer answer, int choice, bool wantsUsage)
    {
        void Add(Action<Utf8JsonWriter> delta, string? finish = null, string carried = "") =>
            frames.Add(Sse.Data(Chunk(ask, answer, choice, wantsUsage, delta, finish), Encoding.UTF8.GetByteCount(carried)));

        Add(w =>
        {
            w.WriteString("role", "assistant");
            w.WriteString("content", answer.ToolCalls.Count > 0 && answer.Text.Length == 0 ? null : "");
            w.WriteNull("refusal");
        });
        foreach (string piece in answer.Pieces)
        {
            Add(w => w.WriteString("content", piece), carried: piece);
        }

        if (answer.Refusal is { } refusal)
        {
            foreach (string piece in Composition.Split(refusal, chars: null))
            {
                Add(w => w.WriteString("refusal", piece), carried: piece);
            }
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

        Add(_ => { }, ChatCompletion.FinishReason(answer));
    }

    private static byte[] Chunk(Ask ask, Answer answer, int choice, bool wantsUsage, Action<Utf8JsonWriter> delta, string? finish) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        ChatCompletion.Head(w, ask, answer, "chat.completion.chunk");
        w.WriteStartArray("choices");
        w.WriteStartObject();
        w.WriteNumber("index", choice);
        w.WriteStartObject("delta");
        delta(w);
        w.WriteEndObject();
        w.WriteNull("logprobs");
        w.WriteString("finish_reason", finish);
        w.WriteEndObject();
        w.WriteEndArray();
        if (wantsUsage)
        {
            w.WriteNull("usage");
        }

        w.WriteEndObject();
    });

    /// <summary>Id, type and name come once, with the first fragment of their index.</summary>
    private static void ToolDelta(Utf8JsonWriter w, int index, ToolCall? call, string fragment)
    {
        w.WriteStartArray("tool_calls");
        w.WriteStartObject();
        w.WriteNumber("index", index);
        if (call is not null)
        {
            w.WriteString("id", "call_" + call.Id);
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
