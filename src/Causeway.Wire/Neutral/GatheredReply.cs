using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>A whole reply, plain or streamed, read before anything of it is written: its answers can be looked at and replaced.</summary>
/// <param name="target">The provider that answers.</param>
/// <param name="carrier">By which way the answer's schema was sent.</param>
/// <param name="toolName">The name of the tool that had to be called (<see cref="AnswerShape.Name"/>): a call of another one is no answer; null: any call is.</param>
/// <param name="isForced">The caller's tool had to be called, whichever way its schema travelled: calls of other tools are no answer either.</param>
public sealed class GatheredReply(Target target, ShapeCarrier carrier, string? toolName = null, bool isForced = false)
{
    private readonly NeutralReply _reply = new();
    private ReplyEvents? _events;

    /// <summary>The error that the reply turned out to be; null: it is none.</summary>
    public (ErrorKind Kind, string Code, string Message)? Failure { get; private set; }

    /// <summary>The numbers of the choices that ended.</summary>
    public IReadOnlyCollection<int> Choices => _reply.Stops.Keys;

    private Codec Codec => WireFormat.CodecOf(target.Operation)!;

    /// <summary>Reads a whole body of status 200.</summary>
    public void Plain(ReadOnlyMemory<byte> body) => Guard(() =>
    {
        using JsonBody json = new(body);
        Codec.ReadReply(json, _reply, target);
    });

    /// <summary>Reads one event of a stream.</summary>
    public void Event(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (Failure is not null)
        {
            return;
        }

        _events ??= Codec.Events(_reply, target);
        try
        {
            _events.Read(name, data);
            TakeFailure();
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            Failure = Unreadable;
        }
    }

    /// <summary>The connection closed.</summary>
    /// <returns>False when the stream was cut.</returns>
    public bool Close()
    {
        bool isWhole = Failure is not null || (_events is not null && _events.Close());
        TakeFailure();
        return isWhole;
    }

    /// <summary>What a choice says.</summary>
    public GatheredAnswer Answer(int choice)
    {
        ReplyStop stop = _reply.Stops.GetValueOrDefault(choice);
        List<ReplyBlock> blocks = _reply.Blocks.FindAll(block => block.Start.Choice == choice);
        if (stop.Kind is StopKind.Refusal or StopKind.ContentFilter || blocks.Exists(block => block.Start.Kind == BlockKind.Refusal))
        {
            return new GatheredAnswer(AnswerKind.Refused, default);
        }

        List<ReplyBlock> parts = blocks.FindAll(IsAnswer);
        if (parts.Count == 0)
        {
            // A model that was told to make a call and wrote its answer instead.
            parts = blocks.FindAll(block => block.Start is { Kind: BlockKind.Text, IsCommentary: false });
        }

        ReadOnlyMemory<byte> text = Text(parts);
        return stop.Kind switch
        {
            StopKind.MaxTokens or StopKind.ContextWindow => new GatheredAnswer(AnswerKind.Truncated, text),
            StopKind.Pause => new GatheredAnswer(AnswerKind.Paused, text),
            StopKind.MalformedToolCall => new GatheredAnswer(AnswerKind.Malformed, text),
            _ when Expected.RulesOut(blocks.ConvertAll(block => block.Start)) => new GatheredAnswer(AnswerKind.Malformed, text),
            StopKind.ToolUse when !Expected.IsCall => new GatheredAnswer(AnswerKind.ToolCalls, text),

            // OpenAI ends the call of a tool that was named as it ends a text.
            _ when !Expected.IsCall && text.IsEmpty && blocks.Exists(block => block.Start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall) => new GatheredAnswer(AnswerKind.ToolCalls, text),
            _ => new GatheredAnswer(AnswerKind.Document, text),
        };
    }

    /// <summary>The arguments of each call that a choice makes of the caller's own tool, in their order; none where the answer is one, or where the model wrote in place of calling.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Calls(int choice) => carrier == ShapeCarrier.CallersTool ? [.. AnswersOf(choice).Select(call => Text([call]))] : [];

    /// <summary>Puts a document in the place of the arguments of one of <see cref="Calls"/>.</summary>
    public void ReplaceCall(int choice, int call, ReadOnlySpan<byte> document)
    {
        ReplyBlock changed = AnswersOf(choice)[call];
        ReplyBlock with = new(changed.Start) { Seal = changed.Seal };
        with.Append(new TextEscaper().Escape(document, isLast: true));
        _reply.Blocks[_reply.Blocks.IndexOf(changed)] = with;
    }

