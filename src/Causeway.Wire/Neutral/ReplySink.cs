using System.Runtime.InteropServices;
using Causeway.Wire.Errors;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Takes a reply as it is made. Plain replies and streams are read into the same calls, in this order:
/// <see cref="Start"/>, then blocks (<see cref="BeginBlock"/>, <see cref="Delta"/> and its companions, <see cref="EndBlock"/>), one
/// <see cref="Stop"/> per choice, <see cref="Usage"/> any time after the start (the last one stands), then <see cref="End"/>.
/// <see cref="Fail"/> may come at any time and is the last call.
/// </summary>
/// <remarks>
/// Blocks are numbered from 0 in the order in which they begin, over all choices. Several may be open at once (chat completions interleave
/// tool calls); a writer whose protocol cannot say that puts <see cref="SequentialBlocks"/> before itself. Text comes as it is spelled inside
/// a JSON string, escapes and all, in pieces that never cut an escape; it may be empty. Spans are valid during the call only.
/// </remarks>
internal abstract class ReplySink
{
    /// <summary>The first call.</summary>
    public abstract void Start(in ReplyStart start);

    public abstract void BeginBlock(int block, in BlockStart start);

    /// <summary>More of the block's text, or of a call's arguments (the spelling of JSON text inside a JSON string).</summary>
    public abstract void Delta(int block, ReadOnlySpan<byte> escaped);

    /// <summary>The state that belongs to a block: at any time before its end, once.</summary>
    public virtual void Seal(int block, ReasoningSeal seal)
    {
    }

    /// <summary>A source of what the block says.</summary>
    public virtual void Cite(int block, in Citation citation)
    {
    }

    /// <summary>Probabilities of tokens of the block, in pieces.</summary>
    public virtual void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
    }

    public abstract void EndBlock(int block);

    /// <summary>A choice is complete.</summary>
    public abstract void Stop(int choice, in ReplyStop stop);

    /// <summary>What was used so far; the last report is the bill.</summary>
    public abstract void Usage(in TokenUsage usage);

    /// <summary>The reply is complete.</summary>
    public abstract void End();

    /// <summary>The provider failed in the middle; nothing comes after it, no terminator either.</summary>
    public abstract void Fail(in ReplyFailure failure);

    /// <summary>The provider is still there and has nothing to say.</summary>
    public virtual void KeepAlive()
    {
    }
}

/// <summary>What a reply says of itself first.</summary>
/// <param name="Id">The provider's id; null: it gives none (Bedrock).</param>
/// <param name="Model">The model that serves, in the provider's words; null: not told.</param>
/// <param name="ServiceTier">The tier that serves, in the provider's words; null: not told.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplyStart(string? Id, string? Model, string? ServiceTier = null);

internal enum BlockKind : byte
{
    Text,

    /// <summary>Thoughts or their summary.</summary>
    Reasoning,

    /// <summary>A call of a function; its text is the arguments' JSON.</summary>
    ToolCall,

    /// <summary>A call of a custom tool; its text is the input.</summary>
    CustomToolCall,

    /// <summary>Text with which the model declines.</summary>
    Refusal,
}

/// <summary>How a block begins.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Choice">Of which answer it is part, from 0.</param>
/// <param name="CallId">Calls: the provider's id, never empty (<see cref="CallIds.Synthesize"/>); null otherwise.</param>
/// <param name="Name">Calls: the tool's name; null otherwise.</param>
/// <param name="IsCommentary">Text: said on the way to the answer and no part of it (OpenAI's <c>phase</c>).</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockStart(BlockKind Kind, int Choice = 0, string? CallId = null, string? Name = null, bool IsCommentary = false);

internal enum StopKind : byte
{
    /// <summary>The answer is whole.</summary>
    EndTurn,
    StopSequence,
    MaxTokens,

    /// <summary>The context window is full.</summary>
    ContextWindow,
    ToolUse,

    /// <summary>The provider withheld the answer, or broke it off, for what it says.</summary>
    ContentFilter,

    /// <summary>The model declined.</summary>
    Refusal,

    /// <summary>The model made a call that is none.</summary>
    MalformedToolCall,

    /// <summary>To be gone on with by sending the answer back.</summary>
    Pause,
}

/// <summary>Why an answer ended.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Sequence">The stop sequence that was met, where it is told.</param>
/// <param name="Detail">The vendor's own word for the reason, or its explanation.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplyStop(StopKind Kind, string? Sequence = null, string? Detail = null);

/// <summary>An error inside a reply.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplyFailure(ErrorKind Kind, string Code, string Message);

/// <summary>A source. Offsets are characters of the block's text; -1 where they are not told.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Citation(string Url, string? Title, string? CitedText, int Start = -1, int End = -1);

/// <summary>A token with its natural logarithm of probability, and the likeliest others in its place.</summary>
internal sealed record TokenLogProb(string Token, double LogProb, IReadOnlyList<TokenLogProb> Top);
