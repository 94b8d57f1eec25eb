using System.Runtime.InteropServices;

namespace Causeway.Wire.Requests;

/// <summary>What the gateway acts upon in a request body, with the places of it, so that edits can be splices.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct RequestScan
{
    /// <summary>The operation that the body was read as.</summary>
    public required Operation Operation { get; init; }

    /// <summary>The requested model, unescaped, 1 to 256 bytes of UTF-8; null only where the path names it (Gemini) or nothing must (native calls).</summary>
    public string? Model { get; init; }

    /// <summary>The value of the top-level <c>model</c>, quotes included; empty when the body has none.</summary>
    public ByteRange ModelRange { get; init; }

    /// <summary>
    /// Gemini: every other string that names a model (<c>requests[].model</c>, <c>generateContentRequest.model</c>), quotes included,
    /// in order of position; null when there is none.
    /// </summary>
    public IReadOnlyList<ByteRange>? InnerModelRanges { get; init; }

    /// <summary>The caller asked for a stream (by <c>stream: true</c>, or by the operation).</summary>
    public bool Stream { get; init; }

    /// <summary>Chat: the caller itself set <c>stream_options.include_usage: true</c>, so the usage chunk is passed on to it.</summary>
    public bool UsageAsked { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public int BodyLength { get; init; }

    /// <summary>
    /// The cap of generated tokens per choice, 1 or more (the larger one when a body has two spellings; one that is larger than any model's is the largest number); null when absent or not a
    /// whole number, and then only the model's own maximum bounds the cost.
    /// </summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The field of a cap that is there and no whole number of its range; null: none is.</summary>
    public string? UnreadableCap { get; init; }

    /// <summary>Where the cap stands: the values of its spellings, in order of position; empty: there is none.</summary>
    public ByteRange OutputCapRange { get; init; }

    /// <summary>The second spelling's value, where a body has two; empty otherwise.</summary>
    public ByteRange SecondOutputCapRange { get; init; }

    /// <summary>Gemini: offset of the opening brace of the object that holds the cap; null: the body has none.</summary>
    public int? OutputCapObject { get; init; }

    /// <summary>How many answers are asked for (<c>n</c>, <c>candidateCount</c>), 1 to 128: each may use up the cap.</summary>
    public required int Choices { get; init; }

    /// <summary>OpenAI: the request defines tools, which some models take on Responses only.</summary>
    public bool HasTools { get; init; }

    /// <summary>OpenAI: the reasoning effort asked for, in the caller's word; null: none was.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Responses: the request refers to something that one provider keeps (<c>previous_response_id</c>, <c>conversation</c>).</summary>
    public bool HoldsProviderState { get; init; }

    /// <summary>More comes into the prompt than the body holds: a tool that the provider runs itself (a search, code, files), an item or a prompt that it keeps.</summary>
    public bool ReachesOutside { get; init; }

    /// <summary>Other models that may answer instead, or that tools name for their work: each is asked for, too. Null: none is named.</summary>
    public IReadOnlyList<string>? OtherModels { get; init; }

    /// <summary>How often tools may be used that the provider runs itself and bills by the use.</summary>
    public ToolAllowance BilledTools { get; init; }

    /// <summary>A member is there that may state the shape of the answer (a format, a forced tool): only then is it worth looking closer.</summary>
    public bool MayAskShape { get; init; }

    /// <summary>OpenAI: whether the provider is to keep the answer; null: the request does not say, or not in a word that is known.</summary>
    public bool? Store { get; init; }

    /// <summary>Offset of the top-level opening brace.</summary>
    public int ObjectStart { get; init; }

    /// <summary>Chat: the value of <c>stream_options</c> (an object or null); empty when absent.</summary>
    public ByteRange StreamOptionsRange { get; init; }

    /// <summary>Chat: the value of <c>stream_options.include_usage</c> (true, false or null); empty when absent.</summary>
    public ByteRange IncludeUsageRange { get; init; }
}
