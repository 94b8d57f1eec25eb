using System.Runtime.InteropServices;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Requests;

/// <summary>How often a request lets its provider use tools that are billed by the use. Nearly every request names none.</summary>
/// <param name="Uses">Of each at most: what the request says, else <see cref="Unstated"/>.</param>
/// <param name="Calls">Of all together at most (OpenAI's <c>max_tool_calls</c>); null: it does not say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ToolAllowance(ToolUses Uses, int? Calls)
{
    /// <summary>
    /// Uses of a tool where the request bounds none. No vendor states a bound of its own; Anthropic pauses a turn after ten rounds of its tools
    /// (platform.claude.com, 2026), and most answers search one to five times.
    /// </summary>
    public const int Unstated = 10;

    /// <summary>It names one.</summary>
    public bool IsAny => Uses != default;
}

/// <summary>A tool that is billed by the use, as a request names it.</summary>
/// <param name="Type">How the type of its entry begins; empty where a member of its own names it.</param>
/// <param name="Tool">Which it is.</param>
/// <param name="Uses">How often it may be used where the request does not say.</param>
internal readonly record struct BilledTool(byte[] Type, ServerTool Tool, int Uses = ToolAllowance.Unstated);
