using System.Runtime.InteropServices;

namespace Causeway.Wire.Neutral;

/// <summary>By which way a schema travels.</summary>
public enum ShapeCarrier : byte
{
    /// <summary>The protocol's own field for the schema of an answer.</summary>
    Format,

    /// <summary>A tool that must be called.</summary>
    ForcedTool,

    /// <summary>The caller's own tool that must be called, as its caller says it: nothing is set, and every call of it is an answer.</summary>
    CallersTool,

    /// <summary>JSON of any shape, as a mode; the schema stands in the instruction.</summary>
    JsonMode,

    /// <summary>The instruction alone.</summary>
    Prompt,
}

/// <summary>What one provider is told of the shape of its answer, in place of what the caller asked for.</summary>
public sealed record AnswerShape
{
    /// <summary>For the tables of translations: every provider is told of a schema in its own dialect.</summary>
    internal const string Note = "compiled into the provider's dialect; what the provider does not hold, the gateway does (docs/contracts.md)";

    /// <summary>The way.</summary>
    public required ShapeCarrier Carrier { get; init; }

    /// <summary>The schema as it is sent, compact JSON. Not used by modes without one.</summary>
    public required ReadOnlyMemory<byte> Schema { get; init; }

    /// <summary>The provider is told to hold the schema, where its protocol can say so.</summary>
    public bool Strict { get; init; }

    /// <summary>Added to the system text; null: nothing.</summary>
    public string? Instruction { get; init; }

    /// <summary>The schema's or the tool's name: 1 to 64 of <c>A-Z a-z 0-9 _ -</c>.</summary>
    public string Name { get; init; } = "answer";

    /// <summary>What the answer is for; null: not said.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own tool that had to be called: it is replaced, or taken out where another way is gone; null: there was none.</summary>
    public string? CallerTool { get; init; }

    /// <summary>Answers that were wrong, each with what the model is told of it: the conversation goes on with them.</summary>
    public IReadOnlyList<Correction> Corrections { get; init; } = [];
}

/// <summary>A wrong answer, and what the model is told of it.</summary>
/// <param name="Answer">The answer's text; empty: the model said nothing.</param>
/// <param name="Told">The message that follows it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Correction(string Answer, string Told);