    /// <summary>Puts a document in the place of a choice's answer: as text, or as the call of a tool.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="document">JSON.</param>
    /// <param name="tool">The tool whose call the caller waits for; null: text.</param>
    /// <param name="requestId">The gateway's id of the request: a call's id is made of it where the provider made none.</param>
    /// <param name="isWhole">False: the answer ended before its time, and still says so.</param>
    public void Replace(int choice, ReadOnlySpan<byte> document, string? tool, string requestId, bool isWhole = true)
    {
        // Where a caller's own tool was not called, the text was the answer.
        bool isText = carrier == ShapeCarrier.CallersTool && AnswersOf(choice).Count == 0;
        bool Goes(ReplyBlock block) =>
            block.Start.Choice == choice && (IsAnswer(block) || Expected.IsAside(block.Start) || (isText && block.Start.Kind == BlockKind.Text));
        int first = _reply.Blocks.FindIndex(Goes);
        ReplyBlock? call = _reply.Blocks.Find(block => block.Start.Choice == choice && block.Start.Kind == BlockKind.ToolCall && IsAnswer(block));
        ReplyBlock answer = new(tool is null
            ? new BlockStart(BlockKind.Text, choice)
            : new BlockStart(BlockKind.ToolCall, choice, call?.Start.CallId ?? CallIds.Synthesize(requestId, choice), tool))
        {
            Seal = call?.Seal,
        };
        answer.Append(new TextEscaper().Escape(document, isLast: true));
        _reply.Blocks.RemoveAll(Goes);
        _reply.Blocks.Insert(first < 0 ? _reply.Blocks.Count : Math.Min(first, _reply.Blocks.Count), answer);
        if (isWhole)
        {
            _reply.Stop(choice, new ReplyStop(tool is null ? StopKind.EndTurn : StopKind.ToolUse));
        }
    }

    /// <summary>
    /// A choice's answer is not in the one place where it is looked for: it is text in several blocks, of which the caller's SDK would parse the first alone
    /// or each as a document, or text where a call was due.
    /// </summary>
    public bool IsOutOfPlace(int choice)
    {
        List<ReplyBlock> parts = AnswersOf(choice);
        return parts.Count != 1 && (Expected.IsCall ? parts.Count == 0 : parts.Count > 1);
    }

    /// <summary>Adds what calls before this one used: they are part of the same answer.</summary>
    public void AddUsage(in TokenUsage before)
    {
        if (_reply.HasUsage)
        {
            _reply.Usage(_reply.Tokens + before);
        }
    }

    /// <summary>Gives the reply on, without what was said beside an answer.</summary>
    internal void Replay(ReplySink sink)
    {
        HashSet<int> answered = [.. _reply.Blocks.Where(IsAnswer).Select(block => block.Start.Choice)];
        _reply.Blocks.RemoveAll(block => carrier != ShapeCarrier.CallersTool && block.Start.IsCommentary && answered.Contains(block.Start.Choice));
        _reply.Replay(sink);
    }

    private ExpectedAnswer Expected => new(carrier, toolName, isForced);

    private List<ReplyBlock> AnswersOf(int choice) => _reply.Blocks.FindAll(block => block.Start.Choice == choice && IsAnswer(block));

    private bool IsAnswer(ReplyBlock block) => Expected.IsAnswer(block.Start);

    private static ReadOnlyMemory<byte> Text(List<ReplyBlock> parts)
    {
        byte[] text = new byte[parts.Sum(part => part.Escaped.Length + 2)];
        int length = 0;
        foreach (ReplyBlock part in parts)
        {
            int written = Arguments.Unescape(part.Escaped, text.AsSpan(length));
            if (written < 0)
            {
                // Half a surrogate pair: the spelling is kept, which no contract takes for a document.
                part.Escaped.CopyTo(text.AsSpan(length));
                written = part.Escaped.Length;
            }

            length += written;
        }

        return text.AsMemory(0, length);
    }

    private (ErrorKind, string, string) Unreadable => (ErrorKind.UpstreamFailed, "upstream_protocol", $"{target.Provider} sent an answer that cannot be read.");

    private void Guard(Action read)
    {
        try
        {
            read();
            TakeFailure();
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            Failure = Unreadable;
        }
    }

    private void TakeFailure()
    {
        if (_reply.Failure is { } failure)
        {
            Failure ??= (failure.Kind, failure.Code, failure.Message);
        }
    }

    private static bool IsUnreadable(Exception exception) => exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException;
}

/// <summary>What a choice of a reply says.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, or the arguments of the call that carries it: UTF-8, not escaped. Several parts are one text.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GatheredAnswer(AnswerKind Kind, ReadOnlyMemory<byte> Text);

/// <summary>What a choice of a reply is.</summary>
public enum AnswerKind : byte
{
    /// <summary>A text that is to be the document.</summary>
    Document,

    /// <summary>The beginning of one: the cap of tokens or the context window ended it.</summary>
    Truncated,

    /// <summary>The model declined, or the provider withheld the answer.</summary>
    Refused,

    /// <summary>Calls of the caller's own tools.</summary>
    ToolCalls,

    /// <summary>To be gone on with by sending the answer back.</summary>
    Paused,

    /// <summary>The model made a call that is none.</summary>
    Malformed,
}
