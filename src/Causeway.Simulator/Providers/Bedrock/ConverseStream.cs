using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.Anthropic;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>Binary events: only a tool's block is announced, the others begin with their first delta; usage comes last, after the stop.</summary>
internal sealed class ConverseStream
{
    private const int ArgumentChars = 16;
    private const string Padding = "abcdefghijklmnopqrstuvwxyz";
    private readonly List<Frame> _frames = [];
    private int _blocks;

    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer)
    {
        ConverseStream stream = new();
        stream.Add("messageStart", w => w.WriteString("role", "assistant"));
        if (answer.Reasoning is { } reasoning)
        {
            stream.AddBlock(start: null, answer.RedactsReasoning
                ? [Reasoning("redactedContent", ConverseResponse.Redacted(ask), carried: "")]
                : [
                    .. Composition.Split(ConverseResponse.Shown(ask, reasoning), chars: null).Select(piece => Reasoning("text", piece, piece)),
                    Reasoning("signature", ConverseResponse.Signature(ask, reasoning), carried: ""),
                ]);
        }

        foreach (IReadOnlyList<string> pieces in answer.Refusal is { Length: > 0 } refusal ? [Composition.Split(refusal, chars: null)] : answer.Parts.Select(part => part.Pieces))
        {
            stream.AddBlock(start: null, [.. pieces.Select(piece => new Delta(w => w.WriteString("text", piece), piece))]);
        }

        foreach (ToolCall call in answer.ToolCalls)
        {
            stream.AddBlock(
                w =>
                {
                    w.WriteStartObject("toolUse");
                    w.WriteString("name", call.Name);
                    w.WriteString("toolUseId", ConverseResponse.ToolUseId(call));
                    w.WriteEndObject();
                },
                [.. Composition.Split(Message.JsonOrEmpty(call.Arguments), ArgumentChars).Select(piece => new Delta(w =>
                {
                    w.WriteStartObject("toolUse");
                    w.WriteString("input", piece);
                    w.WriteEndObject();
                }, piece))]);
        }

        stream.Add("messageStop", w => w.WriteString("stopReason", ConverseResponse.StopReason(answer)));
        stream.Add("metadata", w =>
        {
            ConverseResponse.Metrics(w);
            if (!answer.OmitUsage)
            {
                w.Member("usage", u => ConverseResponse.Usage(u, answer));
            }
        });
        return stream._frames;
    }

    private static Delta Reasoning(string member, string value, string carried) => new(w =>
    {
        w.WriteStartObject("reasoningContent");
        w.WriteString(member, value);
        w.WriteEndObject();
    }, carried);

    private void AddBlock(Action<Utf8JsonWriter>? start, IReadOnlyList<Delta> deltas)
    {
        int index = _blocks++;
        if (start is not null)
        {
            Add("contentBlockStart", w =>
            {
                w.WriteNumber("contentBlockIndex", index);
                w.WriteStartObject("start");
                start(w);
                w.WriteEndObject();
            });
        }

        foreach (Delta delta in deltas)
        {
            Add("contentBlockDelta", w =>
            {
                w.WriteNumber("contentBlockIndex", index);
                w.WriteStartObject("delta");
                delta.Write(w);
                w.WriteEndObject();
            }, delta.Carried);
        }

        Add("contentBlockStop", w => w.WriteNumber("contentBlockIndex", index));
    }

    /// <summary>The vendor pads payloads with <c>p</c>, so that their lengths tell nothing.</summary>
    private void Add(string type, Action<Utf8JsonWriter> members, string carried = "")
    {
        string padding = Padding[..(1 + (_frames.Count * 7 % Padding.Length))];
        _frames.Add(EventFrame.Event(type, JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            members(w);
            w.WriteString("p", padding);
            w.WriteEndObject();
        }), Encoding.UTF8.GetByteCount(carried)));
    }

    private sealed record Delta(Action<Utf8JsonWriter> Write, string Carried);
}
