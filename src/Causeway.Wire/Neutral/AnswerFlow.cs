using System.Buffers;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>Looks at the text of one answer while it flows to the caller, and may change it. One choice each.</summary>
public abstract class AnswerFlow
{
    /// <summary>The code and message of what is wrong, once something is.</summary>
    public abstract (string Code, string Message) Problem { get; }

    /// <summary>Takes the next piece of text, UTF-8, cut anywhere, and writes what may flow.</summary>
    /// <returns>False: nothing more may flow.</returns>
    public abstract bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output);

    /// <summary>The text is complete; writes the rest.</summary>
    /// <returns>False: it is not what it must be.</returns>
    public abstract bool Complete(IBufferWriter<byte> output);
}

/// <summary>How streamed answers flow.</summary>
/// <param name="Flow">Makes what the answer of one choice flows through.</param>
/// <param name="Carrier">By which way the schema was sent.</param>
/// <param name="Tool">The tool whose call the caller waits for; null: text.</param>
/// <param name="ToolName">The name of the tool that had to be called (<see cref="AnswerShape.Name"/>): a call of another one is no answer; null: any call is.</param>
public sealed record AnswerChannel(Func<AnswerFlow> Flow, ShapeCarrier Carrier, string? Tool, string? ToolName = null)
{
    /// <summary>What calls before this one used: they are part of the same answer, and of what its caller is told.</summary>
    public TokenUsage Before { get; init; }
}
