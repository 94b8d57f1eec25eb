using System.Runtime.InteropServices;

namespace Causeway.Wire.Neutral;

/// <summary>By what the answer is known among the blocks of a reply.</summary>
/// <param name="Carrier">By which way the schema was sent.</param>
/// <param name="ToolName">The tool that had to be called; null: any call is the answer.</param>
/// <param name="IsForced">The caller's tool had to be called, whichever way its schema was sent.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExpectedAnswer(ShapeCarrier Carrier, string? ToolName, bool IsForced)
{
    /// <summary>The answer comes as a call.</summary>
    public bool IsCall => Carrier is ShapeCarrier.ForcedTool or ShapeCarrier.CallersTool;

    /// <summary>The block is the answer, or a part of it.</summary>
    public bool IsAnswer(in BlockStart block) => IsCall
        ? block.Kind == BlockKind.ToolCall && IsNamed(block.Name)
        : block is { Kind: BlockKind.Text, IsCommentary: false };

    /// <summary>
    /// What a model says before its answer, or before the call that it was told to make: no part of the answer. Where it was not told to make the call that its caller gets, its reasoning is none either:
    /// vendors bind that to the request as it was sent, which had no tool, and refuse it in the caller's next one, which has. What stands beside the calls of a caller's own tool is the caller's, as the calls are.
    /// </summary>
    public bool IsAside(in BlockStart block) => Carrier != ShapeCarrier.CallersTool && block.Kind switch
    {
        BlockKind.Text => block.IsCommentary || Carrier == ShapeCarrier.ForcedTool,
        BlockKind.Reasoning => IsForced && Carrier != ShapeCarrier.ForcedTool,
        _ => false,
    };

    /// <summary>The call of a tool where another one had to be called.</summary>
    public bool RulesOut(in BlockStart block) =>
        block.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall && (IsForced || IsCall) && !IsAnswer(block);

    /// <summary>As above, for any of them.</summary>
    public bool RulesOut(List<BlockStart> blocks)
    {
        foreach (BlockStart block in blocks)
        {
            if (RulesOut(block))
            {
                return true;
            }
        }

        return false;
    }

    // Some servers of gpt-oss leave a token of its template on the name (answer<|channel|>commentary).
    private bool IsNamed(string? name) =>
        ToolName is null || name == ToolName || (name?.StartsWith(ToolName, StringComparison.Ordinal) == true && name.AsSpan(ToolName.Length).StartsWith("<|"));
}
