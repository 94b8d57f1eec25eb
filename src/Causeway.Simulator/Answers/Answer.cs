using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Answers;

/// <summary>What the pretended model says, before a vendor's hand writes it down.</summary>
internal sealed record Answer
{
    public required string Model { get; init; }

    public string Text { get; init; } = "";

    /// <summary>Text deltas of a stream, which together are <see cref="Text"/>.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = [];

    /// <summary>The same text in blocks or parts, where the vendor has several; one as a rule, none without text.</summary>
    public IReadOnlyList<TextPart> Parts { get; init; } = [];

    public string? Reasoning { get; init; }

    /// <summary>The reasoning is handed out as an opaque block, where the vendor has such.</summary>
    public bool RedactsReasoning { get; init; }

    /// <summary>Neither candidate nor content.</summary>
    public bool Empty { get; init; }

    public string? Refusal { get; init; }

    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    public StopKind Stop { get; init; }

    /// <summary>The stop sequence that was met.</summary>
    public string? StopSequence { get; init; }

    /// <summary>The vendor's word verbatim, when a script gives it.</summary>
    public string? FinishReason { get; init; }

    public Tokens Tokens { get; init; }

    /// <summary>The backend that the answer names; null: the vendor's own way.</summary>
    public string? SystemFingerprint { get; init; }

    public bool OmitUsage { get; init; }

    /// <summary>Reported instead of the true usage, valid JSON or not.</summary>
    public string? UsageJson { get; init; }
}

/// <param name="Pieces">Its deltas.</param>
internal sealed record TextPart(string Text, IReadOnlyList<string> Pieces);

/// <param name="Id">24 characters without a vendor's prefix.</param>
/// <param name="Arguments">JSON text.</param>
internal sealed record ToolCall(string Id, string Name, string Arguments);

internal enum StopKind
{
    Done,
    Length,
    StopSequence,
    ToolCall,
    Refusal,
}
