using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>Chunks of new parts with cumulative usage; as SSE with the vendor's CRLF, or as one JSON array sent piecewise.</summary>
internal static class GenerateStream
{
    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer)
    {
        List<(Action<Utf8JsonWriter> Part, long Weight, bool Thought)> parts = [];
        foreach (string piece in answer.Reasoning is { } reasoning ? Composition.Split(reasoning, chars: null) : [])
        {
            parts.Add((w => GenerateResponse.Thought(w, piece), Encoding.UTF8.GetByteCount(piece), true));
        }

        int thoughtParts = parts.Count;
        for (int i = 0; i < answer.Pieces.Count; i++)
        {
            string piece = answer.Pieces[i];
            string? signature = i == answer.Pieces.Count - 1 ? GenerateResponse.SignedText(ask, answer) : null;
            parts.Add((w => GenerateResponse.Text(w, piece, signature), Encoding.UTF8.GetByteCount(piece), false));
        }

        for (int i = 0; i < answer.ToolCalls.Count; i++)
        {
            ToolCall call = answer.ToolCalls[i];
            Ask? signedFor = i == 0 ? ask : null;
            parts.Add((w => GenerateResponse.FunctionCall(w, call, signedFor), Encoding.UTF8.GetByteCount(call.Name + call.Arguments), false));
        }

        if (parts.Count == 0)
        {
            return [.. Only(ask, answer)];
        }

        long thoughts = parts.Where(part => part.Thought).Sum(part => part.Weight);
        long words = parts.Where(part => !part.Thought).Sum(part => part.Weight);
        List<Frame> frames = [];
        long thought = 0;
        long said = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            (Action<Utf8JsonWriter> part, long weight, bool isThought) = parts[i];
            thought += isThought ? weight : 0;
            said += isThought ? 0 : weight;
            bool last = i == parts.Count - 1;
            Tokens tokens = last ? answer.Tokens : Cumulative(answer.Tokens, thought, thoughts, said, words);
            frames.Add(Framed(ask, GenerateResponse.Chunk(ask, answer, [part], tokens, last, Piece(answer, i - thoughtParts), i - thoughtParts), i, weight));
        }

        if (!ask.Sse)
        {
            frames.Add(new Frame("]"u8.ToArray()));
        }

        return frames;
    }

    /// <summary>One chunk: nothing was said, or the prompt was blocked.</summary>
    private static IEnumerable<Frame> Only(Ask ask, Answer answer)
    {
        yield return Framed(ask, GenerateResponse.Write(ask, answer), 0, weight: 0);
        if (!ask.Sse)
        {
            yield return new Frame("]"u8.ToArray());
        }
    }

    private static IReadOnlyList<string> Piece(Answer answer, int index) => index >= 0 && index < answer.Pieces.Count ? [answer.Pieces[index]] : [];

    /// <param name="position">0 opens the array.</param>
    public static Frame Framed(Ask ask, byte[] json, int position, long weight) => ask.Sse
        ? Sse.Data(json, weight, "\r\n")
        : new Frame((byte[])[.. position == 0 ? "["u8 : ",\r\n"u8, .. json], weight);

    private static Tokens Cumulative(Tokens all, long thought, long thoughts, long said, long words)
    {
        long reasoning = thoughts == 0 ? all.Reasoning : (long)((Int128)all.Reasoning * thought / thoughts);
        long spoken = words == 0 ? 0 : (long)((Int128)(all.Output - all.Reasoning) * said / words);
        return all with { Reasoning = reasoning, Output = reasoning + spoken };
    }
}
