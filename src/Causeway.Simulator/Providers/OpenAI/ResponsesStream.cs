using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>The events of a streamed response: numbered, every <c>added</c> with its <c>done</c>, no <c>[DONE]</c>.</summary>
internal sealed class ResponsesStream
{
    private const int ArgumentChars = 16;
    private readonly List<Frame> _frames = [];

    public static IReadOnlyList<Frame> Write(Ask ask, Answer answer)
    {
        ResponsesStream stream = new();
        stream.Add("response.created", w => w.Member("response", r => ResponsesObject.Whole(r, ask, answer, ended: false)));
        stream.Add("response.in_progress", w => w.Member("response", r => ResponsesObject.Whole(r, ask, answer, ended: false)));
        IReadOnlyList<ResponsesItem> items = ResponsesItem.Of(ask, answer);
        for (int i = 0; i < items.Count; i++)
        {
            stream.AddItem(items[i], i);
        }

        string last = ResponsesObject.Status(answer) switch { "incomplete" => "response.incomplete", "failed" => "response.failed", _ => "response.completed" };
        stream.Add(last, w => w.Member("response", r => ResponsesObject.Whole(r, ask, answer, ended: true)));
        return stream._frames;
    }

    private void AddItem(ResponsesItem item, int index)
    {
        Add("response.output_item.added", w => Item(w, item, index, done: false));
        switch (item)
        {
            case ReasoningItem reasoning:
                AddReasoning(reasoning, index);
                break;
            case MessageItem message:
                AddMessage(message, index);
                break;
            case FunctionCallItem call:
                AddCall(call, index);
                break;
        }

        Add("response.output_item.done", w => Item(w, item, index, done: true));
    }

    private void AddReasoning(ReasoningItem item, int index)
    {
        void Place(Utf8JsonWriter w) => At(w, item.Id, index, "summary_index");

        Add("response.reasoning_summary_part.added", w => { Place(w); w.Member("part", p => ReasoningItem.Part(p, "")); });
        foreach (string piece in Composition.Split(item.Text, chars: null))
        {
            Add("response.reasoning_summary_text.delta", w => { Place(w); w.WriteString("delta", piece); }, piece);
        }

        Add("response.reasoning_summary_text.done", w => { Place(w); w.WriteString("text", item.Text); });
        Add("response.reasoning_summary_part.done", w => { Place(w); w.Member("part", p => ReasoningItem.Part(p, item.Text)); });
    }

    private void AddMessage(MessageItem item, int index)
    {
        int place = 0;
        for (int part = 0; part < item.Parts.Count; part++)
        {
            AddPart(item, index, part, place);
            place += item.Parts[part].Pieces.Count;
        }
    }

    /// <param name="place">Of its first piece among all of the message.</param>
    private void AddPart(MessageItem item, int index, int content, int place)
    {
        void Place(Utf8JsonWriter w) => At(w, item.Id, index, "content_index", content);

        TextPart part = item.Parts[content];
        int first = place;
        bool refuses = item.Answer.Refusal is not null;
        Add("response.content_part.added", w => { Place(w); w.Member("part", p => item.Part(p, "", refuses ? "" : null, [])); });
        foreach (string piece in refuses ? Composition.Split(item.Answer.Refusal!, chars: null) : part.Pieces)
        {
            int at = place++;
            Add(refuses ? "response.refusal.delta" : "response.output_text.delta", w =>
            {
                Place(w);
                w.WriteString("delta", piece);
                Logprobs(w, item, [piece], at);
            }, piece);
        }

        Add(refuses ? "response.refusal.done" : "response.output_text.done", w =>
        {
            Place(w);
            w.WriteString(refuses ? "refusal" : "text", item.Answer.Refusal ?? part.Text);
            Logprobs(w, item, part.Pieces, first);
        });
        Add("response.content_part.done", w => { Place(w); w.Member("part", p => item.Part(p, part.Text, item.Answer.Refusal, part.Pieces)); });
    }

    private void AddCall(FunctionCallItem item, int index)
    {
        foreach (string fragment in Composition.Split(item.Call.Arguments, ArgumentChars))
        {
            Add("response.function_call_arguments.delta", w => { At(w, item.Id, index, part: null); w.WriteString("delta", fragment); }, fragment);
        }

        Add("response.function_call_arguments.done", w =>
        {
            At(w, item.Id, index, part: null);
            w.WriteString("name", item.Call.Name);
            w.WriteString("arguments", item.Call.Arguments);
        });
    }

    private void Add(string type, Action<Utf8JsonWriter> members, string carried = "")
    {
        int number = _frames.Count;
        _frames.Add(Sse.Named(type, JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("type", type);
            w.WriteNumber("sequence_number", number);
            members(w);
            w.WriteEndObject();
        }), Encoding.UTF8.GetByteCount(carried)));
    }

    private static void Item(Utf8JsonWriter w, ResponsesItem item, int index, bool done)
    {
        w.WriteNumber("output_index", index);
        w.Member("item", i => item.Write(i, done));
    }

    private static void At(Utf8JsonWriter w, string itemId, int index, string? part, int place = 0)
    {
        w.WriteString("item_id", itemId);
        w.WriteNumber("output_index", index);
        if (part is not null)
        {
            w.WriteNumber(part, place);
        }
    }

    /// <summary>A list beside every text, empty unless asked for; a refusal has none.</summary>
    private static void Logprobs(Utf8JsonWriter w, MessageItem item, IReadOnlyList<string> pieces, int first)
    {
        if (item.Answer.Refusal is null)
        {
            w.WritePropertyName("logprobs");
            ChatLogprobs.List(w, item.Ask, pieces, first);
        }
    }
}
